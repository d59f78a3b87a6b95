"""The corpora of studies, ready to be looked through and kept in the memory of the process."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from sanzhi.policy.corpus.browsing import Catalogue
from sanzhi.site.law import catalogue as law
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.policy.storing import corpus_of, study_of

#: Corpora kept, those last asked for.
KEPT = 4

_shelves: OrderedDict[Hashable, Catalogue] = OrderedDict()
_lock = Lock()


def catalogue_of(record: StudyRecord) -> Catalogue:
    """The study's corpus with the acts of the law pack; made again where the study's file or the
    pack has changed. Making one takes about a second for some thousand policies."""
    pack = law.pack()
    key = (record.pk, record.begun, record.version, pack.digest)
    with _lock:
        if key not in _shelves:
            _shelves[key] = Catalogue(study_of(record), corpus_of(record), pack.acts.values())
            while len(_shelves) > KEPT:
                _shelves.popitem(last=False)
        _shelves.move_to_end(key)
        return _shelves[key]
