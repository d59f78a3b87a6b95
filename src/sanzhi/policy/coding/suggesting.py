"""Suggestions for coders: rules first, then a model of this study's own accepted codes.

A suggestion is no code: it has its own type, is never stored with codings, and nothing that
measures reads it. The rule looks for the terms of the codebook. Once a code has been scored often
enough, both present and absent, a model takes over: for each score k a logistic regression says
how likely the score is at least k (Frank & Hall 2001, *A simple approach to ordinal
classification*), and their sum is the expected score. Both are the same on every run.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from sanzhi.policy.coding.features import Features, features, same_length_simplified
from sanzhi.policy.coding.record import Coding, Span
from sanzhi.policy.coding.study import Code, Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.script import simplified
from sanzhi.policy.extra import part
from sanzhi.policy.measurement.building import settle

#: A model is trained on no fewer accepted scores, and no fewer of each side.
MIN_CODED = 20
MIN_EACH = 5
#: A rule knows that a code is touched, not how strongly: it suggests no more than this.
MAX_BY_RULE = 3
MAX_SPANS = 5
#: The model suggests a code at this probability of its presence.
PRESENT = 0.5
#: The coder under whose name adopted suggestions stand.
MACHINE = "machine"


class Suggestion(BaseModel):
    """A score that a rule or a model proposes to a coder, with the evidence for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    code: str
    score: Annotated[int, Field(ge=1)]
    by: Literal["rules", "model"]
    confidence: Annotated[float, Field(ge=0, le=1)]
    """How likely the code is present: a probability for the model, an ordering for rules."""
    spans: tuple[Span, ...] = ()


class Suggestions(BaseModel):
    """Suggestions for whatever no coder has settled, and the order in which to code."""

    model_config = ConfigDict(frozen=True)

    order: tuple[str, ...]
    """Policies with codes still open, those first whose codes would teach the model most."""
    suggestions: tuple[Suggestion, ...]
    trained: tuple[str, ...]
    """Codes for which a model speaks; rules speak for the others."""


def suggest(study: Study, policies: Mapping[str, Policy], codings: Sequence[Coding]) -> Suggestions:
    """Suggestions for every policy and code without an accepted score."""
    bodies = list(policies.values())
    settled = settle(study, codings)
    texts = [same_length_simplified(one.text) for one in bodies]
    models = _models(study, bodies, settled)
    doubt = [0.0] * len(bodies)
    found: list[Suggestion] = []
    open_policies: set[int] = set()
    for code in study.codebook.codes:
        model = models.get(code.key)
        terms = [simplified(term) for term in code.terms]
        for i, policy in enumerate(bodies):
            if code.key in settled.get(policy.id, {}):
                continue
            open_policies.add(i)
            spans = _hits(texts[i], terms)
            if model:
                one, chance = model.suggestion(i, policy.id, code.key, spans)
            else:
                one, chance = _by_rule(code, policy, texts[i], spans)
            doubt[i] += min(chance, 1 - chance)
            if one:
                found.append(one)
    order = sorted(open_policies, key=lambda i: (-round(doubt[i], 9), bodies[i].id))
    return Suggestions(
        order=tuple(bodies[i].id for i in order), suggestions=tuple(found), trained=tuple(models)
    )


def adopted(
    study: Study, policies: Mapping[str, Policy], codings: Sequence[Coding], made: Suggestions
) -> list[Coding]:
    """Suggestions as the codings of the coder `machine`, 0 where nothing is suggested.

    For a study that says it is coded by machine: whoever names these in a study file counts them,
    under that coder's name and with the origin in the memo. They never join a human coder's.
    """
    by_unit = {(one.policy, one.code): one for one in made.suggestions}
    settled = settle(study, codings)
    found = []
    for policy in policies:
        for code in study.codebook.codes:
            if code.key in settled.get(policy, {}):
                continue
            one = by_unit.get((policy, code.key))
            found.append(
                Coding(
                    policy=policy,
                    code=code.key,
                    score=one.score if one else 0,
                    coder=MACHINE,
                    spans=one.spans if one else (),
                    memo=f"{one.by} {one.confidence:.2f}" if one else "",
                )
            )
    return found


class _Model:
    """Chances of each score of one code, for every policy and sentence."""

    def __init__(
        self,
        chances: NDArray[np.float64],
        body: Features,
        weights: NDArray[np.float64],
        starts: NDArray[np.int64],
    ) -> None:
        self._chances = chances  # policies × scores: P(score ≥ k), k = 1…
        self._body, self._starts = body, starts
        self._sentences = np.asarray(body.sentences @ weights).ravel()

    def suggestion(
        self, i: int, policy: str, code: str, hits: tuple[Span, ...]
    ) -> tuple[Suggestion | None, float]:
        """The suggestion for policy i, if any, and how likely the code is present."""
        chance = float(self._chances[i, 0])
        if chance < PRESENT:
            return None, chance
        score = max(1, round(float(self._chances[i].sum())))
        return Suggestion(
            policy=policy,
            code=code,
            score=score,
            by="model",
            confidence=round(chance, 4),
            spans=hits or self._best(i),
        ), chance

    def _best(self, i: int) -> tuple[Span, ...]:
        """The sentence that speaks most for the code."""
        first, last = self._starts[i], self._starts[i + 1]
        own = [
            (float(self._sentences[at]), -at) for at in range(first, last) if self._body.spans[at]
        ]
        span = self._body.spans[-max(own)[1]] if own else None
        return (span,) if span else ()


def _models(
    study: Study, bodies: list[Policy], settled: Mapping[str, Mapping[str, float]]
) -> dict[str, _Model]:
    """Code → its model, for the codes scored often enough."""
    scores = {
        code.key: np.array([settled.get(one.id, {}).get(code.key, np.nan) for one in bodies])
        for code in study.codebook.codes
    }
    ready = {key: given for key, given in scores.items() if _enough(given)}
    if not ready:
        return {}
    body = features(bodies)
    starts = np.searchsorted(body.owner, np.arange(len(bodies) + 1))
    found = {}
    for key, given in ready.items():
        chances, weights = _fit(body, given, study.codebook.scale)
        found[key] = _Model(chances, body, weights, starts)
    return found


def _enough(given: NDArray[np.float64]) -> bool:
    coded = ~np.isnan(given)
    present = int((given[coded] >= 1).sum())
    return bool(coded.sum() >= MIN_CODED and min(present, int(coded.sum()) - present) >= MIN_EACH)


def _fit(
    body: Features, given: NDArray[np.float64], scale: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """P(score ≥ k) for every policy, and the weights of presence."""
    linear = part("sklearn.linear_model")
    coded = np.flatnonzero(~np.isnan(given))
    train, levels = body.texts[coded], np.round(given[coded])
    columns: list[NDArray[np.float64]] = []
    weights = np.zeros(body.texts.shape[1])
    for level in range(1, scale + 1):
        reached = levels >= level
        if reached.all() or not reached.any():
            share = float(reached.all())
            columns.append(np.full(body.texts.shape[0], share))
            continue
        model: Any = linear.LogisticRegression(
            # the dual is quick where texts are few and columns many; order is fixed by the seed
            C=3.0,
            class_weight="balanced",
            solver="liblinear",
            dual=True,
            tol=0.01,
            max_iter=30,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not converged is a weaker suggestion, no fault
            model.fit(train, reached)
        columns.append(model.predict_proba(body.texts)[:, 1])
        if level == 1:
            weights = model.coef_.ravel()
    # a higher score is never likelier than a lower one
    return np.minimum.accumulate(np.column_stack(columns), axis=1), weights


def _by_rule(
    code: Code, policy: Policy, text: str, spans: tuple[Span, ...]
) -> tuple[Suggestion | None, float]:
    """The terms of the codebook: as many different ones as stand in the text."""
    different = len({text[span.start : span.end] for span in spans})
    if not different:
        return None, 0.0
    confidence = round(different / (different + 2), 4)
    return Suggestion(
        policy=policy.id,
        code=code.key,
        score=min(different, MAX_BY_RULE),
        by="rules",
        confidence=confidence,
        spans=spans,
    ), confidence


def _hits(text: str, terms: Sequence[str]) -> tuple[Span, ...]:
    """The first place of each term, in the order of the text, none inside another."""
    places = sorted((at, -len(term)) for term in terms if term and (at := text.find(term)) >= 0)
    found: list[Span] = []
    for at, length in places:
        if not found or at >= found[-1].end:
            found.append(Span(start=at, end=at - length))
    return tuple(found[:MAX_SPANS])
