"""Opening a study: its file, the policies it includes, and its codings of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sanzhi.policy.coding.codings import read_codings
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.shipped import located
from sanzhi.policy.coding.study import Study, load_study, refused
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.corpus.selecting import included, matches


def open_study(path: Path) -> tuple[Study, dict[str, Policy], list[Coding]]:
    """What the study at `path` (or the shipped one of that key) measures; `Unusable` naming file,
    row and field of any fault."""
    path = located(path)
    study = load_study(path)
    corpus = read_corpus([path.parent / one for one in study.corpus])
    given = [
        coding for one in study.codings for coding in read_codings(path.parent / one, study, corpus)
    ]
    return study, *measured_part(study, corpus, given)


def measured_part(
    study: Study, corpus: Mapping[str, Policy], codings: Iterable[Coding]
) -> tuple[dict[str, Policy], list[Coding]]:
    """The policies of a corpus that the study counts, and the codings of these; `Unusable`
    (`study.year`) where a coded policy would count and has no year."""
    policies, given = included(study, corpus), list(codings)
    for coding in given:
        policy = corpus[coding.policy]
        if policy.counted_year is None and matches(study.include, policy):
            raise refused(
                "study.year",
                f"policy {policy.id} issued",
                "It is coded, but neither issued nor year says when it counts",
                "已编码，但 issued 与 year 均未注明计入年份",
            )
    return policies, [coding for coding in given if coding.policy in policies]
