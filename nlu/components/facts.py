"""Entities: what a message tells about age, place, time and people."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from nlu.slots import SlotReader
from nlu.swedish import normalise, read


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Reads by rules and lists alone; the role of an entity is whose fact it is."""

    def __init__(self) -> None:
        self._reader = SlotReader(knowledge())

    @staticmethod
    def required_packages() -> list[str]:
        """Return what it needs."""
        return ["spacy", "rapidfuzz"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        """Make the component."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities."""
        for message in messages:
            entities = []
            for told in self._reader.read(read(normalise(message.get(TEXT) or ""))):
                entity = {
                    ENTITY_ATTRIBUTE_TYPE: told.slot,
                    ENTITY_ATTRIBUTE_VALUE: told.value,
                    ENTITY_ATTRIBUTE_START: told.start,
                    ENTITY_ATTRIBUTE_END: told.end,
                }
                if told.holder:
                    entity[ENTITY_ATTRIBUTE_ROLE] = told.holder
                entities.append(entity)
            message.set(ENTITIES, self.add_extractor_name(entities), add_to_output=True)
        return messages
