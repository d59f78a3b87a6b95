"""The HTTP API's door: authentication by token, findings for every refusal, one OpenAPI
document."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from ninja.security import HttpBearer
from pydantic import BaseModel

from sanzhi import __version__
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.shapes import field_path, shape_text
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import Actor, Denied, actor_of
from sanzhi.site.events.log import Conflict


class FindingOut(BaseModel):
    """What is wrong, where, and how to mend it."""

    code: str
    path: str
    text: str
    severity: str
    mend: str | None = None
    line: int | None = None
    citation: str | None = None

    @classmethod
    def of(cls, finding: Finding, language: str) -> "FindingOut":
        """The finding in one language, citing the administration's own law."""
        return cls.model_validate(finding.row(language, settings.ADMINISTRATION.cited))


class Refusal(BaseModel):
    """Why a request was refused."""

    findings: list[FindingOut]


#: What any operation can answer beside its own result.
REFUSALS = {
    400: Refusal,
    401: Refusal,
    403: Refusal,
    404: Refusal,
    409: Refusal,
    413: Refusal,
    422: Refusal,
}


class Token(HttpBearer):
    """`Authorization: Bearer sanzhi_…`, a token made on the account page."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        user = tokens.user_of(token, timezone.now())
        return actor_of(user, timezone.localdate()) if user else None


def actor_from(request: HttpRequest) -> Actor:
    """The actor that the token named."""
    actor: Actor = request.auth  # type: ignore[attr-defined] # ninja puts it there
    return actor


def language_of(request: HttpRequest) -> str:
    return "zh" if str(request.LANGUAGE_CODE).startswith("zh") else "en"


class NotFound(Exception):
    """Nothing by that name that the actor may see."""

    def __init__(self, kind: Text, which: str = "") -> None:
        super().__init__(which)
        name, name_zh = (f"{words} {which}".strip() for words in kind)
        self.finding = Finding(
            code="not_found",
            path="",
            text=Text(f"There is no {name} that you may see.", f"没有您可查看的{name_zh}。"),
        )


class _Api(NinjaAPI):
    """Refusals keep what a model's own check says, in both languages; they are made texts of one
    language elsewhere."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        told = super().validation_error_from_error_contexts(error_contexts)
        found = (
            one
            for context in error_contexts
            for one in context.pydantic_validation_error.errors(include_url=False)
        )
        for detail, one in zip(told.errors, found, strict=True):
            detail.update({"ctx": one["ctx"]} if "ctx" in one else {})
        return told


api = _Api(
    title="Sanzhi",
    version=__version__,
    auth=Token(),
    docs_url=None,
    description="Lodge declarations, follow consignments, act on them, look up the law and prove "
    "the event log. Amounts and rates are decimal strings; times carry their zone.",
)


_HTTP = {
    400: Text("The body of the request is not valid JSON.", "请求正文不是有效的 JSON。"),
    401: Text("A valid token is needed.", "需要有效的访问令牌。"),
}
_REFUSED = Text("The request cannot be answered.", "无法处理该请求。")


def refuse(request: HttpRequest, findings: list[Finding], status: int) -> HttpResponse:
    rows = [FindingOut.of(finding, language_of(request)) for finding in findings]
    return api.create_response(request, Refusal(findings=rows), status=status)


@api.exception_handler(Unusable)
def _unusable(request: HttpRequest, error: Unusable) -> HttpResponse:
    return refuse(request, error.findings, 422)


@api.exception_handler(Conflict)
def _conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    return refuse(request, [error.finding], 409)


@api.exception_handler(Denied)
def _denied(request: HttpRequest, error: Denied) -> HttpResponse:
    return refuse(request, [error.finding], 403)


@api.exception_handler(NotFound)
def _not_found(request: HttpRequest, error: NotFound) -> HttpResponse:
    return refuse(request, [error.finding], 404)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return refuse(
        request,
        [
            Finding(
                code="request.too_large",
                path="",
                text=Text(
                    f"The request has more than {most:,} bytes.", f"请求超过 {most:,} 字节。"
                ),
                mend=Text("Send fewer declarations at once.", "请减少单次提交的报关单数量。"),
            )
        ],
        413,
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refuse(request, [_finding(detail) for detail in error.errors], 422)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    text = _HTTP.get(status, _REFUSED)
    return refuse(request, [Finding(code=f"http.{status}", path="", text=text)], status)


def _finding(detail: dict[str, Any]) -> Finding:
    # The first two parts of the location are where ninja looked: ("body", parameter).
    path = field_path(tuple(detail["loc"])[2:] or tuple(detail["loc"])[-1:])
    return Finding(code=f"request.{detail['type']}", path=path, text=shape_text(detail, path))
