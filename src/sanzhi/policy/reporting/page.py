"""The report's HTML: findings first, then a chart and its table for each part.

One file without anything from elsewhere, in English or Chinese, readable on paper.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from sanzhi.core.findings import Text
from sanzhi.policy.measurement.annual import Synergy, measure_synergy, objective_synergy
from sanzhi.policy.measurement.robustness import Cell, Finding
from sanzhi.policy.reporting.charts import (
    Edge,
    Point,
    direction_grid,
    figure,
    heat_map,
    line_chart,
    network,
)
from sanzhi.policy.reporting.results import Results
from sanzhi.policy.reporting.sentences import QUANTITY, category_title, claimed, said
from sanzhi.policy.reporting.tables import cell
from sanzhi.policy.reporting.words import STYLE, VERDICTS, WORDS


def page(results: Results, language: str) -> str:
    """The whole report in one language."""
    return _Page(results, language).html()


class _Page:
    """One report being written; every method gives a section."""

    def __init__(self, results: Results, language: str) -> None:
        self.results, self.study, self.language = results, results.study, language
        self.titles = {code.key: self._in(code.title.text)
                       for code in self.study.codebook.codes}

    def html(self) -> str:
        title = self._in(self.study.title.text)
        body = "".join(part for section in (
            self._head, self._findings, self._years, self._synergies, self._ties, self._grid,
            self._agreement, self._gaps, self._agencies, self._steadiness) for part in section())
        return (f'<!doctype html>\n<html lang="{self.language}"><head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
                f"<body><main>{body}</main></body></html>\n")

    def _head(self) -> Iterator[str]:
        study, body = self.study, self.results.body
        scale = study.force.use
        yield f"<h1>{escape(self._in(study.title.text))}</h1>"
        taking_part = int(body.takes_part.any(axis=1).sum())
        yield self._p("basis", study=study.key, version=study.version, first=study.years[0],
                      last=study.years[1], policies=taking_part,
                      uncoded=len(self.results.policies) - len(body.policies), scale=scale,
                      codings=len(self.results.codings))
        yield self._p("not_the_world")

    def _findings(self) -> Iterator[str]:
        found = self.results.robustness.findings
        holding = sum(one.verdict == "holds" for one in found)
        yield self._h2("findings", holds=holding, of=len(found))
        yield self._p("findings_how", cells=len(self.results.robustness.cells),
                      draws=self.results.robustness.draws)
        rows = [[self._in(VERDICTS[one.verdict]), self._in(said(one, self.study))]
                for one in found]
        yield self._table(["verdict", "finding"], rows)

    def _years(self) -> Iterator[str]:
        intervals = self.results.robustness.intervals
        for category in self.results.body.categories:
            rows = [one for one in intervals if one.category == category]
            for quantity in ("total", "average"):
                finding = self._found("trend", quantity, category)
                yield self._h2_text(self._in(claimed(finding, self.study)))
                points = [Point(one.year, one.total, one.total_low, one.total_high)
                          if quantity == "total" else
                          Point(one.year, one.average, one.average_low, one.average_high)
                          for one in rows]
                yield self._figure(line_chart(points, self._in(QUANTITY[quantity])), "band")
            counts = {one.year: one.policies for one in self.results.yearly
                      if one.category == category}
            yield self._table(
                ["year", "policies", "total", "low", "high", "average", "low", "high"],
                [[one.year, counts[one.year], one.total, one.total_low, one.total_high,
                  one.average, one.average_low, one.average_high] for one in rows])

    def _synergies(self) -> Iterator[str]:
        body = self.results.body
        for kind, rows in (("measures", measure_synergy(body)),
                           ("objectives", objective_synergy(body))):
            overall = _by_pair(rows)
            if not overall:
                continue
            first, second = max(overall, key=lambda pair: overall[pair])
            acting = sum(total > 0 for total in overall.values())
            yield self._h2(f"synergy_{kind}", first=self.titles[first],
                           second=self.titles[second], acting=acting, of=len(overall))
            named = {pair: f"{self.titles[pair[0]]} × {self.titles[pair[1]]}"
                     for pair in overall}
            counted = {(one.first, one.second, one.year): one.total
                       if one.average is not None else None
                       for one in rows if one.category == "all"}
            values = [[counted[(*pair, year)] for year in body.years] for pair in overall]
            label = self._word(f"synergy_{kind}", first=self.titles[first],
                               second=self.titles[second], acting=acting, of=len(overall))
            yield self._figure(heat_map([named[pair] for pair in overall],
                                        [str(year) for year in body.years], values, label),
                               "heat")
            yield self._table(["pair", "total"],
                              [[named[pair], total] for pair, total in sorted(
                                  overall.items(), key=lambda one: (-one[1], one[0]))])

    def _ties(self) -> Iterator[str]:
        body = self.results.body
        overall = _by_pair(measure_synergy(body))
        if not overall:
            return
        ties = {key: sum(total for pair, total in overall.items() if key in pair)
                for key in body.measure_keys}
        most = max(ties, key=lambda key: ties[key])
        taking_part = body.takes_part.sum(axis=1) * body.force
        weights = (taking_part[:, None] * body.measures).sum(axis=0)
        yield self._h2("network", measure=self.titles[most])
        yield self._figure(network(
            [(key, self.titles[key], float(weight))
             for key, weight in zip(body.measure_keys, weights, strict=True)],
            [Edge(*pair, total) for pair, total in overall.items()],
            self._word("network", measure=self.titles[most])), "network_how")
        yield self._table(["measure", "total", "ties"],
                          [[self.titles[key], float(weight), ties[key]] for key, weight in zip(
                              body.measure_keys, weights, strict=True)])

    def _grid(self) -> Iterator[str]:
        cells = self.results.robustness.cells
        measures = list(dict.fromkeys(one.without_measure for one in cells))
        objectives = list(dict.fromkeys(one.without_objective for one in cells))
        for finding in self.results.robustness.findings:
            if finding.kind != "trend" or finding.verdict == "undefined":
                continue
            yield self._h2_text(self._in(said(finding, self.study)))
            panels = [(f"{scale} · {self._word('laws_with' if laws else 'laws_without')}",
                       _directions(cells, finding, scale, measures, objectives, laws=laws))
                      for scale in self.study.force.scales for laws in (True, False)]
            yield self._figure(direction_grid(
                [self._left_out(key) for key in measures],
                [self._left_out(key) for key in objectives], panels,
                self._in(said(finding, self.study))), "grid_how")
        yield self._table(["column", "left_out"],
                          [[i, self._left_out(key)] for i, key in enumerate(objectives)])

    def _agreement(self) -> Iterator[str]:
        rows = self.results.agreement
        if not rows:
            yield self._h2("agreement_none")
            return
        first = {row["over"]: row["alpha_ordinal"] for row in rows if row["of"] == "all codes"}
        yield self._h2("agreement", all=_shown(first.get("all")),
                       coded=_shown(first.get("coded")))
        shown = [row for row in rows if not row["of"].startswith("text ")]
        figures = ("units", "coders", "percent", "kappa", "kappa_quadratic", "alpha_nominal",
                   "alpha_ordinal", "alpha_interval", "icc", "ac2")
        yield self._table(["of", "over", *figures],
                          [[row[name] for name in ("of", "over", *figures)] for row in shown])

    def _gaps(self) -> Iterator[str]:
        found = self.results.gaps
        yield self._h2("gaps", n=len(found))
        yield self._table(["gap", "advice", "rows"], [
            [self._in(one.text), self._in(one.advice),
             "; ".join(", ".join(f"{name} {_shown(value)}" for name, value in row.items())
                       for row in one.rows[:8])] for one in found])

    def _agencies(self) -> Iterator[str]:
        joint = self.results.network
        yield self._h2("agencies", n=len(joint.agencies), pairs=len(joint.pairs),
                       density=_shown(joint.density))
        yield self._table(
            ["agency", "policies", "joint", "degree", "betweenness"],
            [[one.agency, one.policies, one.joint_policies, one.degree, one.betweenness]
             for one in sorted(joint.agencies, key=lambda one: (-one.policies, one.agency))])

    def _steadiness(self) -> Iterator[str]:
        yield self._h2("stability")
        yield self._table(
            ["category", "change", "relative", "policy_years", "repeals", "amendments",
             "stability_value", "half_life"],
            [[self._in(category_title(self.study, one.category)), one.mean_yearly_change,
              one.relative_yearly_change, one.policy_years, one.repeals, one.amendments,
              one.stability, one.half_life] for one in self.results.stability])
        yield self._p("reproduce")

    def _found(self, kind: str, quantity: str, category: str) -> Finding:
        return next(one for one in self.results.robustness.findings
                    if (one.kind, one.quantity, one.category) == (kind, quantity, category))

    def _left_out(self, key: str) -> str:
        return self._word("without", code=self.titles[key]) if key else self._word("nothing_out")

    def _in(self, text: Text) -> str:
        return text.in_language(self.language)

    def _word(self, key: str, **values: object) -> str:
        return self._in(WORDS[key].format(**values))

    def _h2(self, key: str, **values: object) -> str:
        return self._h2_text(self._word(key, **values))

    @staticmethod
    def _h2_text(words: str) -> str:
        return f"<h2>{escape(words)}</h2>"

    def _p(self, key: str, **values: object) -> str:
        return f"<p>{escape(self._word(key, **values))}</p>"

    def _figure(self, drawing: str, caption: str) -> str:
        return (f"<figure>{drawing}<figcaption>{escape(self._word(caption))}</figcaption>"
                "</figure>")

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
        head = "".join(f"<th>{escape(self._word(name))}</th>" for name in columns)
        body = "".join("<tr>" + "".join(_td(value) for value in row) + "</tr>" for row in rows)
        return (f'<div class="table"><table><thead><tr>{head}</tr></thead>'
                f"<tbody>{body}</tbody></table></div>")


def _by_pair(rows: Sequence[Synergy]) -> dict[tuple[str, str], float]:
    """Synergy of each pair over all years."""
    found: dict[tuple[str, str], float] = {}
    for one in rows:
        if one.category == "all":
            pair = (one.first, one.second)
            found[pair] = found.get(pair, 0.0) + one.total
    return found


def _directions(cells: Sequence[Cell], finding: Finding, scale: str, measures: Sequence[str],
                objectives: Sequence[str], *, laws: bool) -> list[list[int | None]]:
    found = {(one.without_measure, one.without_objective): one.trend for one in cells
             if one.quantity == finding.quantity and one.category == finding.category
             and one.force_scale == scale and one.laws == laws}
    return [[found[measure, objective] for objective in objectives] for measure in measures]


def _td(value: Any) -> str:
    number = isinstance(value, int | float)
    return f'<td class="n">{_shown(value)}</td>' if number else f"<td>{_shown(value)}</td>"


def _shown(value: Any) -> str:
    """A cell in the report."""
    return figure(value) if value is None or isinstance(value, float) else escape(
        str(cell(value)))
