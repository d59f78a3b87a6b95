"""What the shell shows on every page."""

from itertools import groupby
from typing import cast

from django.conf import settings
from django.http import HttpRequest

from sanzhi.site.accounts.models import Notice
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.permissions import ROLE_NAMES
from sanzhi.site.shell.areas import areas_for


def shell(request: HttpRequest) -> dict[str, object]:
    """Areas by group, the actor and its roles, and the number of unread notices."""
    others = [one for one in settings.LANGUAGES if one[0] != request.LANGUAGE_CODE]
    context: dict[str, object] = {"other_languages": others}
    if not request.user.is_authenticated:
        return context
    actor = cast("PageRequest", request).actor
    areas = areas_for(actor)
    inside = max(
        (area for area in areas if request.path.startswith(area.url)),
        key=lambda area: len(area.url),
        default=None,
    )
    return context | {
        "actor": actor,
        "roles": [name for role, name in ROLE_NAMES.items() if role in actor.roles],
        "areas": [(group, list(found)) for group, found in groupby(areas, key=lambda a: a.group)],
        "area": inside.key if inside else "",
        "unread": Notice.objects.filter(user=request.user, read=None).count(),
    }
