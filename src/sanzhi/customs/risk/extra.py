"""Parts of the extra `risk`, imported when first used."""

from sanzhi.core.extras import parts_of

#: A module of the extra; `Unusable` (`risk.extra`) where it is not installed.
part = parts_of("risk", "risk")


def require() -> None:
    """Say at once, before anything is read or written, what is not installed."""
    for module in ("numpy", "polars", "lightgbm"):
        part(module)
