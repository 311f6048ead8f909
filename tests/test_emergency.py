"""Danger is read from words alone, without any model."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.last_resort import last_resort
from nlu.emergency import EmergencyPatterns
from nlu.swedish import normalise, read

PATTERNS = EmergencyPatterns()


def level(text: str) -> tuple[str, str | None]:
    danger = PATTERNS.read(read(normalise(text)))
    return danger.level, danger.need


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("han har en kniv o är påväg", "immediate_danger"),
        ("HAN STÅR UTANFÖR DÖRREN MED EN KNIV", "immediate_danger"),
        ("de haller pa att sla honom nu", "immediate_danger"),
        ("ja han är 15. nu håller dom på att sparka på honom", "immediate_danger"),
        ("min kompis säger att han ska skjuta folk i skolan", "violence_plan"),
        ("hittade ritningar på en bomb hos min son", "violence_plan"),
        ("jag orkar inte leva längre", "suicidal"),
        ("min son skriver att han vill dö", "suicidal"),
        ("jag tänker ta livet av mig", "suicidal"),
    ],
)
def test_clear_danger_is_seen_without_a_model(text: str, need: str) -> None:
    assert level(text) == ("clear", need)


@pytest.mark.parametrize(
    "text",
    [
        "jag dör av skratt",
        "när öppnar återvinningscentralen",
        "berättar ni för polisen om jag ringer",
        "min son är 15 och har nya kompisar",
        "vad är skillnaden på 112 och 114 14",
        "jag vill hoppa av",
    ],
)
def test_other_words_are_not_danger(text: str) -> None:
    assert level(text)[0] == "none"


@pytest.mark.parametrize(
    "text",
    ["min son spelar spel där man ska döda alla", "såg en film där han ska skjuta folk i skolan"],
)
def test_games_and_films_are_at_most_a_possible_danger(text: str) -> None:
    assert level(text)[0] != "clear"


def test_without_model_and_dialogue_an_emergency_still_gets_112_first() -> None:
    (reply,) = last_resort("han har en kniv o är påväg")
    assert reply["text"].startswith("Ring 112")
    assert reply["custom"]["kind"] == "emergency"


def test_without_model_and_dialogue_anything_else_gets_the_emergency_numbers() -> None:
    (reply,) = last_resort("min son är 15")
    assert "112" in reply["text"] and "90101" in reply["text"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    level(text)
