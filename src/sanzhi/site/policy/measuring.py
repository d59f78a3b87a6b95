"""The results of a study, measured once for each state of its settled texts and kept in memory.

What is measured are settled texts alone, so that coders stay blind to each other. Measuring runs
beside the request: a page waits a moment, then says how far it is.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.opening import measured_part
from sanzhi.policy.measurement.outside import index_in
from sanzhi.policy.measurement.robustness import DRAWS, SEED
from sanzhi.policy.reporting.results import Results, results_of
from sanzhi.site.policy.storing import corpus_of, settled_codings, study_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sanzhi.site.policy.models import StudyRecord

#: Seconds that a page waits before it says that it is measuring.
PATIENCE = 0.8
#: Results kept in memory, those last asked for.
KEPT = 4

_runs: OrderedDict[Hashable, Run] = OrderedDict()
_lock = Lock()
#: One at a time: two studies measured at once would only be slower each.
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="measuring")


@dataclass(slots=True)
class Run:
    """One measuring of a study, done or under way."""

    policies: int = 0
    """Policies with a settled score."""
    texts: int = 0
    """Policies that the study counts."""
    draws: int = DRAWS
    drawn: int = 0
    outcome: Future[Results] = field(default_factory=Future)

    def count(self, drawn: int) -> None:
        self.drawn = drawn

    def take(self, done: Future[Results]) -> None:
        """Pass on what measuring came to."""
        failed = done.exception()
        if failed is not None:
            self.outcome.set_exception(failed)
        else:
            self.outcome.set_result(done.result())


def measured(record: StudyRecord, patience: float | None = None) -> Results | Run:
    """The results of a study, or its run where they take longer than `patience` seconds
    (`PATIENCE` where none are given).

    `Unusable` where they cannot be computed, e.g. a kind of document without a level of force.
    """
    run = _run(record)
    try:
        return run.outcome.result(PATIENCE if patience is None else patience)
    except NotYet:
        return run


def results_for(record: StudyRecord) -> Results:
    """The results of a study, however long they take."""
    return _run(record).outcome.result()


def _run(record: StudyRecord) -> Run:
    """The run of the study as it stands; begun where nobody has yet."""
    # `begun` too: a database gives the number of a study that was deleted to another.
    key = (record.pk, record.begun, record.version, record.settled_version)
    with _lock:
        run = _runs.get(key)
        fresh = run is None or _broke(run)
        if run is None or fresh:
            run = _runs[key] = Run()
        _runs.move_to_end(key)
        while len(_runs) > KEPT:
            _runs.popitem(last=False)
    if fresh:
        _begin(run, record)
    return run


def _broke(run: Run) -> bool:
    """Whether to try again. A study that cannot be measured stays so until it changes."""
    if not run.outcome.done():
        return False
    return run.outcome.cancelled() or not isinstance(run.outcome.exception(), Unusable | None)


def _begin(run: Run, record: StudyRecord) -> None:
    """Read what is to be measured, and have it measured."""
    asked = False
    try:
        study = study_of(record)
        index = index_in(record.index, "index.csv") if record.index else {}
        policies, codings = measured_part(study, corpus_of(record), settled_codings(record))
        run.policies, run.texts = len({one.policy for one in codings}), len(policies)
        _worker.submit(
            results_of, study, policies, codings, index, draws=DRAWS, seed=SEED, drawn=run.count
        ).add_done_callback(run.take)
        asked = True
    except Unusable as refused:
        run.outcome.set_exception(refused)
        asked = True
    finally:
        if not asked:
            run.outcome.cancel()
