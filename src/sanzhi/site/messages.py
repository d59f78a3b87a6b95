"""The Chinese of the site: catalogues `locale/zh_Hans/LC_MESSAGES/django.po` of the site and of
its apps, kept by hand, compiled here.

`python -m sanzhi.site.messages` compiles what has changed; `sanzhi migrate` and `sanzhi serve`
do so too, so that no gettext needs to be installed.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SITE = Path(__file__).parent


def catalogues() -> list[Path]:
    """The catalogues of the site and its apps."""
    return sorted(SITE.glob("**/locale/*/LC_MESSAGES/*.po"))


def compile_messages() -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; returns those compiled."""
    done = []
    for source in catalogues():
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


def compile_words(words: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Compile what a law pack says in languages that the site itself does not speak."""
    for language, said in words.items():
        catalogue = Catalog(locale=language)
        for english, own in said.items():
            catalogue.add(english, own)
        target = folder / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".tmp")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)


if __name__ == "__main__":
    for path in compile_messages():
        sys.stderr.write(f"compiled {path.relative_to(SITE)}\n")
