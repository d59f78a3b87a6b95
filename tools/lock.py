"""Write requirements.lock: the versions that a fresh install of every part chooses today.

    python tools/lock.py        or: make lock

An install takes them by `pip install -c requirements.lock`: a constraint pins what is chosen and
installs nothing by itself, so that other platforms and later Pythons choose their own parts.
"""
# ruff: noqa: INP001 - a script, not a package

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
HEAD = (
    "# What `.[dev]` installs, by the version tested. Written by `make lock`; read by `pip -c`.\n"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        install = [*pip, "install", "-q", "--no-compile", "-e", f"{ROOT}[dev,audit]"]
        subprocess.run(install, check=True)  # noqa: S603 - words of this file
        frozen = subprocess.run(  # noqa: S603 - words of this file
            [*pip, "freeze", "--exclude-editable"], check=True, capture_output=True, text=True
        ).stdout
    LOCK.write_text(HEAD + frozen, encoding="utf-8")


if __name__ == "__main__":
    main()
