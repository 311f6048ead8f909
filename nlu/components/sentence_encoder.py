"""Sentence embeddings by any sentence-transformers model, named or in a folder, packed into the trained model."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.onnx_encoder import PACKAGED, PackedEncoder, pack


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """One dense vector a message. Training packs the encoder; serving needs only what was packed."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        storage: ModelStorage,
        resource: Resource,
        encoder: PackedEncoder | None = None,
    ) -> None:
        super().__init__(name, config)
        self._config = config
        self._storage, self._resource, self._encoder = storage, resource, encoder

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: `model`, a folder from the project's root or a name."""
        return {**DenseFeaturizer.get_default_config(), "model": PACKAGED}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Make the component before training."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **_: Any,
    ) -> SentenceEncoderFeaturizer:  # fmt: skip
        """Load what training packed."""
        with model_storage.read_from(resource) as folder:
            encoder = PackedEncoder(folder)
        return cls(config, execution_context.node_name, model_storage, resource, encoder)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any model name: loading it tells."""

    def train(self, training_data: TrainingData) -> Resource:
        """Pack the encoder into the trained model."""
        with self._storage.write_to(self._resource) as folder:
            pack(self._config["model"], folder)
            self._encoder = PackedEncoder(folder)
        return self._resource

    def _add(self, messages: list[Message]) -> None:
        if self._encoder is None or not messages:
            return
        vectors = self._encoder.encode([message.get(TEXT) or "" for message in messages])
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors of all examples."""
        self._add([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vectors of messages."""
        self._add(messages)
        return messages
