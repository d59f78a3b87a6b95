"""What the search box finds of clearance: consignments the reader may see."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanzhi.site.accounts.access import Actor
from sanzhi.site.clearance.lookup import cases_for, search_cases
from sanzhi.site.hooks import LIMIT, Hit


def case_hits(text: str, actor: Actor) -> tuple[str, list[Hit]]:
    """Consignments by number, reference, goods or trader, newest first."""
    language = get_language() or "en"
    cases = search_cases(cases_for(actor), text).order_by("-lodged_at")[:LIMIT]
    return _("Consignments"), [
        Hit(
            case.number,
            reverse("clearance:case", args=[case.number]),
            " · ".join(
                (
                    case.trader.name.in_language(language),
                    case.goods,
                    case.state_name.in_language(language),
                )
            ),
        )
        for case in cases
    ]


searches = (case_hits,)
