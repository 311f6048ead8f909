"""Character and word n-grams (TF-IDF) of the folded text, so that missing dots and typos cost little."""

from __future__ import annotations

from typing import Any

import joblib
import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from nlu.swedish import fold, normalise
from nlu.utterances import COPY


def new_vectorizer(characters: tuple[int, int], words: tuple[int, int], most: int) -> FeatureUnion:
    """Return the vectorizer of folded texts; `most` bounds the number of character n-grams."""
    common = {"sublinear_tf": True, "min_df": 2, "dtype": "float32"}
    return FeatureUnion(
        [
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=characters, max_features=most, **common)),
            ("words", TfidfVectorizer(analyzer="word", token_pattern=r"\w+", ngram_range=words, **common)),
        ]
    )


def prepared(text: str) -> str:
    """Return the text as the vectorizer reads it; never empty."""
    return fold(normalise(text)) or "."


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(SparseFeaturizer, GraphComponent):
    """One sparse vector a message."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        storage: ModelStorage,
        resource: Resource,
        vectorizer: FeatureUnion | None = None,
    ) -> None:
        super().__init__(name, config)
        self._storage, self._resource = storage, resource
        self._vectorizer = vectorizer or new_vectorizer(
            tuple(config["characters"]), tuple(config["words"]), config["most"]
        )

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: lengths of n-grams, and the most character n-grams."""
        return {**SparseFeaturizer.get_default_config(), "characters": [2, 5], "words": [1, 2], "most": 40_000}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        """Make an untrained component."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **_: Any,
    ) -> NgramFeaturizer:  # fmt: skip
        """Load the trained component."""
        with model_storage.read_from(resource) as folder:
            vectorizer = joblib.load(folder / "ngrams.joblib")
        return cls(config, execution_context.node_name, model_storage, resource, vectorizer)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check beyond what the vectorizer checks."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the n-grams' weights; noisy copies would only add slips of the finger to the vocabulary."""
        self._vectorizer.fit([prepared(m.get(TEXT)) for m in training_data.intent_examples if not m.get(COPY)])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._vectorizer, folder / "ngrams.joblib")
        return self._resource

    def _add(self, messages: list[Message]) -> None:
        rows = self._vectorizer.transform([prepared(m.get(TEXT) or "") for m in messages])
        for i, message in enumerate(messages):
            row = scipy.sparse.coo_matrix(rows[i])
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors of all examples."""
        self._add([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vectors of messages."""
        self._add(messages)
        return messages
