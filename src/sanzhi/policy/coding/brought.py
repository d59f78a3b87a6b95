"""Reading what begins a study: its file with the corpus and, where it has them, the codings made
elsewhere."""

from collections.abc import Sequence
from pathlib import Path

from sanzhi.core.findings import Text, Unusable
from sanzhi.policy.coding.codings import read_codings
from sanzhi.policy.coding.shipped import located
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.coding.study_actions import Beginning
from sanzhi.policy.corpus.importing import complete as completed
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.measurement.outside import index_text, read_index

MAX_POLICIES = 20_000


def read_study(path: Path, *, corpus: Sequence[str] = (), complete: bool = False) -> Beginning:
    """The study file at `path` (or the shipped study of that key) with all that it names;
    `Unusable` naming file, row and field. `corpus` stands in for the corpus it names; `complete`
    lets rules fill what the corpus does not say. Codings and index must stand in the folder of
    the study file: an uploaded one names no other file of this machine."""
    path = located(path)
    study = load_study(path)
    if corpus:
        study = study.model_copy(update={"corpus": tuple(corpus)})
    sources = [path.parent / one for one in study.corpus]
    for name in (*study.codings, study.index):
        if not (path.parent / name).resolve().is_relative_to(path.parent.resolve()):
            raise Unusable.because(
                "study.outside",
                name[:200],
                "The study file names a file outside its folder.",
                "研究文件所指的文件不在其文件夹中。",
                mend=Text(
                    "Upload the file too, and give its name alone.",
                    "请一并上传该文件，并只写文件名。",
                ),
            )
    policies = read_corpus(sources)
    if complete:
        policies = {one.id: one for one in completed(policies.values()).policies}
    if not policies:
        raise Unusable.because(
            "corpus.empty", path.name, "The corpus holds no policy.", "语料为空。"
        )
    if len(policies) > MAX_POLICIES:
        raise Unusable.because(
            "corpus.too_many",
            path.name,
            f"A study holds {MAX_POLICIES:,} policies at most.",
            f"一项研究最多 {MAX_POLICIES:,} 份政策。",
        )
    given = tuple(
        coding
        for one in study.codings
        for coding in read_codings(path.parent / one, study, policies)
    )
    index = index_text(read_index(study, path.parent))
    return Beginning(study=study, policies=policies, codings=given, index=index)
