"""A study's folder: read back, it measures the same."""

from pathlib import Path

from policy.studies import SCORES, codings_of, write_study
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.exchange.folder import study_folder
from sanzhi.policy.measurement.outside import read_index
from sanzhi.policy.reporting.report import report_files


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / "study.yaml"


def parts(path: Path):
    study, corpus = load_study(path), read_corpus([path.parent / "corpus.jsonl"])
    return study, corpus, open_study(path)[2]


def test_the_folder_gives_the_same_report(tmp_path: Path) -> None:
    index = "year,value\n2001,1\n2003,2\n"
    (tmp_path / "index.csv").write_text(index)
    path = write_study(
        tmp_path,
        index="index.csv",
        codings=codings_of(SCORES) + codings_of({"P1": {"m1": 3}}, "béla, “b”"),
    )
    again = write(tmp_path / "again", study_folder(*parts(path), index))
    one, other = (report_files(one, language="zh", draws=9, seed=1) for one in (path, again))
    assert {name for name in one if one[name] != other[name]} == {"run.json"}
    assert read_index(load_study(again), again.parent) == {2001: 1.0, 2003: 2.0}


def test_shipped_study_is_read_back_whole(tmp_path: Path) -> None:
    study, policies, codings = open_study(Path("customs-facilitation"))
    path = write(tmp_path / "again", study_folder(study, policies, codings))
    read, again, scores = open_study(path)
    own = {"corpus": study.corpus, "codings": study.codings}
    assert read.model_copy(update=own) == study
    assert again == policies
    assert sorted(scores, key=str) == sorted(codings, key=str)


def test_what_one_adjudicated_after_coding_is_no_duplicate(tmp_path: Path) -> None:
    study, corpus, _ = parts(write_study(tmp_path))
    given = [
        Coding(
            policy="P1",
            code="m1",
            score=score,
            coder="anna",
            status=status,
            memo='two\nlines, and "quotes"',
        )
        for score, status in ((4, "adjudicated"), (2, "final"))
    ]
    path = write(tmp_path / "again", study_folder(study, corpus, given))
    read = open_study(path)[2]
    assert sorted((one.score, one.status, one.memo) for one in read) == sorted(
        (one.score, one.status, one.memo) for one in given
    )


def test_no_index_no_file(tmp_path: Path) -> None:
    study, corpus, codings = parts(write_study(tmp_path))
    assert set(study_folder(study, corpus, codings)) == {
        "study.yaml",
        "corpus.jsonl",
        "codings.csv",
    }
