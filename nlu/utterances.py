"""The training utterances: one tab-separated file a label, `svenska<TAB>english[<TAB>tag]`."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.noise import noisy

DATA = Path(__file__).parent / "data"
NEAR_MISSES = DATA / "near_misses.tsv"
TAG, APART, COPY = "tag", "apart", "copy"  # what a message of Rasa carries beside text and label


class BadUtterance(ValueError):
    """A line of the training data that cannot be read, as `file:line: what, what to do`."""


@dataclass(frozen=True)
class Utterance:
    """What somebody wrote, what it means in English, and the label it was filed under."""

    text: str
    english: str
    label: str
    tag: str = ""
    copy_of: str = ""  # the text without noise, of a noisy copy

    @property
    def apart(self) -> bool:
        """Whether it is of the tenth that sets the probabilities; a copy goes with its original."""
        return for_calibration(self.copy_of or self.text)


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


def noisy_copies(utterances: list[Utterance]) -> list[Utterance]:
    """Return every utterance once more as typed in a hurry, the same at each call."""
    texts = [noisy(each.text, random.Random(each.text), fold=0.5, typo=0.8, join=0.2) for each in utterances]
    return [replace(each, text=text, copy_of=each.text) for each, text in zip(utterances, texts, strict=True)]
