"""What the page of a model tells: its manifest in words, and why each figure is what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sanzhi.customs.risk.drift import ALARMING, MOVED, TITLES, Moved
from sanzhi.customs.risk.features import BY_NAME
from sanzhi.customs.risk.model import Model
from sanzhi.customs.risk.selection import Estimates
from sanzhi.customs.risk.watching import Duel, Group, InTheLarge, Segment
from sanzhi.site.risk.models import RiskModel
from sanzhi.site.risk.watched import words_of
from sanzhi.site.shell.components import Bar, Explanation, bars
from sanzhi.site.shell.templatetags.sanzhi import words

#: Features shown of what a model weighs.
WEIGHED = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its head, its cells, whether it is alarming, and why."""

    head: str
    cells: Sequence[str]
    level: str
    why: Explanation | None = None


def figures(model: RiskModel) -> dict[str, str]:
    """The few figures by which models are set beside each other."""
    record = model.record
    training = record["training"]
    judged = training["validation"]
    return {
        "rows": f"{training['rows']:,}",
        "finds": f"{training['finds']:,}",
        "days": f"{training['first_day']} – {training['last_day']}",
        "auc": _three(judged["auc"]),
        "error": _three(judged["calibration_error"]),
        "data": record["data_hash"].removeprefix("sha256:")[:12],
        "seal": record["seal"].removeprefix("sha256:")[:12],
        "source": model.source or _("the platform's own history"),
    }


def manifest(model: RiskModel) -> list[tuple[str, str]]:
    """The rest of the manifest, in words."""
    record = model.record
    training, calibration = record["training"], record["calibration"]
    judged = training["validation"]["candidates"]
    others = ", ".join(
        f"{name} {_three(value)}" for name, value in judged.items() if name != training["chosen"]
    )
    rows = [
        (
            _("Chosen on novel goods of the last fifth of its days"),
            f"{training['chosen']} {_three(judged[training['chosen']])}",
        ),
        (_("Candidates that were not chosen, AUC"), others),
        (_("Features"), str(len(record["features"]))),
        (
            _("The trees' word weighs as much as"),
            _("%(count)s past outcomes of the same goods")
            % {"count": f"{calibration['strength']:.2g}"},
        ),
        (
            _("Revenue learnt from"),
            _("what finds recovered")
            if training["revenue"] == "recovered"
            else _("the declared duty"),
        ),
        (_("Version of the program"), record["code_version"]),
        (_("Hash of the data"), record["data_hash"]),
        (_("Seal of the manifest"), record["seal"]),
    ]
    return [row for row in rows if row[1]]


def weighed(model: Model) -> list[Bar]:
    """What the trees look at most, by its share of what they gained."""
    found = model.weighs()[:WEIGHED]
    return bars(
        [
            (_capital(words(BY_NAME[name].title)), Decimal(str(round(share, 4))), f"{share:.0%}")
            for name, share in found
        ]
    )


def why_rate(told: Estimates) -> Explanation | None:
    if told.rate is None:
        return None
    return Explanation(
        result=f"{told.rate:.1%}",
        inputs=[
            (_("Inspections of what was selected for one"), str(told.inspections)),
            (_("Interval, 95 %"), f"{told.low:.1%} – {told.high:.1%}"),
            (_("drawn at random"), _share(told.random)),
            (_("targeted by rules and ranking"), _share(told.targeted)),
        ],
        formula=_(
            "Each inspection counts as many declarations as its probability of inspection "
            "says it stands for: Σ find/p ÷ Σ 1/p."
        ),
    )


def why_off(large: InTheLarge) -> Explanation:
    return Explanation(
        result=f"{large.off:+.1%} ± {large.margin:.1%}",
        inputs=[
            (_("Inspections with a known probability"), str(large.inspections)),
            (_("Mean score"), f"{large.said:.1%}"),
            (_("Found"), f"{large.found:.1%}"),
        ],
        formula=_("Found less said, each inspection weighed by 1/p, with its 95 % interval."),
        note=_("Said to be off where the difference is beyond its interval and beyond 2 %."),
    )


def drifted(moved: Sequence[Moved]) -> list[Line]:
    """Columns by how far they moved."""
    labels = {"steady": _("steady"), "moved": _("moved"), "alarming": _("alarming")}
    return [
        Line(
            _capital(words(TITLES[one.column])),
            [
                f"{one.index:.2f}",
                words(one.farthest[0]),
                f"{one.farthest[1]:.0%}",
                f"{one.farthest[2]:.0%}",
                labels[one.level],
            ],
            _LEVELS[one.level],
            _why_moved(one),
        )
        for one in moved
    ]


def by_segment(found: Sequence[Segment]) -> list[Line]:
    return [
        Line(
            words(words_of(one.kind, one.value)),
            [
                f"{one.inspections:,}",
                f"{one.finds:,}",
                f"{one.finds / one.inspections:.0%}",
                f"{one.expected:.1f}",
            ],
            "stop" if one.alarming else "",
            Explanation(
                result=f"{one.far:+.1f}",
                inputs=[
                    (_("Finds"), str(one.finds)),
                    (_("Sum of the scores"), f"{one.expected:.2f}"),
                ],
                formula=_("Finds less what the scores said, in standard deviations (√Σ s(1 − s))."),
                note=_("An alarm from 2.58 on, in 20 inspections or more."),
            ),
        )
        for one in found
    ]


def by_group(found: Sequence[Group]) -> list[Line]:
    return [
        Line(
            words(words_of(one.kind, one.value)),
            [
                f"{one.declarations:,}",
                f"{one.rate:.1%}",
                "–" if one.ratio is None else f"{one.ratio:.2f}",
                "–" if one.low is None else f"{one.low:.2f} – {one.high:.2f}",
                f"{one.finds} / {one.inspections}",
            ],
            "stop" if one.alarming and one.value != "other" else "",
            _why_ratio(one),
        )
        for one in found
    ]


def duel_title(one: Duel, champion: str, challenger: str) -> str:
    """Who ranked finds higher, as far as that can be told."""
    if one.auc is None or one.difference is None:
        return _("Too few outcomes to tell %(first)s and %(second)s apart") % {
            "first": champion,
            "second": challenger,
        }
    low, high = one.difference
    if low <= 0 <= high:
        return _("No difference is shown between %(first)s and %(second)s") % {
            "first": champion,
            "second": challenger,
        }
    better = challenger if low > 0 else champion
    return _("%(name)s ranks finds higher") % {"name": better}


def duel_lines(one: Duel) -> list[tuple[str, str, str]]:
    """What each model says of the same declarations: champion, challenger."""
    (first, first_all), (second, second_all) = one.only
    lines = [
        (_("In the top tenth of both: consignments"), str(one.agreed), str(one.agreed)),
        (
            _("Only in its own top tenth: finds / consignments"),
            f"{first} / {first_all}",
            f"{second} / {second_all}",
        ),
    ]
    if one.auc:
        lines.insert(
            0, (_("AUC of inspected consignments"), _three(one.auc[0]), _three(one.auc[1]))
        )
    return lines


def why_duel(one: Duel) -> Explanation | None:
    if one.auc is None or one.difference is None:
        return None
    low, high = one.difference
    return Explanation(
        result=f"{one.auc[1] - one.auc[0]:+.3f}",
        inputs=[
            (_("Inspected"), str(one.inspections)),
            (_("Finds"), str(one.finds)),
            (_("Interval, 95 %"), f"{low:+.3f} – {high:+.3f}"),
        ],
        formula=_(
            "AUC of the challenger less that of the champion; the interval is from 200 "
            "bootstrap samples."
        ),
        note=_("Only what was inspected has an outcome, and the champion chose part of it."),
    )


def calibration_title(large: InTheLarge) -> str:
    if large.alarming:
        return _("Said %(said)s on average, found %(found)s") % {
            "said": f"{large.said:.1%}",
            "found": f"{large.found:.1%}",
        }
    return _("What was said agrees with what was found, as far as %(count)s tell") % {
        "count": ngettext("%(count)s inspection", "%(count)s inspections", large.inspections)
        % {"count": large.inspections}
    }


_LEVELS = {"steady": "ok", "moved": "wait", "alarming": "stop"}


def _why_moved(one: Moved) -> Explanation:
    return Explanation(
        result=f"{one.index:.3f}",
        inputs=[
            (words(label), f"{before:.1%} → {after:.1%}")
            for label, before, after in one.bins
            if before or after
        ],
        formula=_("Population stability index: Σ (now − then) · ln(now / then) over the bins."),
        note=_(
            "Moved from %(moved)s on, alarming from %(alarming)s on; chance alone stays below "
            "%(chance)s in 95 of 100 samples of this size."
        )
        % {"moved": MOVED, "alarming": ALARMING, "chance": f"{one.chance:.3f}"},
    )


def _why_ratio(one: Group) -> Explanation | None:
    if one.ratio is None or one.others is None:
        return None
    inputs: list[tuple[str, Any]] = [
        (_("Selected for inspection"), f"{one.selected:,} / {one.declarations:,}"),
        (_("Share of all others"), f"{one.others:.2%}"),
    ]
    return Explanation(
        result=f"{one.ratio:.2f}",
        inputs=inputs,
        formula=_("Share of the group that was selected, over that of all others."),
        note=_(
            "An alarm beyond 0.8 to 1.25 (four fifths) where the 95 % interval leaves out 1. "
            "Finds among the inspected show whether it is borne out."
        ),
    )


def _three(value: float | None) -> str:
    return "–" if value is None or isnan(value) else f"{value:.3f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
