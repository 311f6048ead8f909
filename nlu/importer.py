"""Gives Rasa the utterances of `nlu/data`, which keep their English renderings beside them."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.utterances import APART, COPY, TAG, all_utterances, noisy_copies


class UtteranceImporter(TrainingDataImporter):
    """Stands in `importers` of config.yml beside Rasa's own, which reads domain and rules."""

    def __init__(self, _config: Any = None, _domain: Any = None, _data: Any = None, noise: bool = False) -> None:
        """Take whether a noisy copy of each goes along; ignore what Rasa hands every importer."""
        self._noise = noise

    def get_nlu_data(self, language: str | None = "sv") -> TrainingData:
        """Return all utterances as intent examples."""
        every = all_utterances()
        return TrainingData(
            [
                Message(
                    {
                        TEXT: each.text,
                        INTENT: each.label,
                        TAG: each.tag,
                        APART: each.apart,
                        COPY: bool(each.copy_of),
                    }
                )
                for each in every + (noisy_copies(every) if self._noise else [])
            ]
        )

    def get_domain(self) -> Domain:
        """Return nothing: the domain lies in bot/domain.yml."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return nothing: the rules lie in bot/rules.yml."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """Return nothing: the story tests lie in tests/stories."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """Return nothing: Rasa reads config.yml itself."""
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        """Return nothing: no part of the configuration is left to Rasa."""
        return None
