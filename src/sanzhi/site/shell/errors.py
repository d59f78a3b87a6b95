"""Pages for what went wrong: what happened, what is safe, what to do, and a number to quote."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.access import Denied
from sanzhi.site.shell.numbering import running

_BAD_REQUEST = Finding(
    code="request.bad",
    path="",
    text=Text("The request could not be read.", "无法读取该请求。"),
    mend=Text("Go back, reload the page and try again.", "请返回，刷新页面后重试。"),
)
_FORBIDDEN = Finding(
    code="access.denied",
    path="",
    text=Text("You may not open this page.", "您无权访问此页面。"),
    mend=Text(
        "Log in with an account that has the role, or ask an administrator.",
        "请使用具有相应角色的账户登录，或联系管理员。",
    ),
)
_NOT_FOUND = Finding(
    code="request.not_found",
    path="",
    text=Text("There is nothing at this address.", "此地址没有内容。"),
    mend=Text(
        "Check the address, or look for it with the search box.",
        "请核对地址，或使用搜索框查找。",
    ),
)
_FAILED = Finding(
    code="site.failed",
    path="",
    text=Text("Something failed on our side.", "系统出现故障。"),
    mend=Text(
        "Try again in a minute. If it happens again, quote the number below.",
        "请稍后重试。如仍出现，请提供下方编号。",
    ),
)
_FORGED = Finding(
    code="request.forged",
    path="",
    text=Text(
        "The form was open for too long, or was not sent from this site.",
        "表单打开时间过长，或并非由本站提交。",
    ),
    mend=Text(
        "Go back, reload the page and send it again; what you typed is kept.",
        "请返回，刷新页面后重新提交；已填写的内容会保留。",
    ),
)
_SAFE = Text(
    "Nothing was changed. What was saved before is safe.", "未作任何更改，此前保存的内容安全。"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, HTTPStatus.BAD_REQUEST, _BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    finding = exception.finding if isinstance(exception, Denied) else _FORBIDDEN
    return error_page(request, HTTPStatus.FORBIDDEN, finding)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, HTTPStatus.NOT_FOUND, _NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _FAILED)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_page(request, HTTPStatus.FORBIDDEN, _FORGED)


def error_page(request: HttpRequest, status: HTTPStatus, finding: Finding) -> HttpResponse:
    """An error as a page, or as JSON under /api/.

    The page is rendered without session, user or database, because any of these may be what
    failed. Every write of the site is one transaction, which is why it can say that nothing
    was changed.
    """
    language = get_language() or "en"
    number = running.get()
    if request.path.startswith("/api/"):
        body = {"findings": [finding.row(language)], "number": number}
        return JsonResponse(body, status=status)
    page = render_to_string(
        "shell/error.html",
        {
            "status": int(status),
            "text": finding.text.in_language(language),
            "safe": _SAFE.in_language(language),
            "mend": finding.mend.in_language(language) if finding.mend else "",
            "number": number,
        },
    )
    return HttpResponse(page, status=status)
