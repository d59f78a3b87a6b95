"""Reading codings: CSV with a row a score, checked against the study and the texts."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from sanzhi.core.findings import Unusable
from sanzhi.core.shapes import first_misfit
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Study, refused
from sanzhi.policy.corpus.document import Policy

COLUMNS = ("policy", "code", "score", "coder", "round", "status", "spans", "memo")
_NEEDED = ("policy", "code", "score", "coder")


def read_codings(path: Path, study: Study, policies: Mapping[str, Policy]) -> list[Coding]:
    """The codings of a CSV; `Unusable` (`coding.*`) naming row and field.

    `spans` are `start-end` pairs separated by spaces, in code points of the policy's text.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise refused(
            "coding.unreadable",
            path.name,
            f"It cannot be read ({error.strerror})",
            f"无法读取（{error.strerror}）",
        ) from None
    except UnicodeDecodeError:
        raise refused("coding.encoding", path.name, "It is not UTF-8", "不是 UTF-8 编码") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise refused(
            "coding.column",
            path.name,
            f"The column {missing[0]} is missing",
            f"缺少列 {missing[0]}",
        )
    found = [_coding(row, f"{path.name} row {number}") for number, row in enumerate(reader, 2)]
    check_codings(found, study, policies, path.name)
    return found


def check_codings(
    codings: Iterable[Coding], study: Study, policies: Mapping[str, Policy], name: str
) -> None:
    """Refuse scores off the scale, unknown policies and codes, evidence outside the text, and
    the same score given twice."""
    codes = {code.key for code in study.codebook.codes}
    seen: set[tuple[str, str, str, int]] = set()
    for number, coding in enumerate(codings, 2):
        place = f"{name} row {number}"
        if coding.policy not in policies:
            raise refused(
                "coding.policy",
                f"{place} policy",
                f"The corpus has no policy {coding.policy!r}",
                f"语料中没有政策 {coding.policy!r}",
            )
        if coding.code not in codes:
            raise refused(
                "coding.code",
                f"{place} code",
                f"The codebook has no code {coding.code!r}",
                f"编码手册中没有 {coding.code!r}",
            )
        if coding.score > study.codebook.scale:
            raise refused(
                "coding.score",
                f"{place} score",
                f"{coding.score} is off the scale 0–{study.codebook.scale}",
                f"{coding.score} 超出量表 0–{study.codebook.scale}",
            )
        length = len(policies[coding.policy].text)
        if any(span.end > length for span in coding.spans):
            raise refused(
                "coding.span",
                f"{place} spans",
                f"The evidence lies outside the text of {length} characters",
                f"证据片段超出 {length} 字的文本",
            )
        key = (coding.policy, coding.code, coding.coder, coding.round)
        if key in seen and coding.status != "adjudicated":
            raise refused(
                "coding.duplicate",
                place,
                f"{coding.coder} scored {coding.code} of {coding.policy} twice",
                f"{coding.coder} 对 {coding.policy} 的 {coding.code} 重复打分",
            )
        seen.add(key)


def write_codings(codings: Iterable[Coding]) -> str:
    """The CSV of codings that `read_codings` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in codings:
        spans = " ".join(f"{span.start}-{span.end}" for span in one.spans)
        writer.writerow(
            [one.policy, one.code, one.score, one.coder, one.round, one.status, spans, one.memo]
        )
    return out.getvalue()


def _coding(row: dict[str, str | None], place: str) -> Coding:
    fields: dict[str, object] = {
        name: value for name, value in row.items() if name in COLUMNS and value
    }
    try:
        fields["spans"] = [
            dict(zip(("start", "end"), map(int, pair.split("-")), strict=True))
            for pair in (row.get("spans") or "").split()
        ]
    except ValueError:
        raise refused(
            "coding.span",
            f"{place} spans",
            "Evidence is written start-end, e.g. 10-42",
            "证据应写作 起-止，如 10-42",
        ) from None
    try:
        return Coding.model_validate(fields)
    except ValidationError as error:
        raise Unusable(first_misfit(error, "coding.field", place)) from None
