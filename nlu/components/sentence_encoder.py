"""Sentence embeddings by any sentence-transformers model, named or in a folder."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
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

from bot.yaml_file import ROOT
from nlu.swedish import normalise

PACKAGED = "all-MiniLM-L6-v2"


class EncoderMissing(RuntimeError):
    """The encoder that config.yml names cannot be loaded; the message says what to do."""


@cache
def load_encoder(name: str) -> Any:
    """Load a model: the packaged MiniLM, a folder (from the project's root) or a name of the hub."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if name == PACKAGED:
        from nlu.encoder.teacher import packaged_minilm

        source = str(packaged_minilm())
    else:
        folder = Path(ROOT / name)
        source = str(folder) if folder.exists() else name
        if not folder.exists() and os.environ.get("HF_HUB_OFFLINE") == "1":
            raise EncoderMissing(
                f"config.yml: the encoder {name} is missing. Restore the folder (git checkout -- {name}), "
                f"make it again (make encoder), or set model: {PACKAGED}"
            )
    try:
        return SentenceTransformer(source, device="cpu").float().eval()
    except Exception as error:
        raise EncoderMissing(
            f"config.yml: the encoder {name} cannot be loaded ({type(error).__name__}): its files are damaged or "
            f"missing. Restore the folder (git checkout -- {name}), or set model: {PACKAGED}"
        ) from None


def encode(name: str, texts: list[str]) -> np.ndarray:
    """Return (n, dimensions) unit vectors; a text that says nothing still gets one."""
    vectors: np.ndarray = load_encoder(name).encode(
        [normalise(text) or "." for text in texts],
        batch_size=64,
        normalize_embeddings=True,
        show_progress_bar=False,
    )
    return vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """One dense vector a message."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._model = config["model"]
        load_encoder(self._model)

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["sentence_transformers"]

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
        """Make the component."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any model name: loading it tells."""

    def _add(self, messages: list[Message]) -> None:
        for message, vector in zip(messages, encode(self._model, [m.get(TEXT) or "" for m in messages]), strict=True):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors of all examples."""
        self._add([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vectors of messages."""
        self._add(messages)
        return messages
