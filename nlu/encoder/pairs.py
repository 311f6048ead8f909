"""Swedish-English pairs: general ones from public corpora, and the project's own utterances."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from nlu.encoder.recipe import LEXICON, recipe
from nlu.utterances import all_utterances

Pair = tuple[str, str]


def read_pairs(path: Path) -> list[Pair]:
    """Read lines `svenska<TAB>english`; lines of another shape are an error with their number."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        columns = line.split("\t")
        if len(columns) < 2 or not columns[0].strip() or not columns[1].strip():
            raise ValueError(f"{path}:{number}: expected svenska<TAB>english")
        pairs.append((columns[0].strip(), columns[1].strip()))
    return pairs


@dataclass(frozen=True)
class Corpora:
    """What the encoder learns from."""

    general: list[Pair]
    held_out: list[Pair]
    words: list[Pair]
    field: list[Pair]
    field_words: list[Pair]


def load_corpora(folder: Path) -> Corpora:
    """Read the corpora of `folder` and the project's own pairs, as the recipe says."""
    settings = recipe()
    rng = random.Random(settings["seed"])
    general: list[Pair] = []
    held_out: list[Pair] = []
    for name, weight in settings["pairs"].items():
        pairs = read_pairs(folder / name)
        rng.shuffle(pairs)
        if not held_out:
            long_enough = [pair for pair in pairs if len(pair[0].split()) >= 4]
            held_out = long_enough[: settings["held_out_pairs"]]
            taken = {text for pair in held_out for text in pair}
            pairs = [pair for pair in pairs if not taken.intersection(pair)]
        general += pairs[: int(len(pairs) * weight)]
    words = [pair for name in settings["lexicons"] for pair in read_pairs(folder / name)]
    field = [(each.text, each.english) for each in all_utterances() if each.english]
    own_words = read_pairs(LEXICON) if LEXICON.exists() else []
    return Corpora(general, held_out, words, field, own_words)


def frequent_words(folder: Path) -> dict[str, int]:
    """Return word -> count from the frequency list."""
    lines = (folder / recipe()["word_counts"]).read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split("\t") for line in lines)}
