"""What begins a study: one that ships, one's own file, or the shipped frame over one's own corpus,
read from a form and its files."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePath

import yaml
from django.core.files.uploadedfile import UploadedFile

from sanzhi.core.findings import Text, Unusable
from sanzhi.policy.coding.brought import read_study
from sanzhi.policy.coding.shipped import shipped_studies
from sanzhi.policy.coding.study_actions import Beginning
from sanzhi.site.accounts.requests import PageRequest

#: Bytes of all files that begin a study, together.
MAX_UPLOAD = 200_000_000
MAX_FILES = 2_000
#: What the fields are called that take a number.
_LABELS = {
    "size": Text("Coders a text", "每份文本编码员数"),
    "count": Text("How many texts", "文本数量"),
    "first": Text("First year", "起始年份"),
    "last": Text("Last year", "截止年份"),
}


def brought(request: PageRequest) -> Beginning:
    """What the chosen form gives, read from its files."""
    kind = request.POST.get("kind", "")
    if kind == "shipped":
        key = request.POST.get("key", "")
        if key not in shipped_studies():
            raise Unusable.because(
                "study.unknown",
                "key",
                f"No study {key[:60]!r} ships.",
                f"没有随附的研究“{key[:60]}”。",
            )
        return read_study(Path(key))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = kept(request.FILES.getlist("corpus"), folder / "corpus")
        if not corpus:
            raise lacking("corpus")
        others = kept(
            [
                *request.FILES.getlist("file"),
                *request.FILES.getlist("codings"),
                *request.FILES.getlist("index"),
            ],
            folder,
        )
        path = (
            folder / "study.own.yaml"
            if kind == "frame"
            else folder / others[0]
            if request.FILES.getlist("file")
            else None
        )
        if path is None:
            raise lacking("file")
        if kind == "frame":
            path.write_text(_frame(request), "utf-8")
        return read_study(path, corpus=[f"corpus/{one}" for one in corpus], complete=True)


def _frame(request: PageRequest) -> str:
    """A study file that puts the shipped frame over one's own corpus."""
    posted = request.POST
    years = [number(request, name, 1800, 2200) for name in ("first", "last")]
    title = posted.get("title", "").strip()[:200]
    return yaml.safe_dump(
        {
            "extends": "customs-facilitation",
            "key": posted.get("key", "").strip(),
            "version": 1,
            "title": {"en": title, "zh": title},
            "years": years,
            "corpus": ["corpus"],
            "categories": [],
        },
        allow_unicode=True,
    )


def kept(files: Iterable["UploadedFile[bytes]"], folder: Path) -> list[str]:
    """Uploads written into a folder under the last part of their names, those too long for a
    file system cut short; the names."""
    found: list[str] = []
    size = 0
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        name = _short(PurePath((file.name or "").replace("\\", "/")).name)
        size += file.size or 0
        if size > MAX_UPLOAD or len(found) >= MAX_FILES:
            raise Unusable.because(
                "upload.too_large",
                name[:100],
                f"At most {MAX_FILES:,} files and {MAX_UPLOAD // 1_000_000} MB at once.",
                f"一次最多 {MAX_FILES:,} 个文件、{MAX_UPLOAD // 1_000_000} MB。",
            )
        if (
            not re.fullmatch(r"[^\x00-\x1f/]+", name)
            or name in {".", ".."}
            or (folder / name).exists()
        ):
            raise Unusable.because(
                "upload.name",
                name[:100],
                "A file has no usable name, or two have the same.",
                "文件名不可用或重复。",
            )
        with (folder / name).open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        found.append(name)
    return found


def _short(name: str) -> str:
    """A file name of at most 240 bytes, its suffix kept: titles in Chinese make long ones."""
    path = PurePath(name)
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = name.removesuffix(suffix)[: 200 - len(suffix)].encode()
    return stem[: 240 - len(suffix.encode())].decode("utf-8", "ignore") + suffix


def number(request: PageRequest, name: str, least: int, most: int) -> int:
    text = request.POST.get(name, "").strip()
    value = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else least - 1
    if not least <= value <= most:
        label = _LABELS[name]
        raise Unusable.because(
            "form.number",
            name,
            f"{label.en}: a number from {least} to {most}.",
            f"{label.zh}：请填 {least} 至 {most} 的数。",
        )
    return value


def lacking(name: str) -> Unusable:
    return Unusable.because("upload.nothing", name, "Choose a file.", "请选择文件。")
