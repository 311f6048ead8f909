"""Danger read from words alone: works without the classifier, and beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc

from nlu.pattern import PatternFile

PATTERNS = Path(__file__).parent / "patterns" / "emergency.yml"
# Which need's reply comes when several match.
ORDER = ("immediate_danger", "violence_plan", "suicidal")


@dataclass(frozen=True)
class Danger:
    """How clear the danger is: "clear", "possible" or "none", and which need it is."""

    level: str
    need: str | None = None


class EmergencyPatterns:
    """Reads a text's danger by the patterns of `patterns/emergency.yml`."""

    def __init__(self) -> None:
        self._patterns = PatternFile(PATTERNS)

    def read(self, doc: Doc) -> Danger:
        """Return the clearest danger in `doc`."""
        matches = self._patterns.find(doc)
        excuses = [(start, end) for name, start, end in matches if name == "unless"]
        found: set[tuple[str, str]] = set()
        for name, start, end in matches:
            if name == "unless":
                continue
            need, level = name.split(".")
            if any(_same_sentence(doc, start, end, *excuse) for excuse in excuses):
                if level == "possible":
                    continue
                level = "possible"
            found.add((level, need))
        for level in ("clear", "possible"):
            for need in ORDER:
                if (level, need) in found:
                    return Danger(level, need)
        return Danger("none")


def _same_sentence(doc: Doc, start: int, end: int, other_start: int, other_end: int) -> bool:
    between = doc[min(end, other_end) : max(start, other_start)]
    return not any(token.text in ".!?" for token in between)
