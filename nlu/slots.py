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
_OTHER = set(
    "han hon hen honom henne hans hennes dom de dem sonen dottern brorsan syrran grabben killen tjejen son dotter bror"
    " syster kompis elev eleven ungen grabb kille tjej kusin lillebror lillasyster pojken flickan pojke flicka"
    " barnbarn barn".split()
)


@dataclass(frozen=True)
class Told:
    """One thing told: `holder` is self, other or "" (not said)."""

    slot: str
    value: str
    start: int  # character offsets
    end: int
    holder: str = ""


def _holder(doc: Doc, i: int) -> str:
    """Whose the fact at token `i` is: the nearest person named before it in its sentence, else right after."""
    for token in reversed(doc[max(0, i - 8) : i]):
        if token.text in ".!?":
            break
        if token.norm_ in _SELF:
            return "self"
        if token.norm_ in _OTHER:
            return "other"
    # "en 15-åring som …", "min 15-åriga son"
    return "other" if any(token.norm_ in _OTHER for token in doc[i + 1 : i + 4]) else ""


class SlotReader:
    """Reads everything at once."""

    def __init__(self, knowledge: Knowledge, common_words: frozenset[str] = frozenset()) -> None:
        self._places = Places(knowledge, common_words)
        self._patterns = PatternFile(PATTERNS)

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
            yield told("age_group", value, i, i + 1, holder or _holder(doc, i))
        for start, end, district in self._places.find(doc):
            yield told("district", district, start, end, _holder(doc, start))
        matches = self._patterns.find(doc)
        for name in self._patterns.names:  # the file's order decides between values
            for matched, start, end in matches:
                if matched == name and end > start:
                    slot, value = name.split(".")
                    yield told(slot, value, start, end)
