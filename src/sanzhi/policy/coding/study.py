"""The study file: every choice of a study, in one versioned YAML.

A study says which texts count, how they are put into categories, the codebook with its manual,
the force scales, the measurement model and the years, and names its corpus and codings beside
it. Anyone who has the file and what it names can do the study again.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.shapes import Misfit, first_misfit
from sanzhi.policy.coding.shipped import located, shipped_studies

MAX_BYTES = 5_000_000

#: Files that a study does not take over from the one it extends.
_OWN = ("corpus", "codings", "index")

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
#: A path as a study file gives it.
Named = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Model):
    """A name in both languages."""

    en: str
    zh: str

    @property
    def text(self) -> Text:
        return Text(self.en, self.zh)


def _both(given: object) -> object:
    """A plain string stands for both languages."""
    return Text(given, given) if isinstance(given, str) else given


def _both_or_none(given: object) -> object:
    return None if given == "" else _both(given)


def _plain(text: Text | None) -> object:
    """As a study file would give it."""
    if text is None:
        return ""
    return text.en if text.en == text.zh else {"en": text.en, "zh": text.zh}


#: Words of the manual: `{en, zh}`, or a string that stands for both.
Wording = Annotated[Text, BeforeValidator(_both), PlainSerializer(_plain)]
#: The same where nothing may be said; an empty string says nothing.
MaybeWording = Annotated[Text | None, BeforeValidator(_both_or_none), PlainSerializer(_plain)]


class Level(Model):
    """What a score means, with an example of a text that earns it."""

    text: Wording
    anchor: MaybeWording = None


class Code(Model):
    """A measure or an objective of the codebook."""

    key: Key
    title: Words
    definition: MaybeWording = None
    levels: dict[int, Level] = Field(default_factory=dict)
    terms: tuple[str, ...] = ()
    """Words that suggest the code; suggestions are never counted as codes."""


class Codebook(Model):
    """The frame: measures and objectives scored 0 (absent) to `scale`."""

    scale: Annotated[int, Field(ge=1, le=10)] = 5
    measures: Annotated[tuple[Code, ...], Field(min_length=1)]
    objectives: Annotated[tuple[Code, ...], Field(min_length=1)]

    @property
    def codes(self) -> tuple[Code, ...]:
        return self.measures + self.objectives

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        seen: set[str] = set()
        for code in self.codes:
            if code.key in seen:
                raise Misfit(f"The code {code.key} stands twice.", f"编码项 {code.key} 重复。")
            seen.add(code.key)
            if beyond := [score for score in code.levels if not 0 <= score <= self.scale]:
                raise Misfit(
                    f"{code.key}: level {beyond[0]} is off the scale 0–{self.scale}.",
                    f"{code.key}：等级 {beyond[0]} 超出 0–{self.scale} 的量表。",
                )
        return self


class Rule(Model):
    """Which policies: every condition that is set must hold. `any`/`none` look for words in
    title and text."""

    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    doc_types: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    field: str = ""
    """With `equals`: a field of the policy and the values it may have."""
    equals: tuple[str, ...] = ()


class Category(Model):
    key: Key
    title: Words
    rule: Rule = Rule()


class Force(Model):
    """Force scales: document type → level. `use` names the one the study takes."""

    use: str
    scales: dict[str, dict[str, Annotated[float, Field(gt=0, le=10)]]]
    laws: tuple[str, ...] = ("law",)
    """Document types that robustness leaves out to see what hangs on laws."""

    @model_validator(mode="after")
    def _use_is_a_scale(self) -> Self:
        if self.use not in self.scales:
            scales = ", ".join(self.scales)
            raise Misfit(
                f"force.use is {self.use!r}, none of {scales}.",
                f"force.use 为 {self.use!r}，不在 {scales} 之中。",
            )
        return self


class Measurement(Model):
    """The measurement model."""

    combine: Literal["sum", "mean"] = "sum"
    """Sum a policy's measures (and objectives), or average them."""
    count: Literal["issued", "in_force"] = "issued"
    """A policy takes part in the year of issue, or in every year in which it was in force."""
    settle: Literal["adjudicated", "mean", "first"] = "adjudicated"
    """Where several coded: the adjudicated score, else their mean; always the mean; the first."""


class Study(Model):
    """A study. Paths are beside the study file."""

    key: Key
    version: Annotated[int, Field(ge=1, le=1_000_000_000)]
    title: Words
    years: tuple[int, int]
    corpus: tuple[Named, ...]
    codings: tuple[Named, ...] = ()
    index: Named = ""
    """A CSV `year,value` of an outside index that findings are compared with."""
    include: Rule = Rule()
    categories: tuple[Category, ...] = ()
    codebook: Codebook
    force: Force
    measurement: Measurement = Measurement()

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if not 1800 <= self.years[0] <= self.years[1] <= 2200:
            raise Misfit(
                f"The years {self.years[0]}–{self.years[1]} are not in order.",
                f"年份 {self.years[0]}–{self.years[1]} 顺序有误。",
            )
        return self

    @property
    def all_years(self) -> tuple[int, ...]:
        return tuple(range(self.years[0], self.years[1] + 1))


def load_study(path: Path) -> Study:
    """Read a study file; `Unusable` (`study.*`) naming the field that is wrong.

    `extends` names another study file beside it, or a shipped study, whose fields hold where this
    one gives none; the corpus, codings and index are always its own.
    """
    fields = _fields(path)
    if "extends" in fields:
        name = fields.pop("extends")
        base = _extended(path, name) if isinstance(name, str) else {}
        if not base or "extends" in base:
            raise refused(
                "study.extends",
                f"{path.name} extends",
                "It must name a study that extends no other itself",
                "应为一项自身不再继承他项的研究",
            )
        fields = {key: value for key, value in base.items() if key not in _OWN} | fields
    try:
        return Study.model_validate(fields)
    except ValidationError as error:
        raise Unusable(first_misfit(error, "study.field", path.name)) from None


def _extended(path: Path, name: str) -> dict[str, Any]:
    """The fields of the study that the one at `path` extends."""
    if not name.endswith((".yaml", ".yml")):
        if name not in shipped_studies():
            raise refused(
                "study.base", name[:200], "No study of this key ships", "没有以此为 key 的随附研究"
            )
        return _fields(located(Path(name)))
    if "\0" in name or Path(name).name != name:
        raise refused(
            "study.beside",
            f"{path.name} extends",
            "It must name a file beside it",
            "应为同一文件夹中的文件",
        )
    return _fields(path.parent / name)


def refused(code: str, place: str, en: str, zh: str) -> Unusable:
    """A fault of a file of the study: where, and what is wrong in both languages."""
    return Unusable(Finding(code=code, path=place, text=Text(f"{en}.", f"{zh}。")))


def _fields(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(
            "study.unreadable",
            str(path),
            f"It cannot be read ({error.strerror})",
            f"无法读取（{error.strerror}）",
        ) from None
    if len(data) > MAX_BYTES:
        raise refused(
            "study.too_large",
            path.name,
            f"It is larger than {MAX_BYTES:,} bytes",
            f"超过 {MAX_BYTES:,} 字节",
        )
    try:
        fields: Any = yaml.safe_load(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refused("study.encoding", path.name, "It is not UTF-8", "不是 UTF-8 编码") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name} line {mark.line + 1}" if mark else path.name
        why = getattr(error, "problem", None) or str(error) or "nested too deeply"
        raise refused(
            "study.yaml", place, f"It is not YAML: {why}", f"不是有效的 YAML：{why}"
        ) from None
    if not isinstance(fields, dict):
        raise refused("study.yaml", path.name, "It is not a mapping", "不是映射")
    return fields
