"""The training data and what is held out."""

from collections import Counter

from rapidfuzz import fuzz, process

from bot.knowledge import Knowledge
from nlu.evaluation.held_out import SETS, conversations, held_out, slot_texts
from nlu.swedish import fold
from nlu.utterances import all_utterances


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


def test_no_held_out_text_is_a_near_copy_of_a_training_text() -> None:
    texts = [fold(each.text) for each in all_utterances()]
    held = [each.text for name in SETS for each in held_out(name)] + [
        say for talk in conversations() for say in talk.says
    ]
    for text in held:
        if len(text.split()) >= 5:
            best = process.extractOne(fold(text), texts, scorer=fuzz.ratio, score_cutoff=90)
            assert best is None, (text, best)


def test_held_out_material_speaks_the_vocabulary(city: Knowledge) -> None:
    for name in SETS:
        for each in held_out(name):
            assert {each.label, *each.also} <= set(city.vocabulary.intents), each
    for _, told in slot_texts():
        for slot, value in told.items():
            assert value in city.vocabulary.slots[slot], (slot, value)
    for talk in conversations():
        assert talk.button in city.needs and talk.first_contact in city.contacts, talk
        assert set(talk.answers) <= set(city.vocabulary.slots), talk


def test_held_out_sets_are_as_large_as_promised(city: Knowledge) -> None:
    labels = Counter(each.label for name in SETS for each in held_out(name))
    urgent = Counter(each.label for each in held_out("emergencies"))
    assert all(labels[need] >= 4 for need in city.vocabulary.needs), labels
    assert all(labels[answer] >= 8 for answer in city.vocabulary.answers)
    assert sum(urgent.values()) >= 250 and len(held_out("near_misses")) >= 250 and len(conversations()) >= 100
    assert labels["out_of_scope"] >= 100 and labels["harmful_request"] >= 60 and labels["other_language"] >= 50
