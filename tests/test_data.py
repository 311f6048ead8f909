"""The training data and what is held out."""

from collections import Counter

from rapidfuzz import fuzz, process

from bot.knowledge import Knowledge
from nlu.evaluation import held_out
from nlu.swedish import fold
from nlu.utterances import all_utterances

FILES = ("needs", "answers", "near_misses", "other")


def test_every_label_has_enough_utterances(city: Knowledge) -> None:
    counts = Counter(each.label for each in all_utterances())
    vocabulary = city.vocabulary
    for labels, fewest in ((vocabulary.needs, 40), (vocabulary.answers, 20), (vocabulary.conversation, 25)):
        for label in labels:
            assert counts[label] >= fewest, label


def test_every_utterance_has_an_english_rendering_and_a_known_label(city: Knowledge) -> None:
    for each in all_utterances():
        assert each.english and each.label in city.vocabulary.intents, each.text


def test_no_utterance_stands_under_two_labels() -> None:
    seen: dict[str, str] = {}
    for each in all_utterances():
        label = seen.setdefault(" ".join(fold(each.text).split()), each.label)
        assert label == each.label, each.text


def test_no_held_out_text_is_a_near_copy_of_a_training_text(city: Knowledge) -> None:
    texts = [fold(each.text) for each in all_utterances()]
    long_texts = [(t, label) for name in FILES for t, label in held_out(name) if len(t.split()) >= 5]
    for text, label in long_texts:
        assert label in city.vocabulary.intents
        best = process.extractOne(fold(text), texts, scorer=fuzz.ratio, score_cutoff=92)
        assert best is None, (text, best)
