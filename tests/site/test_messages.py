"""Every sentence of the site has its Chinese."""

import re

from babel.messages.pofile import read_po
from messages_used import used

from sanzhi.site.messages import catalogues, compile_messages

# Names and numbers that read the same in both languages.
SAME = {"CEPA"}


def entries() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in catalogues():
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                single = isinstance(message.id, str)
                forms = (message.id,) if single else message.id
                text = message.string if single else message.string[0]
                found.update(dict.fromkeys(forms, text))
    return found


def test_every_sentence_in_use_is_translated():
    known = entries()
    missing = sorted(text for text in used() if not known.get(text))
    assert not missing


def test_the_catalogue_keeps_nothing_that_is_no_longer_used():
    stale = sorted(set(entries()) - used() - {""})
    assert not stale


def test_translations_keep_the_places_of_values():
    for text, chinese in entries().items():
        if text:
            assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", chinese))


def test_translations_are_chinese():
    for text, chinese in entries().items():
        if text and text not in SAME and re.search("[A-Za-z]{2}", re.sub(r"%\(\w+\)s", "", text)):
            assert re.search("[\u4e00-\u9fff]", chinese), text


def test_catalogues_compile():
    compile_messages()
    assert all(path.with_suffix(".mo").stat().st_size > 100 for path in catalogues())
    assert compile_messages() == []
