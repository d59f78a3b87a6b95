"""A study as the folder that the command line reads: everything needed to do it again."""

import json
from collections.abc import Iterable, Mapping

import yaml

from sanzhi.policy.coding.codings import write_codings
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy

STUDY, CORPUS, CODINGS, INDEX = "study.yaml", "corpus.jsonl", "codings.csv", "index.csv"


def study_folder(
    study: Study, corpus: Mapping[str, Policy], codings: Iterable[Coding], index: str = ""
) -> dict[str, bytes]:
    """The files of a study, name → bytes: the study file, which then names the others, the whole
    corpus, the codings, and the outside index where there is one."""
    own = {"corpus": (CORPUS,), "codings": (CODINGS,), "index": INDEX if index else ""}
    fields = study.model_copy(update=own).model_dump(mode="json", exclude_defaults=True)
    lines = [
        json.dumps(policy.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
        for policy in corpus.values()
    ]
    # A coder's own score comes before what the same person adjudicated.
    ordered = sorted(codings, key=lambda one: one.status == "adjudicated")
    files = {
        STUDY: f"# sanzhi policy report {STUDY} --out report\n"
        + yaml.safe_dump(fields, allow_unicode=True, sort_keys=False),
        CORPUS: "".join(f"{line}\n" for line in lines),
        CODINGS: write_codings(ordered),
        INDEX: index,
    }
    return {name: text.encode() for name, text in files.items() if text}
