"""What accounts take from the administration: its languages, how it calls the code of an
enterprise, and the name in its own language.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext


class OwnColumn(models.CharField):  # type: ignore[type-arg] # as Django's own columns
    """A column with a name that is the administration's. Migrations do not know it: they are the
    same under every law pack."""

    def __init__(self, called: Callable[[], str] | None = None, **options: Any) -> None:
        if called:
            options["verbose_name"] = lazy(called, str)()
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, options = super().deconstruct()
        options.pop("verbose_name", None)
        return name, "django.db.models.CharField", list(args), options


def languages() -> list[tuple[str, str]]:
    """The languages of its pages, with what each calls itself."""
    return list(settings.LANGUAGES)


def enterprise_code() -> str:
    """What the codes of enterprises are called, in the reader's language."""
    return settings.ADMINISTRATION.enterprise_code_words.in_language(get_language() or "en")


def own_name() -> str:
    """What the name in the administration's own language is called: its first but English."""
    own = next((one for one in settings.ADMINISTRATION.languages if one != "en"), "en")
    return gettext("name in %(language)s") % {"language": _language(own)}


def _language(code: str) -> str:
    if code == "zh":
        return gettext("Chinese")
    known = LANG_INFO.get(code)
    return gettext(known["name"]) if known else code
