"""How a check is written down: one function and the sentence a user reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.declarations.document import Declaration
from sanzhi.law import Pack
from sanzhi.law.model import TariffLine


class Found(NamedTuple):
    """One place where a check failed, with the figures of its message."""

    path: str
    values: dict[str, Any]
    citation: str | None = None


@dataclass
class Subject:
    """What a check looks at: the declaration and the law of its day."""

    declaration: Declaration
    pack: Pack
    filing: bool = False
    on: date = field(init=False)

    def __post_init__(self) -> None:
        self.on = self.declaration.date

    @cached_property
    def lines(self) -> list[TariffLine | None]:
        """The tariff line of each item on the day, None where the tariff has none."""
        return [
            self.pack.find_line(item.code, self.on) if item.code else None
            for item in self.declaration.items
        ]

    @cached_property
    def is_national(self) -> bool:
        """Whether the message is addressed to the administration whose law this pack is."""
        return self.declaration.jurisdiction in (None, "", self.pack.country_code)

    @cached_property
    def is_filing(self) -> bool:
        """Whether this is a filing with parties, and not an estimate of goods and prices."""
        return bool(self.filing or self.declaration.parties or self.declaration.source)


Body = Callable[[Subject], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    severity: Severity
    text: Text
    mend: Text
    citation: str | None
    body: Body
    national: bool
    """Rests on this administration's code tables: not applied to messages addressed elsewhere."""
    filing: bool
    """Asks for what a filing needs and an estimate does not."""

    def applies(self, subject: Subject) -> bool:
        """Whether the check asks anything of this declaration."""
        return not (self.national and not subject.is_national) and not (
            self.filing and not subject.is_filing
        )

    def run(self, subject: Subject) -> Iterator[Finding]:
        """A finding for each place that fails."""
        for found in self.body(subject):
            yield Finding(
                code=self.code,
                path=found.path,
                text=self.text.format(**found.values),
                mend=self.mend.format(**found.values),
                severity=self.severity,
                citation=found.citation or self.citation,
            )


class Registry(list[Check]):
    """The checks of one module, in the order they run."""

    def check(
        self,
        code: str,
        en: str,
        zh: str,
        *,
        mend: tuple[str, str],
        severity: Severity = Severity.ERROR,
        citation: str | None = None,
        national: bool = False,
        filing: bool = False,
    ) -> Callable[[Body], Body]:
        """Register a function as a check; it yields a `Found` for each place that fails."""

        def register(body: Body) -> Body:
            self.append(
                Check(code, severity, Text(en, zh), Text(*mend), citation, body, national, filing)
            )
            return body

        return register
