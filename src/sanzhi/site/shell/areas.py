"""The side bar: the areas that apps name, for whoever may enter them."""

from sanzhi.site.accounts.access import Actor
from sanzhi.site.hooks import Area, site_apps


def areas_for(actor: Actor) -> list[Area]:
    """The areas an actor may enter, in order; the first is where logging in leads."""
    return sorted(
        (
            area
            for app in site_apps()
            for area in app.areas
            if area.permission is None or actor.may_somewhere(area.permission)
        ),
        key=lambda area: area.order,
    )
