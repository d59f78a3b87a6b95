"""Parts of an optional extra, imported when first used."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sanzhi.core.findings import Text, Unusable


def parts_of(extra: str, room: str) -> Callable[[str], Any]:
    """A function that gives a module of an extra; `Unusable` (`<room>.extra`) where it is not
    installed."""

    def part(module: str) -> Any:
        try:
            return import_module(module)
        except ModuleNotFoundError:
            raise Unusable.because(
                f"{room}.extra",
                module,
                f"This needs the parts of the extra '{extra}'.",
                f"此功能需要附加组件 {extra}。",
                mend=Text(
                    f"pip install 'sanzhi[{extra}]'", f"请运行 pip install 'sanzhi[{extra}]'"
                ),
            ) from None

    return part
