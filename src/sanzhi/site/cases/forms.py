"""The form of an action, made from what the action asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sanzhi.cases import Action, Ask, Asked
from sanzhi.cases.asking import MOST_WORDS, ask_of
from sanzhi.core.codes import Code
from sanzhi.core.findings import Text
from sanzhi.core.shapes import field_path, shape_text
from sanzhi.site.law.catalogue import pack

#: What an event of the case is called where one is chosen: sequence → sentence.
EventWords = Mapping[int, Text]


#: What a file that is brought with a form holds, at most.
MOST_BYTES = 10_000_000
_TOO_LARGE = Text(
    f"It is larger than {MOST_BYTES // 1_000_000} MB.", f"文件超过 {MOST_BYTES // 1_000_000} MB。"
)
_NO_TEXT = Text("It is no text in UTF-8.", "文件不是 UTF-8 文本。")


class ActionForm(forms.Form):
    """What an action asks, and the sequence the actor saw, so that two cannot both win."""

    sequence = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        action: Action[Any],
        standing: Any,
        events: EventWords | None = None,
    ) -> None:
        super().__init__(
            data, files, initial={"sequence": standing.sequence}, auto_id=f"{action.name}-%s"
        )
        self.action = action
        self.units: dict[str, str] = {}
        for name, info in action.asks.model_fields.items():
            ask = ask_of(info)
            if ask:
                self.fields[name] = _field(info, ask, standing, events or {})
                if ask.money:
                    self.units[name] = _words(pack().currency_words)

    def rows(self) -> Iterator[tuple[forms.BoundField, str]]:
        """The visible fields, each with its unit."""
        for bound in self.visible_fields():
            yield bound, self.units.get(bound.name, "")

    def clean(self) -> dict[str, Any]:
        """What was said, as the action asks for it."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "sequence" and value != ""
        }
        try:
            self.said = self.action.asks.model_validate(said)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                name = field_path(detail["loc"]).partition(".")[0].partition("[")[0]
                if name in self.fields and name not in self.errors:
                    label = str(self.fields[name].label or name)
                    self.add_error(name, _said_of(detail, label))
                elif name not in self.errors:
                    self.add_error(None, _words(shape_text(detail, name)))
        return self.cleaned_data

    #: Set once the form is valid.
    said: Asked


class TextFile(forms.FileField):
    """A text that is brought as a file, in UTF-8."""

    widget = forms.FileInput

    def clean(self, data: Any, initial: Any = None) -> str:
        """The text; empty where no file was needed and none was brought."""
        file = super().clean(data, initial)
        if not file:
            return ""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_words(_TOO_LARGE))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_words(_NO_TEXT)) from None


@dataclass(frozen=True, slots=True)
class Shown:
    """An action offered on a page: its form, or none where it has a page of its own."""

    action: Action[Any]
    form: ActionForm | None
    open: bool = False
    """The step that is awaited now: shown open."""
    possible: bool = True
    """False for a form that was refused and whose action is possible no more: it stays only so
    that nothing typed is lost."""


def _field(info: FieldInfo, ask: Ask, standing: Any, events: EventWords) -> forms.Field:
    kind = _plain_type(info.annotation)
    common: dict[str, Any] = {"label": _words(ask.label), "required": info.is_required()}
    options = _options(kind, ask, standing, events)
    if options is not None:
        widget = forms.Select if ask.event else forms.RadioSelect
        return forms.ChoiceField(choices=options, widget=widget, **common)
    if ask.file:
        return TextFile(**common)
    common["initial"] = _initial(kind, ask, standing)
    if not ask.hidden and kind is str:
        common["max_length"] = MOST_WORDS
    return forms.CharField(widget=_widget(kind, ask), **common)


def _options(
    kind: Any, ask: Ask, standing: Any, events: EventWords
) -> list[tuple[str, str]] | None:
    """What can be chosen, in words; None where something is written. Of the case's events only
    those can be that whoever chooses may read."""
    if ask.choices:
        return [
            (str(value), _words(events[value] if ask.event else text))
            for value, text in ask.choices(standing).items()
            if not ask.event or value in events
        ]
    if isinstance(kind, type) and issubclass(kind, Code):
        return [(code.value, _words(code.text)) for code in kind]
    if kind is bool:
        return [("True", _words(ask.yes)), ("False", _words(ask.no))]
    return None


def _initial(kind: Any, ask: Ask, standing: Any) -> str | None:
    value = ask.initial(standing) if ask.initial else None
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if value is None and kind is date:
        return timezone.localdate().isoformat()
    return None if value is None else str(value)


def _widget(kind: Any, ask: Ask) -> forms.Widget:
    if ask.hidden:
        return forms.HiddenInput()
    if kind is date:
        return forms.DateInput(attrs={"type": "date"})
    if kind in {int, Decimal}:
        return forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
    return forms.Textarea(attrs={"rows": ask.rows}) if ask.rows else forms.TextInput()


def _plain_type(annotation: Any) -> Any:
    """The type a field holds, without what is annotated and without None."""
    if get_origin(annotation) is Annotated:
        return _plain_type(get_args(annotation)[0])
    parts = [part for part in get_args(annotation) if part is not type(None)]
    return _plain_type(parts[0]) if parts and type(None) in get_args(annotation) else annotation


def _said_of(detail: Mapping[str, Any], label: str) -> str:
    if detail["type"] in {"missing", "string_too_short"}:
        return _("This field is required.")
    return _words(shape_text(detail, label))


def _words(text: Text) -> str:
    return text.in_language(get_language() or "en")
