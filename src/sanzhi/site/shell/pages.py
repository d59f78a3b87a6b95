"""Pages that belong to no area: the first page, search, notices and the language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanzhi.site.accounts.languages import keep_language
from sanzhi.site.accounts.models import Notice
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.permissions import Role
from sanzhi.site.shell.areas import areas_for
from sanzhi.site.shell.search import search


@require_GET
def home(request: PageRequest) -> HttpResponse:
    """The first area the actor may enter; for who is administrator alone, the accounts."""
    if request.actor.roles == {Role.ADMINISTRATOR}:
        return redirect("accounts_site:index")
    return redirect(areas_for(request.actor)[0].url)


@require_GET
def search_page(request: PageRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100]
    found = list(search(text, request.actor)) if text else []
    only = found[0][1] if len(found) == 1 else []
    if len(only) == 1:
        return redirect(only[0].url)
    return render(request, "shell/search.html", {"search_text": text, "found": found})


@login_not_required
@require_POST
def language(request: PageRequest) -> HttpResponse:
    """Switch the language, for this browser and for the user, and go back."""
    chosen = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    if chosen in dict(settings.LANGUAGES):
        keep_language(response, chosen)
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


@require_http_methods(["GET", "POST"])
def notices(request: PageRequest) -> HttpResponse:
    """The user's notices, latest first; POST marks all as read."""
    own = Notice.objects.filter(user=request.user)
    if request.method == "POST":
        own.filter(read=None).update(read=timezone.now())
        return redirect("notices")
    page = Paginator(own, 50).get_page(request.GET.get("page"))
    return render(request, "shell/notices.html", {"page": page})


@require_GET
def notice(request: PageRequest, pk: int) -> HttpResponse:
    """Open what a notice is about, and mark it as read."""
    found = get_object_or_404(Notice, pk=pk, user=request.user)
    if found.read is None:
        found.read = timezone.now()
        found.save(update_fields=["read"])
    safe = url_has_allowed_host_and_scheme(found.url, {request.get_host()})
    return redirect(found.url if found.url and safe else "notices")
