"""The feature matrix: what the model sees of a declaration, and nothing it could not know.

Five families: what was declared (`declared`), how its goods and value compare with the past
(`goods`, `value`), who is behind it (`parties`), and whom these deal with and share an address
with (`links`). Training chooses the families on
validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Text
from sanzhi.customs.risk import references
from sanzhi.customs.risk.columns import BY_NAME as ROLES
from sanzhi.customs.risk.levels import BY_NAME as LEVELS
from sanzhi.customs.risk.links import LINKS
from sanzhi.customs.risk.past import Past

Family = Literal["declared", "goods", "value", "parties", "links"]
FAMILIES: tuple[Family, ...] = ("declared", "goods", "value", "parties", "links")


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the matrix. `title` is what an officer reads."""

    name: str
    family: Family
    title: Text


def _features() -> tuple[Feature, ...]:
    declared = [Feature(name, "declared", title) for name, title in _DECLARED.items()]
    share = [
        Feature(
            f"finds_{level.name}",
            level.family,
            Text(f"past finds for {level.title.en}", f"{level.title.zh}的历史查获率"),
        )
        for level in LEVELS.values()
    ]
    presence = [
        Feature(
            f"presence_{name}",
            LEVELS[name].family,
            Text(
                f"how often {LEVELS[name].title.en} was declared before",
                f"{LEVELS[name].title.zh}过去申报的多少",
            ),
        )
        for name in _PRESENCE
    ]
    distance = [
        Feature(
            f"distance_{name}",
            "value",
            Text(
                f"unit value against {LEVELS[name].title.en}", f"单价与{LEVELS[name].title.zh}相比"
            ),
        )
        for name in references.AT
    ]
    linked = [Feature(f"linked_{link.name}", "links", link.linked) for link in LINKS]
    partners = [Feature(f"partners_{link.name}", "links", link.partners) for link in LINKS]
    return (*declared, *share, *presence, *distance, *linked, *partners)


_DECLARED = {
    "mass": ROLES["net_mass"].title,
    "price": ROLES["price"].title,
    "unit_value": Text("unit value", "单价"),
    "tax_rate": ROLES["tax_rate"].title,
    "duty": Text("declared duty", "申报税额"),
    "hs2": Text("chapter of the goods", "商品章"),
    "hs4": Text("heading of the goods", "商品品目"),
    "hs6": Text("subheading of the goods", "商品子目"),
    "origin": ROLES["origin"].title,
    "departure": ROLES["departure"].title,
    "tax_type": ROLES["tax_type"].title,
}
#: Levels whose frequency among all declarations is a feature.
_PRESENCE = (
    "hs6",
    "hs6_origin",
    "route",
    "importer",
    "importer_hs4",
    "seller",
    "declarant",
    "importer_seller",
    "importer_address",
)

FEATURES = _features()
BY_NAME = {feature.name: feature for feature in FEATURES}


def named(families: tuple[Family, ...]) -> tuple[str, ...]:
    """Names of the features of some families, in the order of the matrix."""
    return tuple(feature.name for feature in FEATURES if feature.family in families)


def matrix(frame: pl.DataFrame, past: Past) -> NDArray[np.float64]:
    """All features of each row, float64, rows × `FEATURES`."""
    numbers = {name: frame[name].to_numpy() for name in _NUMBERS}
    numbers |= {
        name: column.to_numpy()
        for name, column in frame.select(pl.col(*_HEADINGS).cast(pl.Float64)).to_dict().items()
    }
    return _matrix(numbers | {name: in_order(frame[name].to_list()) for name in _CODES}, past)


def matrix_of(rows: Sequence[Mapping[str, Any]], past: Past) -> NDArray[np.float64]:
    """The same of a few goods items as dictionaries, with headings."""
    numbers = {
        name: np.array([float(row[name]) for row in rows]) for name in (*_NUMBERS, *_HEADINGS)
    }
    return _matrix(numbers | {name: in_order([row[name] for row in rows]) for name in _CODES}, past)


def _matrix(given: dict[str, NDArray[np.float64]], past: Past) -> NDArray[np.float64]:
    columns = _declared(given)
    columns |= {f"finds_{name}": share for name, share in past.share.items()}
    columns |= {f"presence_{name}": past.lodged[name] for name in _PRESENCE}
    columns |= {f"linked_{name}": share for name, share in past.linked.items()}
    columns |= {f"partners_{name}": many for name, many in past.partners.items()}
    columns |= {f"distance_{name}": distance for name, distance in past.distance.items()}
    return np.column_stack([columns[feature.name] for feature in FEATURES])


def duties(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Duty and tax as declared: price times rate, in the currency of the price."""
    return _duties(frame["price"].to_numpy(), frame["tax_rate"].to_numpy())


def duties_of(rows: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    """The same of a few goods items as dictionaries."""
    return np.array([row["price"] * row["tax_rate"] / 100.0 for row in rows])


def _duties(price: NDArray[np.float64], rate: NDArray[np.float64]) -> NDArray[np.float64]:
    duty: NDArray[np.float64] = price * rate / 100.0
    return duty


_NUMBERS = ("net_mass", "price", "tax_rate")
_HEADINGS = ("hs2", "hs4", "hs6")
_CODES = ("origin", "departure", "tax_type")


def _declared(given: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    mass, price, rate = np.log1p(given["net_mass"]), np.log1p(given["price"]), given["tax_rate"]
    columns = {
        "mass": mass,
        "price": price,
        "unit_value": price - mass,
        "tax_rate": rate,
        "duty": np.log1p(_duties(given["price"], rate)),
    }
    return columns | {name: given[name] for name in (*_HEADINGS, *_CODES)}


def in_order(given: list[str]) -> NDArray[np.float64]:
    """Short codes as numbers in the order of the alphabet, whatever else is in the table."""
    number = {code: float(int.from_bytes(code.encode()[:6].ljust(6, b"\0"))) for code in set(given)}
    return np.array([number[code] for code in given])
