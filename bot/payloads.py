"""Button payloads: only those that a button can carry reach Rasa as such; the rest is text."""

from __future__ import annotations

import json
import re
from functools import cache

from bot.knowledge import knowledge
from nlu.components.judge import IN_RASA

_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?", re.DOTALL)
_TALK = ("greet", "menu", "simplify", "repeat", "restart")


@cache
def _offered_values() -> dict[str, frozenset[str]]:
    vocabulary = knowledge().vocabulary
    asked = {slot for need in knowledge().needs.values() for slot in need.asks}
    return {slot: frozenset(vocabulary.slots[slot]) for slot in asked}


def _offered(intent: str, entities: object) -> bool:
    vocabulary = knowledge().vocabulary
    if entities is None:
        return intent in (*vocabulary.needs, *vocabulary.answers, *_TALK)
    if intent != "inform" or not isinstance(entities, dict) or len(entities) != 1:
        return False
    ((slot, value),) = entities.items()
    return isinstance(value, str) and value in _offered_values().get(slot, ())


def as_rasa_reads_it(message: str) -> str:
    """Return an offered payload as it is, anything else as text that Rasa cannot take for a payload."""
    message = message.strip()
    match = _PAYLOAD.fullmatch(message)
    if match:
        try:
            entities = json.loads(match["entities"]) if match["entities"] else None
        except ValueError:
            entities = ()
        if _offered(match["intent"], entities):
            return f"/{IN_RASA[match['intent']]}" if match["intent"] in IN_RASA else message
    return message.lstrip("/").strip()
