"""How the trained model reads held-out texts, and the figures of it.

"Within one click" counts a text as arrived when its label is acted on, stands beside it as the second matter, or is
among the suggestions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.knowledge import knowledge
from nlu.components.judge import IN_RASA
from nlu.emergency import ORDER
from nlu.encoder.progress import progress
from nlu.evaluation.held_out import Text, slot_texts
from nlu.slots import SlotReader
from nlu.swedish import normalise, read

FROM_RASA = {name: label for label, name in IN_RASA.items()}
_SLOTS = ("age_group", "district", "threatened", "when", "role")


@dataclass(frozen=True)
class Read:
    """A held-out text and how the bot read it; `likeliest` and `probability` are the classifier's, before all rules."""

    text: Text
    intent: str
    confidence: float
    danger: str
    patterns: str
    suggestions: tuple[str, ...]
    second: str | None
    likeliest: str
    probability: float
    danger_probability: float
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether it was acted on as its label."""
        return self.text.accepts(self.intent)

    @property
    def within_one_click(self) -> bool:
        """Whether the visitor arrives at once, or by one of the buttons."""
        return self.right or any(map(self.text.accepts, (*self.suggestions, self.second)))

    @property
    def as_emergency(self) -> bool:
        """Whether an emergency reply came first."""
        return self.danger == "clear" and self.intent in ORDER


async def read_all(agent: Any, texts: Sequence[Text], name: str) -> list[Read]:
    """Read each text as a first message."""
    reads = []
    for text in progress(texts, f"reads {name}"):
        started = time.perf_counter()
        parsed = await agent.parse_message(text.text)
        spent = (time.perf_counter() - started) * 1000
        reading, intent = parsed["reading"], parsed["intent"]
        reads.append(
            Read(
                text,
                FROM_RASA.get(intent["name"], intent["name"]),
                intent["confidence"],
                reading["danger"],
                reading["patterns"],
                tuple(reading["suggestions"]),
                reading["second"],
                parsed["intent_ranking"][0]["name"],
                parsed["intent_ranking"][0]["confidence"],
                reading["danger_probability"],
                spent,
            )
        )
    return reads


def share(reads: Sequence[Read], test: Callable[[Read], bool]) -> float:
    """Return the share of `reads` that pass."""
    return round(sum(map(test, reads)) / max(1, len(reads)), 3)


def figures(reads: Mapping[str, list[Read]]) -> dict[str, float]:
    """Return the figures by name."""
    vocabulary = knowledge().vocabulary
    needs, answers, emergencies = reads["needs"], reads["answers"], reads["emergencies"]
    near = [read for read in reads["near_misses"] if read.text.label not in ORDER]
    result = {
        "needs, right": share(needs, lambda r: r.right),
        "needs, within one click": share(needs, lambda r: r.within_one_click),
        "answers, right": share(answers, lambda r: r.right),
        "answers, within one click": share(answers, lambda r: r.within_one_click),
        "emergencies, answered as such first": share(emergencies, lambda r: r.as_emergency),
        "emergencies, at least cautioned": share(emergencies, lambda r: r.danger != "none"),
        "near misses, not answered as emergencies": share(near, lambda r: not r.as_emergency),
    }
    of = {label: [r for r in reads["other"] if r.text.label == label] for label in vocabulary.intents}
    result["out of scope, right"] = share(of["out_of_scope"], lambda r: r.right)
    # Never helped: declined, or met as something that only leads to help.
    result["harmful requests, declined"] = share(of["harmful_request"], lambda r: r.right)
    result["harmful requests, not answered by facts"] = share(
        of["harmful_request"], lambda r: r.intent not in vocabulary.answers
    )
    result["other languages, right"] = share(of["other_language"], lambda r: r.right)
    talk = set(vocabulary.conversation) - {"out_of_scope", "harmful_request", "other_language"}
    result["conversation labels, right"] = share([r for label in talk for r in of[label]], lambda r: r.right)
    every = [read.milliseconds for part in reads.values() for read in part]
    result["milliseconds a message, median"] = round(float(np.median(every)), 1)
    return result


def slot_figures() -> tuple[dict[str, float], list[str]]:
    """Return by slot the share read right of the texts that tell it or seem to, and the errors."""
    reader = SlotReader(knowledge())
    right: dict[str, list[bool]] = {slot: [] for slot in _SLOTS}
    errors = []
    for text, told in slot_texts():
        every = reader.read(read(normalise(text)))
        # The one concerned goes before the one who writes.
        found = {each.slot: each.value for each in sorted(every, key=lambda each: each.holder != "self")}
        for slot in _SLOTS:
            if slot in told or slot in found:
                right[slot].append(told.get(slot) == found.get(slot))
                if not right[slot][-1]:
                    errors.append(f"{slot}: {told.get(slot)} read as {found.get(slot)}: {text}")
    result = {f"slot {slot}": round(sum(each) / len(each), 3) for slot, each in right.items() if each}
    return result, errors
