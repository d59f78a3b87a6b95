"""Look up what requirements.lock pins among the known weaknesses of packages.

    python tools/audit.py       or: make audit

Exit status 1 where a weakness is known. Where no source of advisories answers, nothing is passed:
one line says that it was not audited, and the exit status is 0.
"""
# ruff: noqa: INP001, T201 - a script, not a package, and it prints

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
#: How an error reads where the source could not be reached.
UNREACHABLE = re.compile(r"ConnectionError|ConnectTimeout|Failed to connect|Max retries|timed out")


def main() -> int:
    answer = asked()
    if answer is None:
        print("not audited: no source of advisories could be reached")
        return 0
    packages = answer["dependencies"]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if len(skipped) == len(packages):
        print(f"not audited: no source of advisories knows any of the {len(packages)} packages")
        return 0
    weak = [one for one in packages if one.get("vulns")]
    for one in weak:
        for known in one["vulns"]:
            fixed = ", ".join(known["fix_versions"]) or "none yet"
            print(f"{one['name']} {one['version']}: {known['id']}; mended in: {fixed}")
    print(f"{len(packages) - len(skipped)} packages audited, {len(weak)} with a known weakness")
    if skipped:
        print(f"not audited, as no source knows them: {', '.join(skipped)}")
    return bool(weak)


def asked() -> dict[str, Any] | None:
    """What pip-audit found; None where it reached nobody to ask."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        words = ["-r", LOCK, "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        done = subprocess.run(  # noqa: S603 - words of this file
            [sys.executable, "-m", "pip_audit", *words, "-f", "json", "-o", out],
            check=False,
            capture_output=True,
            text=True,
        )
        if out.exists():
            found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
            return found
    if UNREACHABLE.search(done.stderr):
        return None
    sys.exit(f"pip-audit failed: {done.stderr.strip().splitlines()[-1:]}")


if __name__ == "__main__":
    sys.exit(main())
