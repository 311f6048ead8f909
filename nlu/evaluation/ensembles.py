"""Ways to put n-grams and vectors together, side by side on all utterances: accuracy on held-out needs and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from bot.knowledge import knowledge
from nlu.components.ngrams import prepared
from nlu.encoder.progress import progress
from nlu.evaluation.held_out import Text
from nlu.evaluation.methods import Encode, Features
from nlu.linear import Pair, fit_pair
from nlu.utterances import noisy_copies

_STRENGTH, _OWN = 0.3, 2.0  # as in config.yml


@dataclass(frozen=True)
class _Rows:
    """What a model is fitted on: n-grams (n, s), vectors (n, d), n labels, and which set the probabilities, (n,)."""

    sparse: scipy.sparse.csr_matrix
    dense: np.ndarray
    labels: list[str]
    unseen: np.ndarray

    def fit(self) -> Pair:
        return fit_pair(self.sparse, self.dense, self.labels, self.unseen, strength=_STRENGTH, own=_OWN)

    def only(self, kept: np.ndarray) -> _Rows:
        labels = [label for label, keeps in zip(self.labels, kept, strict=True) if keeps]
        return _Rows(self.sparse[kept], self.dense[kept], labels, self.unseen[kept])

    def named(self, names: dict[str, str]) -> _Rows:
        return _Rows(self.sparse, self.dense, [names[label] for label in self.labels], self.unseen)


def _with_noise(rows: _Rows, made: Features, encode: Encode) -> _Rows:
    """Add a copy of every utterance as typed in a hurry."""
    noisy = [each.text for each in noisy_copies(made.train)]
    return _Rows(
        scipy.sparse.vstack([rows.sparse, made.vectorizer.transform([prepared(text) for text in noisy])]).tocsr(),
        np.concatenate([rows.dense, encode(noisy)]),
        rows.labels * 2,
        np.concatenate([rows.unseen, rows.unseen]),
    )


def _right(texts: Sequence[Text], labels: Sequence[str], probabilities: np.ndarray) -> float:
    found = [labels[i] for i in probabilities.argmax(axis=1)]
    return round(float(np.mean([text.accepts(label) for label, text in zip(found, texts, strict=True)])), 3)


def ensembles(made: Features, encoder: str, encode: Encode) -> dict[str, dict[str, float]]:
    """Return accuracy by method and test set."""
    labels = [each.label for each in made.train]
    unseen = np.array([each.apart for each in made.train])
    rows = _Rows(made.sparse, made.dense[encoder], labels, unseen)
    vocabulary = knowledge().vocabulary
    kinds = {"needs": vocabulary.needs, "answers": vocabulary.answers, "conversation": vocabulary.conversation}
    kind_of = {label: kind for kind, members in kinds.items() for label in members} | {"inform": "conversation"}
    parts = [np.array([kind_of[label] == kind for label in labels]) for kind in kinds]
    ways = {
        "two models multiplied": [rows],
        "the same, with noise (used)": [_with_noise(rows, made, encode)],
        "the same, needs and answers apart": [rows.named(kind_of), *(rows.only(part) for part in parts)],
    }
    table: dict[str, dict[str, float]] = {}
    for name, way in progress(list(ways.items()), "compares ensembles"):
        first, *within = [each.fit() for each in way]
        table[name] = {}
        for test, texts in made.tests.items():
            x = made.test_sparse[test], made.test_dense[encoder][test]
            p, columns = first.probabilities(*x), first.labels
            if within:
                chosen = dict(zip(kinds, within, strict=True))
                p = np.hstack([p[:, [columns.index(kind)]] * model.probabilities(*x) for kind, model in chosen.items()])
                columns = [label for model in within for label in model.labels]
            table[name][test] = _right(texts, columns, p)
    return table
