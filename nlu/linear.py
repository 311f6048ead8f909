"""A linear classifier with calibrated probabilities, over dense and sparse features side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from scipy.optimize import minimize, minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC


def features(sparse: scipy.sparse.spmatrix, dense: np.ndarray, dense_weight: float) -> scipy.sparse.csr_matrix:
    """Join (n, s) sparse and (n, d) dense features; the weight sets how much the dense ones count."""
    return scipy.sparse.hstack([sparse, scipy.sparse.csr_matrix(dense * dense_weight)], format="csr", dtype=np.float32)


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: np.ndarray = shifted / shifted.sum(axis=1, keepdims=True)
    return result


@dataclass
class Calibrated:
    """`labels`, `weights` (features, labels), `bias` (labels,) and the temperature of the softmax."""

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float

    def scores(self, x: scipy.sparse.csr_matrix) -> np.ndarray:
        """Return (n, labels) scores before the softmax."""
        result: np.ndarray = np.asarray(x @ self.weights + self.bias)
        return result

    def log_probabilities(self, x: scipy.sparse.csr_matrix) -> np.ndarray:
        """Return the logarithms of (n, labels) calibrated probabilities, none below a millionth."""
        result: np.ndarray = np.log(self.probabilities(x) + 1e-6)
        return result

    def probabilities(self, x: scipy.sparse.csr_matrix) -> np.ndarray:
        """Return (n, labels) calibrated probabilities."""
        return _softmax(self.scores(x) / self.temperature)


@dataclass
class Pair:
    """A model over n-grams and one over the encoder's vectors; their probabilities are multiplied, each to a power.

    The powers say how much each is worth, and calibrate the product.
    """

    sparse: Calibrated
    dense: Calibrated
    powers: np.ndarray  # (2,)

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of the columns."""
        return self.sparse.labels

    def probabilities(self, sparse: scipy.sparse.csr_matrix, dense: np.ndarray) -> np.ndarray:
        """Return (n, labels) calibrated probabilities."""
        both = np.stack([self.sparse.log_probabilities(sparse), self.dense.log_probabilities(dense)])
        return _softmax(np.tensordot(self.powers, both, axes=1))


def fit_apart(
    sparse: scipy.sparse.csr_matrix, dense: np.ndarray, y: list[str], unseen: np.ndarray, *, strength: float, own: float
) -> Pair:
    """Fit both models on the rows that are not `unseen`, (n,); set temperatures and powers on the others."""
    seen = [label for label, kept in zip(y, unseen, strict=True) if not kept]
    pair = Pair(
        fit(sparse[~unseen], seen, strength=strength), fit_dense(dense[~unseen], seen, strength=own), np.ones(2)
    )
    known = unseen & np.isin(y, pair.labels)
    told = [y[i] for i in known.nonzero()[0]]
    for model, x in ((pair.sparse, sparse[known]), (pair.dense, dense[known])):
        model.temperature = fit_temperature(model.scores(x), model.labels, told)
    both = np.stack([pair.sparse.log_probabilities(sparse[known]), pair.dense.log_probabilities(dense[known])])
    pair.powers = fit_powers(both, pair.labels, told)
    return pair


def fit_pair(
    sparse: scipy.sparse.csr_matrix, dense: np.ndarray, y: list[str], unseen: np.ndarray, *, strength: float, own: float
) -> Pair:
    """Fit both models on all rows, with the temperatures and powers of models that have not seen some."""
    apart = fit_apart(sparse, dense, y, unseen, strength=strength, own=own)
    pair = Pair(fit(sparse, y, strength=strength), fit_dense(dense, y, strength=own), apart.powers)
    pair.sparse.temperature, pair.dense.temperature = apart.sparse.temperature, apart.dense.temperature
    return pair


def fit(x: scipy.sparse.csr_matrix, y: list[str], *, strength: float) -> Calibrated:
    """Fit one linear separator a label, without calibration; `strength` is the inverse of the regularisation.

    Liblinear's support vector machine was as right as logistic regression and several times faster on these data.
    """
    model = LinearSVC(C=strength, random_state=0)
    model.fit(x, y)
    return Calibrated(list(model.classes_), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32), 1.0)


def fit_dense(dense: np.ndarray, y: list[str], *, strength: float) -> Calibrated:
    """Fit a logistic regression over (n, d) dense features; without calibration."""
    model = LogisticRegression(C=strength, max_iter=300)
    model.fit(dense, y)
    return Calibrated(list(model.classes_), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32), 1.0)


def fit_powers(both: np.ndarray, labels: list[str], y: list[str]) -> np.ndarray:
    """Return the powers of two models' probabilities, (2, n, labels) logarithms, that make these labels likeliest."""
    target = np.array([labels.index(label) for label in y])

    def loss(logarithms: np.ndarray) -> float:
        chosen = _softmax(np.tensordot(np.exp(logarithms), both, axes=1))[np.arange(len(target)), target]
        return float(-np.log(np.maximum(chosen, 1e-9)).mean())

    result: np.ndarray = np.exp(minimize(loss, np.zeros(2), method="Nelder-Mead").x)
    return result


def fit_temperature(scores: np.ndarray, labels: list[str], y: list[str]) -> float:
    """Return the temperature at which held-out scores give the likeliest probabilities (Guo et al. 2017)."""
    target = np.array([labels.index(label) for label in y])

    def loss(log_temperature: float) -> float:
        chosen = _softmax(scores / np.exp(log_temperature))[np.arange(len(target)), target]
        return float(-np.log(np.maximum(chosen, 1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
