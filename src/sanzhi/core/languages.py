"""Languages beyond the platform's own two, English and Chinese.

A sentence in another language is found by the English one, in the words that a law pack brings.
The words are said once, when a process starts; a sentence that nobody has put into a language is
said in English.
"""

from collections.abc import Mapping

_WORDS: dict[str, Mapping[str, str]] = {}


def learn(language: str, words: Mapping[str, str]) -> None:
    """Say what English sentences are in a language (ISO 639)."""
    _WORDS[language] = words


def translated(english: str, language: str) -> str:
    """An English sentence in a language; as it is where its words are not known."""
    return _WORDS.get(language.partition("-")[0], {}).get(english, english)
