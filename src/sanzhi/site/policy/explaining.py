"""What the figures of a study rest on, as “Why?” shows it: inputs, formula in words, result."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanzhi.policy.coding.agreeing import Compared
from sanzhi.policy.measurement.annual import Year
from sanzhi.policy.measurement.robustness import LEVEL, Cell, Finding
from sanzhi.policy.measurement.stability import Stability
from sanzhi.policy.reporting.charts import figure
from sanzhi.policy.reporting.results import Results
from sanzhi.site.shell.components import Explanation


def year(results: Results, row: Year) -> Explanation:
    """A year's effectiveness."""
    formula = (
        _(
            "Force × (mean of the measures + mean of the objectives), added over the "
            "policies of the year; the average is a policy's share."
        )
        if results.study.measurement.combine == "mean"
        else _(
            "Force × (sum of the measures + sum of the objectives), added over the policies "
            "of the year; the average is a policy's share."
        )
    )
    result = figure(row.total_effectiveness)
    if row.average_effectiveness is not None:
        result = _("%(total)s; %(total)s ÷ %(policies)s = %(average)s on average") % {
            "total": result,
            "policies": row.policies,
            "average": figure(row.average_effectiveness),
        }
    return Explanation(
        result=result,
        formula=formula,
        inputs=[
            (_("Policies of the year"), f"{row.policies:,}"),
            (_("Force × measures, added"), figure(row.measure_effectiveness)),
            (_("Force × objectives, added"), figure(row.objective_effectiveness)),
        ],
        note=_("Force scale %(scale)s. A year without a policy counts 0 and has no average.")
        % {"scale": results.study.force.use},
    )


def finding(results: Results, found: Finding) -> Explanation:
    """A finding: the test on the study's own choices, and in how many cells it comes out so."""
    cell = own_cell(results, found)
    test, inputs = {
        "trend": (
            _("Mann–Kendall with the correction for ties"),
            [
                (_("Sen's slope a year"), figure(cell.slope)),
                ("z", figure(cell.z)),
                ("p", figure(cell.p)),
                (_("p after Holm's correction"), figure(cell.p_holm)),
            ],
        ),
        "change": (
            _("Pettitt's test for a change of level"),
            [
                (_("First year of the new level"), str(cell.change_year or "–")),
                ("p", figure(cell.change_p)),
                (_("p after Holm's correction"), figure(cell.change_p_holm)),
            ],
        ),
        "relation": (
            _("Correlation of the yearly changes"),
            [
                ("r", figure(cell.correlation)),
                ("p", figure(cell.correlation_p)),
                (_("p after Holm's correction"), figure(cell.correlation_p_holm)),
            ],
        ),
    }[found.kind]
    return Explanation(
        result=_("the same in %(same)s of %(cells)s cells")
        % {"same": f"{found.same:,}", "cells": f"{found.cells:,}"},
        inputs=inputs,
        formula=_(
            "%(test)s. A result counts where p is below %(level)s after Holm's correction "
            "over the series of the same choices."
        )
        % {"test": test, "level": LEVEL},
        note=_(
            "The figures are those of the study's own choices; the other cells repeat the test "
            "with another force scale, without laws, or without a measure or an objective."
        ),
    )


def own_cell(results: Results, found: Finding) -> Cell:
    """The cell of the study's own choices."""
    return next(
        one
        for one in results.robustness.cells
        if (one.quantity, one.category) == (found.quantity, found.category)
        and one.laws
        and one.force_scale == results.study.force.use
        and not one.without_measure
        and not one.without_objective
    )


def steadiness(row: Stability) -> Explanation:
    """How steady a category is."""
    return Explanation(
        result=figure(row.stability),
        inputs=[
            (_("Amendments"), str(row.amendments)),
            (_("Repeals"), str(row.repeals)),
            (_("Policy-years"), figure(row.policy_years)),
        ],
        formula=_(
            "1 − (amendments + repeals) ÷ policy-years; the half-life is ln 2 × policy-years "
            "÷ repeals."
        ),
        note=_("Only amendments and repeals that the corpus records are counted."),
    )


def synergy(total: float, policies: int) -> Explanation:
    """A pair's synergy over all years."""
    return Explanation(
        result=figure(total),
        inputs=[(_("Policies that score both"), f"{policies:,}")],
        formula=_("Force × score of the one × score of the other, added over the policies."),
    )


def agreed(row: Compared, scale: int) -> Explanation:
    """An ordinal α."""
    figures = row.figures
    return Explanation(
        result=figure(figures.alpha_ordinal),
        inputs=[
            (_("Units"), f"{figures.units:,}"),
            (_("Coders"), str(figures.coders)),
            (_("Equal pairs"), _percent(figures.percent)),
        ],
        formula=_(
            "Krippendorff's α: 1 − observed ÷ expected disagreement, by ranks of the scores "
            "0–%(scale)s."
        )
        % {"scale": scale},
        note=_("A unit is one code of one text. 1 is full agreement, 0 what chance would give."),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def language() -> str:
    return get_language() or "en"
