"""What a message tells about people: age, district, time, threat, role, relation, milieu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc

from bot.knowledge import Knowledge
from nlu.ages import find_ages
from nlu.pattern import PatternFile
from nlu.places import Places

PATTERNS = Path(__file__).parent / "patterns" / "slots.yml"
_SELF = {"jag", "mig", "mej", "ja"}
_ANSWER = 5  # tokens; a text so short is taken for an answer to a question


@dataclass(frozen=True)
class Told:
    """One thing told: `holder` is self, other or "" (not said)."""

    slot: str
    value: str
    start: int  # character offsets
    end: int
    holder: str = ""


def _holder(doc: Doc, i: int, others: frozenset[str]) -> str:
    """Whose the fact at token `i` is: the nearest person named before it in its sentence, else right after."""
    for token in reversed(doc[max(0, i - 8) : i]):
        if token.text in ".!?":
            break
        if token.norm_ in _SELF:
            return "self"
        if token.norm_ in others:
            return "other"
    # "en 15-åring som …", "min 15-åriga son"
    return "other" if any(token.norm_ in others for token in doc[i + 1 : i + 4]) else ""


class SlotReader:
    """Reads everything at once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._patterns = PatternFile(PATTERNS)
        self._places = Places(knowledge, self._patterns.lists["not_misspelt_places"])
        self._others = self._patterns.lists["kin"] | self._patterns.lists["other"]

    def read(self, doc: Doc) -> list[Told]:
        """Return what `doc` tells; one value a slot and holder, the first told."""
        found: dict[tuple[str, str], Told] = {}
        for told in self._all(doc):
            found.setdefault((told.slot, told.holder), told)
        return list(found.values())

    def _all(self, doc: Doc) -> Iterator[Told]:
        def told(slot: str, value: str, start: int, end: int, holder: str = "") -> Told:
            return Told(slot, value, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), holder)

        for i, value, holder in find_ages(doc):
            yield told("age_group", value, i, i + 1, holder or _holder(doc, i, self._others))
        for start, end, district in self._places.by_weight(doc, self._others):
            yield told("district", district, start, end)
        matches = self._patterns.find(doc)
        for name in self._patterns.names:  # the file's order decides between values
            for matched, start, end in matches:
                slot, value, *rest = name.split(".")
                if matched == name and end > start and not ("answer" in rest and len(doc) > _ANSWER):
                    yield told(slot, value, start, end)
