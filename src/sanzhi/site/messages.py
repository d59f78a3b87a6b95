"""The Chinese of the site: `locale/zh_Hans/LC_MESSAGES/django.po`, kept by hand, compiled here.

`python -m sanzhi.site.messages` compiles what has changed; `sanzhi migrate` and `sanzhi serve`
do so too, so that no gettext needs to be installed.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"


def compile_messages() -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; returns those compiled."""
    done = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        fresh = target.with_suffix(".tmp")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        done.append(source)
    return done


if __name__ == "__main__":
    for path in compile_messages():
        sys.stderr.write(f"compiled {path.relative_to(LOCALE)}\n")
