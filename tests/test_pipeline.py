"""The parts of the pipeline on what nobody expects."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.payloads import as_rasa_reads_it
from bot.yaml_file import ROOT
from nlu.components.ngrams import prepared
from nlu.emergency import Danger
from nlu.judgement import Thresholds, judge
from nlu.language import detect_language
from nlu.linear import features, fit, fit_temperature
from nlu.onnx_encoder import PACKAGED, EncoderMissing, encode, load_sentence_transformer, packed
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


@pytest.mark.parametrize("text", ["", "☃" * 50, "hej " * 2500, "a" * 10_000, "привет مرحبا hej", "\u200b\u202e"])
@pytest.mark.parametrize("encoder", [PACKAGED, "nlu/encoder/model"])
def test_any_text_becomes_a_finite_vector_of_length_one(text: str, encoder: str) -> None:
    (vector,) = encode(encoder, [text])
    assert np.isfinite(vector).all() and math.isclose(float(np.linalg.norm(vector)), 1.0, abs_tol=1e-3)


def test_a_missing_encoder_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderMissing, match=r"config.yml: the encoder nlu/none is missing. Restore"):
        load_sentence_transformer("nlu/none")


def test_damaged_weights_are_named_with_what_to_do(tmp_path: Path) -> None:
    for part in (ROOT / "nlu/encoder/model").iterdir():
        if part.is_file():
            (tmp_path / part.name).write_bytes(part.read_bytes()[:1000])
    with pytest.raises(EncoderMissing, match=r"cannot be loaded .*damaged or missing. Restore"):
        load_sentence_transformer(str(tmp_path))


def test_a_text_in_eight_bits_keeps_its_meaning() -> None:
    texts = ["min son har börjat umgås med nazister", "vad kostar det att ringa er", "han står utanför med en kniv"]
    whole = packed("nlu/encoder/model", eight_bits=False).encode(texts)
    assert ((encode("nlu/encoder/model", texts) * whole).sum(axis=1) > 0.97).all()


def test_the_same_text_gets_the_same_vector_alone_and_among_others() -> None:
    alone = encode("nlu/encoder/model", ["min son har ändrats"])
    among = encode("nlu/encoder/model", ["min son har ändrats", "x" * 500])
    assert np.allclose(alone[0], among[0])


def test_probabilities_are_as_right_as_they_say() -> None:
    rng = np.random.default_rng(1)
    which = rng.integers(0, 3, 800)
    y = ["abc"[value] for value in which]
    dense = np.eye(3)[which] + rng.normal(0, 1.0, (800, 3))
    x = features(np.zeros((800, 1)), dense, 1.0)
    model = fit(x[:400], y[:400], strength=1.0)
    model.temperature = fit_temperature(model.scores(x[400:600]), model.labels, y[400:600])
    sure = model.probabilities(x[600:]).max(axis=1)
    right = [model.labels[i] == label for i, label in zip(model.scores(x[600:]).argmax(axis=1), y[600:], strict=True)]
    assert abs(float(sure.mean()) - sum(right) / len(right)) < 0.08


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


def test_what_is_to_be_declined_for_either_reason_is_declined(city: Knowledge) -> None:
    def read_as(**probabilities: float) -> str:
        options = {"words": 5, "facts": False, "vocabulary": city.vocabulary, "thresholds": Thresholds()}
        return judge(probabilities, Danger("none"), "sv", **options).intent  # type: ignore[arg-type]

    assert read_as(harmful_request=0.18, out_of_scope=0.17, signs=0.05) == "harmful_request"
    assert read_as(harmful_request=0.18, signs=0.17) == "nlu_fallback"
