"""Swedish-English pairs: general ones from public corpora, and the project's own utterances."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from nlu.encoder.recipe import LEXICON, SENTENCES, recipe
from nlu.utterances import all_utterances, for_calibration

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
    joined: list[Pair]
    field: list[Pair]
    field_words: list[Pair]
    labels: dict[str, int]  # utterance -> number of its label, but for those kept for calibration


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
    general += read_pairs(SENTENCES)
    words = [pair for name in settings["lexicons"] for pair in read_pairs(folder / name)]
    utterances = all_utterances()
    field = [(each.text, each.english) for each in utterances]
    names = sorted({each.label for each in utterances})
    labels = {each.text: names.index(each.label) for each in utterances if not for_calibration(each.text)}
    long = joined(general + field, settings["joined"], rng)
    return Corpora(general, held_out, words, long, field, read_pairs(LEXICON), labels)


def joined(pairs: list[Pair], settings: dict[str, int], rng: random.Random) -> list[Pair]:
    """Return new pairs of two to `most` drawn ones, so that long texts and several matters at once are learnt too."""
    drawn = [rng.choices(pairs, k=rng.randint(2, settings["most"])) for _ in range(settings["pairs"])]
    return [(" ".join(swedish for swedish, _ in each), " ".join(english for _, english in each)) for each in drawn]


def frequent_words(folder: Path) -> dict[str, int]:
    """Return word -> count from the frequency list."""
    lines = (folder / recipe()["word_counts"]).read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split("\t") for line in lines)}
