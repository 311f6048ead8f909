"""The training utterances: one tab-separated file a label, `svenska<TAB>english[<TAB>tag]`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
NEAR_MISSES = DATA / "near_misses.tsv"
TAG = "tag"


class BadUtterance(ValueError):
    """A line of the training data that cannot be read, as `file:line: what, what to do`."""


@dataclass(frozen=True)
class Utterance:
    """What somebody wrote, what it means in English, and the label it was filed under."""

    text: str
    english: str
    label: str
    tag: str = ""


def read_utterances(path: Path) -> list[Utterance]:
    """Read one file. Near misses carry their label in the third column, the others a tag or nothing."""
    result = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) < 2 or not all(columns[:2]):
            raise BadUtterance(f"{path}:{number}: expected svenska<TAB>english, separate them with a tab")
        third = columns[2] if len(columns) > 2 else ""
        if path == NEAR_MISSES:
            if not third:
                raise BadUtterance(f"{path}:{number}: the label is missing, add it as a third column")
            result.append(Utterance(columns[0], columns[1], third, "near_miss"))
        else:
            result.append(Utterance(columns[0], columns[1], path.stem, third))
    return result


def for_calibration(text: str) -> bool:
    """Tell whether an utterance is of the tenth that sets the probabilities; the encoder never learns its label."""
    return hashlib.sha256(text.encode()).digest()[0] < 26


def all_utterances(data: Path = DATA) -> list[Utterance]:
    """Read every training utterance, in the order of file names."""
    return [each for path in sorted(data.rglob("*.tsv")) for each in read_utterances(path)]
