"""What to do with what was read: danger first, then the language, then the label if it is sure enough."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from bot.routing import families
from nlu.components.intent_classifier import PROBABILITIES
from nlu.emergency import EmergencyPatterns
from nlu.judgement import Judgement, Thresholds, judge
from nlu.language import detect_language
from nlu.slots import SlotReader
from nlu.swedish import normalise, read

READING = "reading"
# Rasa keeps the intent `restart` for an action of its own.
IN_RASA = {"restart": "start_over"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Judge(GraphComponent, IntentClassifier):
    """Sets the final intent, and `reading`: danger, suggestions, second matter, language."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._thresholds = Thresholds(**{k: v for k, v in config.items() if k in Thresholds.__dataclass_fields__})
        self._patterns = EmergencyPatterns()
        self._facts = SlotReader(knowledge())
        self._vocabulary = knowledge().vocabulary
        self._families = families(knowledge())

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["spacy", "lingua"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the thresholds' defaults; config.yml says how they were chosen."""
        return {name: field.default for name, field in Thresholds.__dataclass_fields__.items()}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Judge:
        """Make the component."""
        return cls(config)

    def judge(self, text: str, probabilities: dict[str, float]) -> Judgement:
        """Judge one message."""
        doc = read(normalise(text))
        return judge(
            probabilities,
            self._patterns.read(doc),
            detect_language(normalise(text)),
            words=sum(token.is_alpha or token.like_num for token in doc),
            facts=bool(
                [
                    told
                    for told in self._facts.read(doc)
                    if told.slot in ("age_group", "district", "when", "role", "relation")
                ]
            ),
            vocabulary=self._vocabulary,
            thresholds=self._thresholds,
            families=self._families,
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and reading."""
        for message in messages:
            judgement = self.judge(message.get(TEXT) or "", message.get(PROBABILITIES) or {})
            message.set(
                INTENT,
                {"name": IN_RASA.get(judgement.intent, judgement.intent), "confidence": judgement.confidence},
                add_to_output=True,
            )
            message.set(READING, judgement.as_dict(), add_to_output=True)
        return messages
