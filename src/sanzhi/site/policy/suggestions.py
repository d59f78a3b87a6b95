"""Suggestions for the texts of a study, kept in memory until what they were learnt from changes."""

from threading import Lock

from sanzhi.policy.coding.suggesting import Suggestion, Suggestions, suggest
from sanzhi.site.policy.models import PolicyText, StudyRecord
from sanzhi.site.policy.storing import corpus_of, settled_codings, study_of

#: Studies whose suggestions are kept.
_KEPT = 4
_LOCK = Lock()
_found: dict[tuple[int, int, int], Suggestions] = {}


def suggestions_for(record: StudyRecord) -> Suggestions:
    """Suggestions for every counted text not yet settled, and the order that teaches most."""
    key = (record.pk, record.version, record.settled_version)
    with _LOCK:
        if key not in _found:
            counted = set(
                record.texts.filter(included=True, has_text=True).values_list("policy", flat=True)
            )
            policies = {id_: one for id_, one in corpus_of(record).items() if id_ in counted}
            while len(_found) >= _KEPT:
                del _found[next(iter(_found))]
            _found[key] = suggest(study_of(record), policies, settled_codings(record))
        return _found[key]


def suggested(record: StudyRecord, text: PolicyText) -> list[Suggestion]:
    return [one for one in suggestions_for(record).suggestions if one.policy == text.policy]
