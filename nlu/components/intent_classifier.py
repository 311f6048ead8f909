"""Which label a message belongs to, with probabilities that can be trusted."""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np
import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.linear import Pair, fit_pair
from nlu.utterances import APART, TAG

ACUTE = "acute"  # a shade of suicidal, learnt as a label of its own
PROBABILITIES = "probabilities"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedIntentClassifier(GraphComponent, IntentClassifier):
    """Two linear classifiers, one on n-grams and one on vectors; temperatures by unseen examples."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Pair | None = None
    ) -> None:
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the inverse of the regularisation of the model over n-grams and of the one over vectors."""
        return {"strength": 0.3, "dense_strength": 2.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedIntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **_: Any,
    ) -> CalibratedIntentClassifier:  # fmt: skip
        """Load the trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "classifier.joblib"))

    def _features(self, messages: list[Message]) -> tuple[scipy.sparse.csr_matrix, np.ndarray]:
        sparse, dense = [], []
        for message in messages:
            _, sparse_sentence = message.get_sparse_features(TEXT, [])
            _, dense_sentence = message.get_dense_features(TEXT, [])
            sparse.append(sparse_sentence.features)
            dense.append(dense_sentence.features[-1])
        return scipy.sparse.vstack(sparse).tocsr(), np.stack(dense)

    def train(self, training_data: TrainingData) -> Resource:
        """Set the temperature on a tenth that a first fit has not seen, then fit on all examples."""
        examples = training_data.intent_examples
        y = [f"{m.get(INTENT)}@{ACUTE}" if m.get(TAG) == ACUTE else m.get(INTENT) for m in examples]
        unseen = np.array([m.get(APART) for m in examples])
        model = fit_pair(
            *self._features(examples), y, unseen, strength=self._config["strength"], own=self._config["dense_strength"]
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(model, folder / "classifier.joblib")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent, its ranking and all probabilities."""
        if self._model is None or not messages:
            return messages
        for message, row in zip(messages, self._model.probabilities(*self._features(messages)), strict=True):
            by_label = dict(zip(self._model.labels, (float(p) for p in row), strict=True))
            acute = by_label.pop(f"suicidal@{ACUTE}", 0.0)
            by_label["suicidal"] = by_label.get("suicidal", 0.0) + acute
            ranking = sorted(by_label.items(), key=lambda item: -item[1])
            named = [{"name": label, "confidence": p} for label, p in ranking[:10]]
            message.set(INTENT, named[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, named, add_to_output=True)
            message.set(PROBABILITIES, {**by_label, ACUTE: acute})
        return messages
