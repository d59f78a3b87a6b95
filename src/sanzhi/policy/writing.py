"""Writing one file whole or not at all."""

import os
from pathlib import Path

from sanzhi.policy.coding.study import refused


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then rename; `Unusable` (`policy.unwritable`) where it cannot be written."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise refused(
            "policy.unwritable",
            str(path),
            f"It cannot be written ({error.strerror})",
            f"无法写入（{error.strerror}）",
        ) from None
