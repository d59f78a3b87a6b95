"""Parts of the extra `risk`, imported when first used."""

from importlib import import_module
from typing import Any

from sanzhi.core.findings import Text, Unusable


def part(module: str) -> Any:
    """A module of the extra `risk`; `Unusable` (`risk.extra`) where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise Unusable.because(
            "risk.extra", module, "This needs the parts of the extra 'risk'.",
            "此功能需要附加组件 risk。",
            mend=Text("pip install 'sanzhi[risk]'", "请运行 pip install 'sanzhi[risk]'"),
        ) from None


def require() -> None:
    """Say at once, before anything is read or written, what is not installed."""
    for module in ("numpy", "polars", "lightgbm"):
        part(module)
