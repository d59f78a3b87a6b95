"""A policy: the text and the facts that measuring needs."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sanzhi.core.shapes import Misfit

Fact = Annotated[str, StringConstraints(strip_whitespace=True)]


class Policy(BaseModel):
    """One policy text (政策文本).

    `doc_type` is the kind of document in the words of the study's force scales (`law`,
    `administrative regulation`, `ministry order`, `announcement`…); `act` is the key of the same
    act in the law pack, which joins the text with the decisions that cite it. Fields that are not
    named here are kept.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Annotated[Fact, Field(min_length=1, max_length=200)]
    title: Fact = ""
    issuers: tuple[Fact, ...] = ()
    """Every issuer, jointly issuing ones too (联合发文)."""
    doc_type: Fact | None = None
    number: Fact | None = None
    issued: date | None = None
    effective: date | None = None
    repealed: date | None = None
    """First day it no longer applies."""
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    """The year it is counted in; the year of issue where it is not given."""
    text: str = ""
    """As it stands, so that positions of evidence hold."""
    source: Fact = ""
    language: Fact = "zh"
    act: Fact | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        start = self.effective or self.issued
        if start and self.repealed and self.repealed < start:
            raise Misfit(
                f"It was repealed on {self.repealed}, before it applied on {start}.",
                f"废止日期 {self.repealed} 早于施行日期 {start}。",
            )
        return self

    @property
    def counted_year(self) -> int | None:
        """The year of issue, as given or from the date."""
        return self.year or (self.issued.year if self.issued else None)

    def in_force_on(self, day: date) -> bool:
        """Whether it applied on a day; a policy without dates never did."""
        start = self.effective or self.issued
        return start is not None and start <= day and (self.repealed is None or day < self.repealed)
