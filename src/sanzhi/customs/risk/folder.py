"""The model folder: a manifest in JSON, the trees as LightGBM's text, the tables as Parquet.

Nothing in it can run. The manifest names the hash of every other file; a folder that does not
agree with its manifest, or that another version wrote, is refused. It is written beside its
place and moved there whole.
"""

import json
import os
import shutil
from dataclasses import asdict
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sanzhi import __version__
from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.extra import part
from sanzhi.customs.risk.lanes import LanePolicy
from sanzhi.customs.risk.model import Calibration, Model
from sanzhi.customs.risk.past import Tables
from sanzhi.customs.risk.references import References
from sanzhi.customs.risk.stake import Stake

#: Raised when what a folder holds, or what it means, changes.
FORMAT = 2
MANIFEST = "manifest.json"
TREES, COUNTS, REFERENCES = "trees.txt", "counts.parquet", "references.parquet"
#: There only where the training data told what was recovered.
STAKE = "stake.txt"


def save(model: Model, folder: Path, *, data_hash: str) -> None:
    """Write a model folder whole, in place of an older model there.

    `Unusable` (`risk.model_folder`) where something else stands in its place or it cannot be
    written.
    """
    may_stand(folder)
    files = _files(model)
    manifest = _manifest(model, files, data_hash)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        fresh.mkdir(parents=True)
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        (fresh / MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise Unusable.because(
            "risk.model_folder",
            str(folder),
            f"It cannot be written ({error.strerror}).",
            f"无法写入（{error.strerror}）。",
        ) from None


def may_stand(folder: Path) -> None:
    """`Unusable` (`risk.model_folder`) where something that is no model stands in its place."""
    if folder.exists() and not _may_replace(folder):
        raise Unusable.because(
            "risk.model_folder",
            str(folder),
            "Something that is no model stands there.",
            "该位置已有其他内容，不是模型文件夹。",
            mend=Text("Name another folder.", "请另选文件夹。"),
        )


def load(folder: Path) -> Model:
    """The model in a folder; `Unusable` (`risk.model`) where it is not whole and of this
    version."""
    manifest = read_manifest(folder)
    names = [TREES, COUNTS, REFERENCES]
    if STAKE in manifest.get("files", {}):
        names.append(STAKE)
    files = {name: _checked(folder, name, manifest) for name in names}
    try:
        return _model(manifest, files)
    except (
        KeyError,
        TypeError,
        ValueError,
        pl.exceptions.PolarsError,
        part("lightgbm").basic.LightGBMError,
    ) as error:
        raise _refused(
            folder,
            f"its parts do not fit together ({type(error).__name__})",
            f"内容不完整（{type(error).__name__}）",
        ) from None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder, of this format."""
    path = folder / MANIFEST
    if not path.is_file():
        raise _refused(folder, f"there is no {MANIFEST} in it", f"缺少 {MANIFEST}")
    try:
        manifest = json.loads(path.read_bytes())
    except ValueError:
        raise _refused(folder, f"{MANIFEST} is not JSON", f"{MANIFEST} 不是有效的 JSON") from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise _refused(folder, f"{MANIFEST} names no format", f"{MANIFEST} 未注明格式")
    if manifest["format"] != FORMAT:
        raise _refused(
            folder,
            f"it is of format {manifest['format']}, this version reads {FORMAT}",
            f"格式为 {manifest['format']}，本版本只读取 {FORMAT}",
        )
    if manifest.get("seal") != _seal(manifest):
        raise _refused(
            folder, f"{MANIFEST} was changed after training", f"{MANIFEST} 在训练后被改动"
        )
    return manifest


def _may_replace(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


def _files(model: Model) -> dict[str, bytes]:
    files = {
        TREES: model.booster.model_to_string().encode(),
        COUNTS: _parquet(model.tables.counts),
        REFERENCES: _parquet(model.tables.references.table),
    }
    if model.stake.booster:
        files[STAKE] = model.stake.booster.model_to_string().encode()
    return files


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _manifest(model: Model, files: dict[str, bytes], data_hash: str) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "code_version": __version__,
        "data_hash": data_hash,
        "training": model.record,
        "columns": model.mapping,
        "features": list(model.names),
        "calibration": asdict(model.calibration),
        "stake_factor": model.stake.factor,
        "base": model.tables.base,
        "rows": model.tables.total,
        "anomaly_scale": [round(float(value), 6) for value in model.scale],
        "policy": model.policy.document(),
        "cutoffs": model.cutoffs,
        "parts": {name: part(name).__version__ for name in ("lightgbm", "numpy", "polars")},
        "files": {name: f"sha256:{sha256(data).hexdigest()}" for name, data in files.items()},
    }
    return manifest | {"seal": _seal(manifest)}


def _seal(manifest: dict[str, Any]) -> str:
    """Hash of everything else in the manifest: shows a slip or a hand, and proves no author."""
    body = {key: value for key, value in manifest.items() if key != "seal"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _checked(folder: Path, name: str, manifest: dict[str, Any]) -> bytes:
    path = folder / name
    if not path.is_file():
        raise _refused(folder, f"there is no {name} in it", f"缺少 {name}")
    data = path.read_bytes()
    if manifest.get("files", {}).get(name) != f"sha256:{sha256(data).hexdigest()}":
        raise _refused(
            folder,
            f"{name} is not the file that was trained (its hash differs)",
            f"{name} 与训练时不一致（哈希不符）",
        )
    return data


def _model(manifest: dict[str, Any], files: dict[str, bytes]) -> Model:
    tables = Tables(
        pl.read_parquet(BytesIO(files[COUNTS])),
        References(pl.read_parquet(BytesIO(files[REFERENCES]))),
        base=manifest["base"],
        total=manifest["rows"],
    )
    booster = part("lightgbm").Booster
    return Model(
        booster=booster(model_str=files[TREES].decode()),
        stake=Stake(
            booster(model_str=files[STAKE].decode()) if STAKE in files else None,
            manifest["stake_factor"],
        ),
        names=tuple(manifest["features"]),
        tables=tables,
        calibration=Calibration(**manifest["calibration"]),
        scale=np.array(manifest["anomaly_scale"]),
        policy=LanePolicy(**manifest["policy"]),
        cutoffs=manifest["cutoffs"],
        mapping=manifest["columns"],
        record=manifest["training"],
    )


def _refused(folder: Path, en: str, zh: str) -> Unusable:
    return Unusable.because(
        "risk.model",
        str(folder),
        f"The model cannot be used: {en}.",
        f"模型不可用：{zh}。",
        mend=Text("Train it again.", "请重新训练。"),
    )
