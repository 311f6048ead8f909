"""A linear classifier with calibrated probabilities, over dense and sparse features side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from scipy.optimize import minimize_scalar
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

    def probabilities(self, x: scipy.sparse.csr_matrix) -> np.ndarray:
        """Return (n, labels) calibrated probabilities."""
        return _softmax(self.scores(x) / self.temperature)


def fit(x: scipy.sparse.csr_matrix, y: list[str], *, strength: float) -> Calibrated:
    """Fit one linear separator a label, without calibration; `strength` is the inverse of the regularisation.

    Liblinear's support vector machine was as right as logistic regression and several times faster on these data.
    """
    model = LinearSVC(C=strength, random_state=0)
    model.fit(x, y)
    return Calibrated(list(model.classes_), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32), 1.0)


def fit_temperature(scores: np.ndarray, labels: list[str], y: list[str]) -> float:
    """Return the temperature at which held-out scores give the likeliest probabilities (Guo et al. 2017)."""
    target = np.array([labels.index(label) for label in y])

    def loss(log_temperature: float) -> float:
        chosen = _softmax(scores / np.exp(log_temperature))[np.arange(len(target)), target]
        return float(-np.log(np.maximum(chosen, 1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
