"""Studies that ship with the product, called by their key: `customs-facilitation`."""

from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "studies"


def shipped_studies() -> list[str]:
    """Keys of the studies that ship."""
    return sorted(path.parent.name for path in _FOLDER.glob("*/study.yaml"))


def located(path: Path) -> Path:
    """The study file meant: the path, or the shipped study of that key where no file is there."""
    if path.is_file() or str(path) not in shipped_studies():
        return path
    return _FOLDER / path / "study.yaml"
