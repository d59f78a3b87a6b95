"""How unlike the past a declaration is: for goods and parties no outcome can speak of.

Surprise is the mean, over several levels, of minus the log of how often the like was lodged
before, plus what the unit value's distance adds. It is read on the scale of the training
declarations' own surprise when they came: 0.99 is more unusual than 99 in 100 of them.
"""

import numpy as np
from numpy.typing import NDArray

from sanzhi.customs.risk.past import Past

#: Levels whose rarity surprises.
OVER = (
    "hs6_origin",
    "route",
    "rate",
    "importer",
    "importer_hs4",
    "seller",
    "seller_origin",
    "transport",
)
#: Distances beyond this add no more; what cannot be compared counts as half as far.
_FAR = 6.0
#: Nats a robust deviation adds.
_NATS = 0.25
#: Points at which the scale is kept.
_POINTS = 201

Floats = NDArray[np.float64]


def surprise(past: Past) -> Floats:
    """Raw surprise, in nats a level."""
    rarity = -np.mean([past.lodged[name] for name in OVER], axis=0)
    distance = np.abs(np.nan_to_num(past.distance["hs6_origin"], nan=_FAR / 2))
    result: Floats = rarity + _NATS * np.minimum(distance, _FAR)
    return result


def scale_of(raw: Floats) -> Floats:
    """The quantiles by which raw surprise is read."""
    return np.quantile(raw, np.linspace(0.0, 1.0, _POINTS))


def on_scale(raw: Floats, scale: Floats) -> Floats:
    """Raw surprise as a share of the training declarations that surprised less, 0 to 1."""
    return np.interp(raw, scale, np.linspace(0.0, 1.0, len(scale)))
