"""What a coder gave: a score for one code of one policy, with the evidence."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sanzhi.core.shapes import Misfit

Status = Literal["draft", "final", "adjudicated"]


class Span(BaseModel):
    """A stretch of a policy's text, in Unicode code points, the end not included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.end <= self.start:
            raise Misfit(
                f"The span {self.start}–{self.end} is empty.",
                f"证据范围 {self.start}–{self.end} 为空。",
            )
        return self


class Coding(BaseModel):
    """One score. `round` tells a coder's repeated codings apart; suggestions of rules or models
    never become codings by themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    code: str
    score: Annotated[int, Field(ge=0)]
    coder: str
    round: Annotated[int, Field(ge=1)] = 1
    status: Status = "final"
    spans: tuple[Span, ...] = ()
    memo: str = ""
