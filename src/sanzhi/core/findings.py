"""Findings: what is wrong with an input, where, and how to mend it."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from sanzhi.core.languages import translated

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """A sentence in both languages of the platform."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        if language.startswith("zh"):
            return self.zh
        return self.en if language.startswith("en") else translated(self.en, language)

    def format(self, **values: object) -> "Text":
        return Text(self.en.format(**values), self.zh.format(**values))

    def __str__(self) -> str:
        return self.en


class Severity(StrEnum):
    ERROR = "error"
    """The input cannot be accepted as it stands."""
    WARNING = "warning"
    """Acceptable, but a person should look."""
    INFO = "info"
    """Worth knowing; nothing to do."""


class Finding(BaseModel):
    """One thing found in an input.

    `path` names the place (`items[0].code`, an element path for XML, `row 12` for tables),
    `line` the 1-based line in the original where there is one, `citation` the key of the act and
    article the rule rests on.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    path: str
    text: Text
    mend: Text | None = None
    severity: Severity = Severity.ERROR
    line: int | None = None
    citation: str | None = None

    def row(self, language: str = "en", cited: Callable[[str], str] = str) -> dict[str, object]:
        """The finding as one flat record in one language, as files and pages show it. `cited`
        puts an administration's own law in the place of what procedures cite."""
        row: dict[str, object] = {
            "code": self.code,
            "path": self.path,
            "text": self.text.in_language(language),
            "severity": str(self.severity),
        }
        if self.mend:
            row["mend"] = self.mend.in_language(language)
        if self.line is not None:
            row["line"] = self.line
        if self.citation:
            row["citation"] = cited(self.citation)
        return row


class Unusable(Exception):
    """An input that cannot be used at all; carries the finding that says why, and the further
    ones where there are several."""

    def __init__(self, finding: Finding, *others: Finding) -> None:
        super().__init__(finding.text.en)
        self.finding = finding
        self.findings = [finding, *others]

    @classmethod
    def because(
        cls,
        code: str,
        path: str,
        en: str,
        zh: str,
        *,
        line: int | None = None,
        mend: Text | None = None,
    ) -> "Unusable":
        return cls(Finding(code=code, path=path, text=Text(en, zh), line=line, mend=mend))


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
