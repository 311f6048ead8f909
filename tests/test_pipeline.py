"""The parts of the pipeline on what nobody expects."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.payloads import as_rasa_reads_it
from nlu.components.ngrams import prepared
from nlu.components.sentence_encoder import PACKAGED, EncoderMissing, encode, load_encoder
from nlu.emergency import Danger
from nlu.judgement import Thresholds, judge
from nlu.language import detect_language
from nlu.linear import features, fit, fit_temperature, fold_scores
from nlu.slots import SlotReader
from nlu.swedish import LONGEST, fold, normalise, read

ODD = [
    "",
    " ",
    "…!?",
    "a" * 2000,
    "مرحبا",
    "\u202eabc",
    "\u200b\u200b",
    "12345",
    "hеj",
    "😀😀",
    "𝕙𝕖𝕛",
    "\x00\x01",
    "ÅÄÖ" * 700,
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_read_without_a_fault(city: Knowledge, text: str) -> None:
    doc = read(normalise(text))
    SlotReader(city).read(doc)
    assert prepared(text) and detect_language(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_normalised_and_read(text: str) -> None:
    clean = normalise(text)
    assert len(clean) <= LONGEST and "\u200b" not in clean
    read(clean)
    detect_language(clean)


def test_look_alike_letters_and_invisible_ones_do_not_hide_a_word() -> None:
    assert normalise("kn\u200biv") == "kniv"
    assert normalise("vарen") == "vapen"
    assert fold("PÅ VÄG") == "pa vag"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=100))
def test_only_offered_payloads_reach_rasa_as_such(text: str) -> None:
    read_as = as_rasa_reads_it("/" + text)
    assert not read_as.startswith("/") or read_as.split("{")[0].isascii()


@pytest.mark.parametrize("payload", ["/leave_group", '/inform{"age_group": "under_18"}', "/secrecy_police", "/menu"])
def test_payloads_of_buttons_are_kept(payload: str) -> None:
    assert as_rasa_reads_it(payload) == payload


@pytest.mark.parametrize("text", ["", "☃" * 50, "hej " * 2500, "привет مرحبا hej"])
def test_any_text_becomes_a_finite_vector_of_length_one(text: str) -> None:
    (vector,) = encode(PACKAGED, [text])
    assert np.isfinite(vector).all() and math.isclose(float(np.linalg.norm(vector)), 1.0, abs_tol=1e-3)


def test_a_missing_encoder_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderMissing, match=r"config.yml: the encoder nlu/none is missing. Restore"):
        load_encoder("nlu/none")


def test_probabilities_are_as_right_as_they_say() -> None:
    rng = np.random.default_rng(1)
    which = rng.integers(0, 3, 400)
    y = ["abc"[value] for value in which]
    dense = np.eye(3)[which] + rng.normal(0, 1.0, (400, 3))
    x = features(np.zeros((400, 1)), dense, 1.0)
    labels, scores = fold_scores(x, y, strength=1.0, folds=3)
    model = fit(x, y, strength=1.0)
    model.temperature = fit_temperature(scores, labels, y)
    sure = model.probabilities(x).max(axis=1)
    right = [model.labels[i] == label for i, label in zip(model.scores(x).argmax(axis=1), y, strict=True)]
    assert abs(float(sure.mean()) - sum(right) / len(right)) < 0.05


def test_patterns_and_classifier_together_decide_on_danger(city: Knowledge) -> None:
    def danger(probabilities: dict[str, float], patterns: Danger) -> str:
        options = {"words": 5, "facts": False, "vocabulary": city.vocabulary, "thresholds": Thresholds()}
        return judge(probabilities, patterns, "sv", **options).danger  # type: ignore[arg-type]

    clear = Danger("clear", "immediate_danger")
    assert danger({}, clear) == "clear"  # no model
    assert danger({"immediate_danger": 0.9, "signs": 0.1}, Danger("none")) == "clear"
    assert danger({"immediate_danger": 0.2, "signs": 0.8}, clear) == "clear"
    assert danger({"immediate_danger": 0.2, "signs": 0.8}, Danger("none")) == "possible"
    assert danger({"immediate_danger": 0.0, "signs": 1.0}, clear) == "possible"
    assert danger({"immediate_danger": 0.0, "signs": 1.0}, Danger("none")) == "none"
