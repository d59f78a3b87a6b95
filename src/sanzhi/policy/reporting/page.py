"""The report's HTML: findings first, then a chart and its table for each part.

One file without anything from elsewhere, in English or Chinese, readable on paper.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from sanzhi.core.findings import Text
from sanzhi.policy.reporting.charts import figure
from sanzhi.policy.reporting.figures import Figure, Figures, SynergyKind
from sanzhi.policy.reporting.results import Results
from sanzhi.policy.reporting.sentences import category_title, said
from sanzhi.policy.reporting.tables import cell
from sanzhi.policy.reporting.words import STYLE, VERDICTS


def page(results: Results, language: str) -> str:
    """The whole report in one language."""
    return _Page(results, language).html()


class _Page:
    """One report being written; every method gives a section."""

    def __init__(self, results: Results, language: str) -> None:
        self.results, self.study, self.language = results, results.study, language
        self.figures = Figures(results, language)
        self._word = self.figures.word

    def html(self) -> str:
        title = self._in(self.study.title.text)
        sections = (
            (
                self._head,
                self._findings,
                self._years,
                self._synergies,
                self._ties,
                self._grid,
                self._agreement,
                self._gaps,
                self._agencies,
                self._steadiness,
            )
            if self.results.coded
            else (self._head, self._nothing)
        )
        body = "".join(part for section in sections for part in section())
        return (
            f'<!doctype html>\n<html lang="{self.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
            f"<body><main>{body}</main></body></html>\n"
        )

    def _head(self) -> Iterator[str]:
        study, body = self.study, self.results.body
        scale = study.force.use
        yield f"<h1>{escape(self._in(study.title.text))}</h1>"
        taking_part = int(body.takes_part.any(axis=1).sum())
        yield self._p(
            "basis",
            study=study.key,
            version=study.version,
            first=study.years[0],
            last=study.years[1],
            policies=taking_part,
            uncoded=len(self.results.policies) - len(body.policies),
            scale=scale,
            codings=len(self.results.codings),
        )
        yield self._p("not_the_world")

    def _findings(self) -> Iterator[str]:
        found = self.results.robustness.findings
        holding = sum(one.verdict == "holds" for one in found)
        yield self._h2("findings", holds=holding, of=len(found))
        yield self._p(
            "findings_how",
            cells=len(self.results.robustness.cells),
            draws=self.results.robustness.draws,
        )
        rows = [[self._in(VERDICTS[one.verdict]), self._in(said(one, self.study))] for one in found]
        yield self._table(["verdict", "finding"], rows)

    def _nothing(self) -> Iterator[str]:
        yield self._h2("nothing_coded")
        yield self._p("nothing_coded_how")

    def _years(self) -> Iterator[str]:
        for category in self.results.body.categories:
            for quantity in ("total", "average"):
                yield from self._chart(self.figures.effectiveness(quantity, category), "band")
            counts = {
                one.year: one.policies for one in self.results.yearly if one.category == category
            }
            yield self._table(
                ["year", "policies", "total", "low", "high", "average", "low", "high"],
                [
                    [
                        one.year,
                        counts[one.year],
                        one.total,
                        one.total_low,
                        one.total_high,
                        one.average,
                        one.average_low,
                        one.average_high,
                    ]
                    for one in self.results.robustness.intervals
                    if one.category == category
                ],
            )

    def _synergies(self) -> Iterator[str]:
        kinds: tuple[SynergyKind, ...] = ("measures", "objectives")
        for kind in kinds:
            found = self.figures.synergy(kind)
            if not found:
                continue
            yield from self._chart(found, "heat")
            yield self._table(
                ["pair", "total"],
                [
                    [self.figures.named(pair), total]
                    for pair, total in sorted(
                        self.figures.pairs(kind).items(), key=lambda one: (-one[1], one[0])
                    )
                ],
            )

    def _ties(self) -> Iterator[str]:
        found = self.figures.ties()
        if not found:
            return
        yield from self._chart(found, "network_how")
        yield self._table(
            ["measure", "total", "ties"],
            [[tie.title, tie.effectiveness, tie.synergy] for tie in self.figures.measure_ties()],
        )

    def _grid(self) -> Iterator[str]:
        for finding in self.results.robustness.findings:
            if finding.kind == "trend" and finding.verdict != "undefined":
                yield from self._chart(self.figures.directions(finding), "grid_how")
        _, objectives = self.figures.left_out
        yield self._table(
            ["column", "left_out"],
            [[i, self.figures.without(key)] for i, key in enumerate(objectives)],
        )

    def _agreement(self) -> Iterator[str]:
        rows = self.results.agreement
        if not rows:
            yield self._h2("agreement_none")
            return
        first = {row.over: row.figures.alpha_ordinal for row in rows if row.kind == "all"}
        yield self._h2("agreement", all=_shown(first.get("all")), coded=_shown(first.get("coded")))
        figures = (
            "units",
            "coders",
            "percent",
            "kappa",
            "kappa_quadratic",
            "alpha_nominal",
            "alpha_ordinal",
            "alpha_interval",
            "icc",
            "ac2",
        )
        yield self._table(
            ["of", "over", *figures],
            [
                [row.of, row.over, *(getattr(row.figures, name) for name in figures)]
                for row in rows
                if row.kind != "text"
            ],
        )

    def _gaps(self) -> Iterator[str]:
        found = self.results.gaps
        yield self._h2("gaps", n=len(found))
        yield self._table(
            ["gap", "advice", "rows"],
            [
                [
                    self._in(one.text),
                    self._in(one.advice),
                    "; ".join(
                        ", ".join(f"{name} {_shown(value)}" for name, value in row.items())
                        for row in one.rows[:8]
                    ),
                ]
                for one in found
            ],
        )

    def _agencies(self) -> Iterator[str]:
        joint = self.results.network
        yield self._h2(
            "agencies", n=len(joint.agencies), pairs=len(joint.pairs), density=_shown(joint.density)
        )
        yield self._table(
            ["agency", "policies", "joint", "degree", "betweenness"],
            [
                [one.agency, one.policies, one.joint_policies, one.degree, one.betweenness]
                for one in sorted(joint.agencies, key=lambda one: (-one.policies, one.agency))
            ],
        )

    def _steadiness(self) -> Iterator[str]:
        yield self._h2("stability")
        yield self._table(
            [
                "category",
                "change",
                "relative",
                "policy_years",
                "repeals",
                "amendments",
                "stability_value",
                "half_life",
            ],
            [
                [
                    self._in(category_title(self.study, one.category)),
                    one.mean_yearly_change,
                    one.relative_yearly_change,
                    one.policy_years,
                    one.repeals,
                    one.amendments,
                    one.stability,
                    one.half_life,
                ]
                for one in self.results.stability
            ],
        )
        yield self._p("reproduce")

    def _in(self, text: Text) -> str:
        return text.in_language(self.language)

    def _h2(self, key: str, **values: object) -> str:
        return self._h2_text(self._word(key, **values))

    @staticmethod
    def _h2_text(words: str) -> str:
        return f"<h2>{escape(words)}</h2>"

    def _p(self, key: str, **values: object) -> str:
        return f"<p>{escape(self._word(key, **values))}</p>"

    def _chart(self, found: Figure, caption: str) -> Iterator[str]:
        yield self._h2_text(found.title)
        yield (
            f"<figure>{found.drawing}<figcaption>{escape(self._word(caption))}</figcaption>"
            "</figure>"
        )

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
        head = "".join(f"<th>{escape(self._word(name))}</th>" for name in columns)
        body = "".join("<tr>" + "".join(_td(value) for value in row) + "</tr>" for row in rows)
        return (
            f'<div class="table"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )


def _td(value: Any) -> str:
    number = isinstance(value, int | float)
    return f'<td class="n">{_shown(value)}</td>' if number else f"<td>{_shown(value)}</td>"


def _shown(value: Any) -> str:
    """A cell in the report."""
    return figure(value) if value is None or isinstance(value, float) else escape(str(cell(value)))
