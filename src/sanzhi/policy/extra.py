"""Parts of the extra `policy`, imported when first used."""

from importlib import import_module
from typing import Any

from sanzhi.core.findings import Text, Unusable


def part(module: str) -> Any:
    """A module of the extra `policy`; `Unusable` (`policy.extra`) where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise Unusable.because(
            "policy.extra", module, "This needs the parts of the extra 'policy'.",
            "此功能需要附加组件 policy。",
            mend=Text("pip install 'sanzhi[policy]'", "请运行 pip install 'sanzhi[policy]'"),
        ) from None
