"""What a conversation remembers between messages, and what the latest message brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge import Need
from bot.routing import Slots

OWN_AGE = "own_age_group"
TOLD = (
    "role",
    "age_group",
    OWN_AGE,
    "milieu",
    "district",
    "threatened",
    "when",
    "acute",
    "honour",
    "in_charge",
    "relation",
)
# These belong to one matter; a new need starts without them.
OF_THE_MOMENT = ("threatened", "when", "acute", "honour")
UNKNOWN = "unknown"


@dataclass
class Conversation:
    """The remembered state, as it lies in Rasa's slots: ids and values of the vocabulary, never words."""

    told: dict[str, str] = field(default_factory=dict)
    need: str | None = None
    question: str | None = None  # the slot that was asked for last and is still open
    asked: list[str] = field(default_factory=list)  # slots asked for, for this need; twice where not understood
    moves: list[list[str]] = field(default_factory=list)  # what was said last, to say it again
    unclear: int = 0  # messages in a row that were not understood

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Conversation:
        """Read the state out of a tracker's slots."""
        return cls(
            told={name: slots[name] for name in TOLD if slots.get(name)},
            need=slots.get("need"),
            question=slots.get("question"),
            asked=list(slots.get("asked") or []),
            moves=[list(move) for move in slots.get("moves") or []],
            unclear=slots.get("unclear") or 0,
        )

    def slots(self) -> dict[str, Any]:
        """Return every slot's value, None where nothing is told."""
        state: dict[str, Any] = {name: self.told.get(name) for name in TOLD}
        return state | {
            "need": self.need,
            "question": self.question,
            "asked": self.asked,
            "moves": self.moves,
            "unclear": self.unclear,
        }

    def for_routing(self, need: Need) -> Slots:
        """Return what counts for `need`: the age of the one it is about, the visitor's own or another's."""
        result = {name: value for name, value in self.told.items() if name not in ("age_group", OWN_AGE)}
        about_self = need.about_self and result.get("role") not in ("relative", "professional", "association")
        ages = (OWN_AGE, "age_group") if about_self else ("age_group",)
        for name in ages:
            if name in self.told:
                result.setdefault("age_group", self.told[name])
        return result

    def take_up(self, need: str) -> None:
        """Turn to another need; what was told of persons and places stays."""
        if need != self.need:
            for name in OF_THE_MOMENT:
                self.told.pop(name, None)
            self.need, self.asked = need, []


@dataclass(frozen=True)
class Message:
    """The latest message as it was read."""

    intent: str
    confidence: float
    facts: Mapping[str, str]
    danger: str = "none"
    danger_need: str | None = None
    acute: bool = False
    suggestions: tuple[str, ...] = ()
    second: str | None = None
    language: str = "sv"
    button: bool = False

    @classmethod
    def of(cls, latest: Mapping[str, Any]) -> Message:
        """Read it out of a tracker's latest message."""
        reading = latest.get("reading") or {}
        intent = latest.get("intent") or {}
        facts: dict[str, str] = {}
        for entity in latest.get("entities") or []:
            name = str(entity.get("entity"))
            if name == "age_group" and entity.get("role") == "self":
                name = OWN_AGE
            if name in TOLD:
                facts.setdefault(name, str(entity.get("value")))
        if reading.get("acute"):
            facts["acute"] = "yes"
        return cls(
            intent=intent.get("name") or "nlu_fallback",
            confidence=intent.get("confidence") or 0.0,
            facts=facts,
            danger=reading.get("danger", "none"),
            danger_need=reading.get("danger_need"),
            acute=bool(reading.get("acute")),
            suggestions=tuple(reading.get("suggestions") or ()),
            second=reading.get("second"),
            language=reading.get("language", "sv"),
            button=str(latest.get("text") or "").startswith("/"),
        )
