"""What the search box finds in the policy laboratory: policies by title or number."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.site.accounts.access import Actor
from sanzhi.site.hooks import LIMIT, Hit
from sanzhi.site.policy.models import PolicyText
from sanzhi.site.shell.templatetags.sanzhi import words


def policy_hits(text: str, actor: Actor) -> tuple[str, list[Hit]]:
    """Policies whose title or number has every word, the newest first."""
    heading = _("Policies")
    if not actor.may_somewhere("policy.view"):
        return heading, []
    found = PolicyText.objects.select_related("study").defer("content", "study__content")
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(document_number__icontains=word))
    return heading, [
        Hit(
            one.title or one.policy,
            reverse("policy:text", args=[one.study.key, one.pk]),
            " · ".join(
                part
                for part in (one.document_number, str(one.year or ""), words(one.study.title))
                if part
            ),
        )
        for one in found.order_by("-year", "study", "position")[:LIMIT]
    ]


searches = (policy_hits,)
