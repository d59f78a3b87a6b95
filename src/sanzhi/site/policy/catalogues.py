"""The corpora of studies, ready to be looked through and kept in the memory of the process."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from sanzhi.policy.corpus.browsing import Catalogue
from sanzhi.site.events.models import EventRecord
from sanzhi.site.law import catalogue as law
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.policy.storing import corpus_of, study_of

#: Corpora kept, those last asked for.
KEPT = 4

_catalogues: OrderedDict[Hashable, Catalogue] = OrderedDict()
_lock = Lock()


def catalogue_of(record: StudyRecord) -> Catalogue:
    """The study's corpus with the acts of the law pack; made again where its file or the pack has
    changed. Making one takes about a second for some thousand policies."""
    pack = law.pack()
    key = (pack.digest, record.version, *_fingerprints(record))
    with _lock:
        if key not in _catalogues:
            _catalogues[key] = Catalogue(study_of(record), corpus_of(record), pack.acts.values())
            while len(_catalogues) > KEPT:
                _catalogues.popitem(last=False)
        _catalogues.move_to_end(key)
        return _catalogues[key]


def _fingerprints(record: StudyRecord) -> list[str]:
    """What the log says of the study's file and corpus: their SHA-256, version by version."""
    told = EventRecord.objects.told().filter(
        case=record.number, kind__in=["policy.study_begun", "policy.study_changed"]
    )
    return list(told.order_by("sequence").values_list("payload", flat=True))
