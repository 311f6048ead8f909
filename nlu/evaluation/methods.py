"""Ways to read messages, side by side on the same data: accuracy on held-out needs and answers."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse
from sklearn.pipeline import FeatureUnion

from nlu.components.ngrams import new_vectorizer, prepared
from nlu.encoder.progress import progress
from nlu.evaluation.held_out import Text
from nlu.linear import features, fit
from nlu.noise import noisy
from nlu.utterances import Utterance, all_utterances

NOTHING = "n-grams"
Encode = Callable[[list[str]], np.ndarray]
_DENSE_WEIGHT, _STRENGTH = 2.0, 0.3


@dataclass
class Features:
    """Sparse and dense features of training and held-out texts; `dense` by encoder."""

    train: list[Utterance]
    vectorizer: FeatureUnion
    sparse: scipy.sparse.csr_matrix
    dense: dict[str, np.ndarray]
    tests: dict[str, list[Text]]
    test_sparse: dict[str, scipy.sparse.csr_matrix]
    test_dense: dict[str, dict[str, np.ndarray]]


def typed_in_a_hurry(texts: Sequence[Text]) -> list[Text]:
    """Return the texts with the noise that the encoder is trained against: no å ä ö, slips, joined words."""
    rng = random.Random(1)
    return [Text(noisy(t.text, rng, fold=0.35, typo=0.5, join=0.15), t.label, t.also) for t in texts]


def make_features(tests: Mapping[str, Sequence[Text]], encoders: Mapping[str, Encode]) -> Features:
    """Read all training utterances and `tests`, clean and noisy, with n-grams and every encoder."""
    train = all_utterances()
    texts = [each.text for each in train]
    every = {name: list(part) for name, part in tests.items()}
    every |= {f"{name}, noisy": typed_in_a_hurry(part) for name, part in tests.items()}
    vectorizer = new_vectorizer((2, 5), (1, 2), 40_000).fit([prepared(text) for text in texts])

    def sparse(part: Sequence[str]) -> scipy.sparse.csr_matrix:
        return vectorizer.transform([prepared(text) for text in part]).tocsr()

    return Features(
        train,
        vectorizer,
        sparse(texts),
        {name: encode(texts) for name, encode in progress(list(encoders.items()), "encodes the training texts")},
        every,
        {name: sparse([each.text for each in part]) for name, part in every.items()},
        {
            encoder: {name: encode([each.text for each in part]) for name, part in every.items()}
            for encoder, encode in encoders.items()
        },
    )


def accuracy(made: Features, rows: Sequence[int], *, encoder: str | None, ngrams: bool) -> dict[str, float]:
    """Return the accuracy by test set of one method, fitted on the training utterances `rows`."""

    def join(sparse: scipy.sparse.csr_matrix, dense: np.ndarray | None) -> scipy.sparse.csr_matrix:
        kept = sparse if ngrams else sparse[:, :1] * 0
        return features(kept, np.zeros((sparse.shape[0], 1)) if dense is None else dense, _DENSE_WEIGHT)

    index = np.array(rows)
    dense = made.dense[encoder][index] if encoder else None
    model = fit(join(made.sparse[index], dense), [made.train[i].label for i in rows], strength=_STRENGTH)
    result = {}
    for name, texts in made.tests.items():
        x = join(made.test_sparse[name], made.test_dense[encoder][name] if encoder else None)
        found = [model.labels[i] for i in model.scores(x).argmax(axis=1)]
        right = [text.accepts(label) for label, text in zip(found, texts, strict=True)]
        result[name] = round(float(np.mean(right)), 3)
    return result


def drawn(train: Sequence[Utterance], a_label: int | None) -> list[int]:
    """Return the rows of at most `a_label` utterances of each label, drawn once and for all."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for i, each in enumerate(train):
        by_label[each.label].append(i)
    rng = random.Random(1)
    return sorted(i for rows in by_label.values() for i in rng.sample(rows, len(rows))[:a_label])


def methods(encoders: Sequence[str]) -> dict[str, tuple[str | None, bool]]:
    """Return by name which encoder a method uses, and whether n-grams."""
    result: dict[str, tuple[str | None, bool]] = {NOTHING: (None, True)}
    for name in encoders:
        result[name], result[f"{name} and n-grams"] = (name, False), (name, True)
    return result


def table(made: Features, a_label: int | None = None) -> dict[str, dict[str, float]]:
    """Return accuracy by method and test set, with at most `a_label` training utterances a label."""
    rows = drawn(made.train, a_label)
    what = f"compares methods at {a_label or 'all'} a label"
    return {
        method: accuracy(made, rows, encoder=encoder, ngrams=ngrams)
        for method, (encoder, ngrams) in progress(list(methods(list(made.dense)).items()), what)
    }


def learning_curve(made: Features, sizes: Sequence[int | None]) -> dict[str, dict[str, list[float]]]:
    """Return accuracy by method and test set at each number of utterances a label (None: all)."""
    tables = [table(made, size) for size in sizes]
    return {
        method: {test: [each[method][test] for each in tables] for test in made.tests}
        for method in methods(list(made.dense))
    }
