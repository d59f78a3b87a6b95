"""The decisions that rest on an act, from the event log: how a policy was carried out."""

from dataclasses import dataclass
from datetime import datetime

from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY
from sanzhi.site.events.columns import frame_of


@dataclass(frozen=True, slots=True)
class Decisions:
    """How many events name an act among their law, of how many cases, since when and until when;
    and by kind, those of most first."""

    count: int
    cases: int
    first: datetime | None
    last: datetime | None
    kinds: list[tuple[Text, int]]


def decisions_on(act: str) -> Decisions:
    """The decisions that name an act of the law pack, or a place in it: counted over the columns
    of every kind."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    cited = pl.element().eq(act) | pl.element().str.starts_with(f"{act},")
    told = pl.concat(
        frame_of(kind.name)
        .filter(pl.col("law").list.eval(cited).list.any())
        .select("case", "time", kind=pl.lit(kind.name))
        for kind in VOCABULARY
    ).collect()
    first, last = told.select(pl.col("time").min(), last=pl.col("time").max()).row(0)
    kinds = told.group_by("kind").len().sort("len", "kind", descending=[True, False])
    verbs = {kind.name: kind.verb for kind in VOCABULARY}
    return Decisions(
        told.height,
        told["case"].n_unique(),
        first,
        last,
        [(verbs[kind], many) for kind, many in kinds.iter_rows()],
    )
