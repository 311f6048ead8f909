"""Personal data is masked before the dialogue sees it; the city's own words are not."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.yaml_file import ROOT
from nlu.evaluation.masks import mask_figures
from nlu.mask import mask


@pytest.mark.parametrize(
    ("text", "hidden", "type_"),
    [
        ("pnr 20090512-1234", "20090512-1234", "personnummer"),
        ("hon är född 090512 1234", "090512 1234", "personnummer"),
        ("samordningsnummer 701072-2391", "701072-2391", "personnummer"),
        ("ring 070-123 45 67", "070-123 45 67", "phone"),
        ("0701234567 är mitt", "0701234567", "phone"),
        ("nås på +46 70 123 45 67", "+46 70 123 45 67", "phone"),
        ("kalle.k@gmail.com", "kalle.k@gmail.com", "email"),
        ("anna (at) hotmail.se", "anna (at) hotmail.se", "email"),
        ("anna snabel-a hotmail punkt se", "anna snabel-a hotmail punkt se", "email"),
        ("bor på Tenstavägen 12 b lgh 1203", "Tenstavägen 12 b lgh 1203", "address"),
        ("min son Ahmed Ali har ändrats", "Ahmed Ali", "name"),
        ("han heter kalle", "kalle", "name"),
        ("jag heter anna och är rädd", "anna", "name"),
        ("insta @kalle_99", "@kalle_99", "username"),
        ("instagram.com/kalle.k", "instagram.com/kalle.k", "profile_url"),
        ("bilen ABC 123 stod där", "ABC 123", "plate"),
        ("ABC12D", "ABC12D", "plate"),
        ("SE45 5000 0000 0583 9825 7466", "SE45 5000 0000 0583 9825 7466", "account"),
        ("kort 4111 1111 1111 1111", "4111 1111 1111 1111", "account"),
        ("ip 192.168.1.4", "192.168.1.4", "ip"),
        ("ärendenr 2024-1234", "2024-1234", "case_number"),
        ("anmälan 5000-K123456-26", "5000-K123456-26", "case_number"),
    ],
)
def test_personal_data_is_masked(text: str, hidden: str, type_: str) -> None:
    masked, spans = mask(text)
    assert hidden not in masked
    assert (text[spans[0].start : spans[0].end], spans[0].type) == (hidden, type_)


@pytest.mark.parametrize(
    "text",
    [
        "ring 112 eller 114 14 eller 116 111 eller 1177 eller 90101",
        "stadens kontaktcenter 08-508 00 508",
        "vi bor i Tensta, nära Hammarby Sjöstad",
        "min bror är i Syrien sedan 2025-07-01",
        "19 kap. 1 § socialtjänstlagen (2025:400)",
        "hon är 15 och går i 8b",
        "Polisen och Säpo vet om det. Exit Fryshuset hjälpte.",
        "han är med i Nordfront sen 2019",
    ],
)
def test_the_citys_numbers_places_ages_and_dates_are_left(text: str) -> None:
    assert mask(text) == (text, [])


def test_no_number_of_the_city_is_ever_masked(city: Knowledge) -> None:
    for contact in city.contacts.values():
        if contact.phone:
            assert mask(f"ring {contact.phone}")[1] == []


HERE = Path(__file__).parent
# Repeated, each of these makes a pattern with nested or unbounded repetition explode.
REPEATED = [
    "0",
    "0 ",
    "07-",
    "a.",
    "a@",
    "a ",
    "A",
    "Aa ",
    "a-",
    "ab:",
    "1.",
    "/a",
    "x_",
    "gatan ",
    "noll ",
    "Anna ",
    "är ",
    '"',
    "snap ",
]


def _examples(file: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return each line as text without marks, and what is marked with its kind."""
    lines = [line for line in (HERE / file).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    mark = re.compile(r"\{(?:(\w+):)?(.*?)\}")
    return [(line, mark.sub(r"\2", line), [(m[2], m[1] or "name") for m in mark.finditer(line)]) for line in lines]


def _found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.type) for span in mask(text)[1]]


@pytest.mark.parametrize("file", ["mask_names.txt", "mask_kinds.txt"])
def test_nearly_every_development_example_is_masked_exactly_as_marked(file: str) -> None:
    examples = _examples(file)
    wrong = [line for line, text, marked in examples if _found(text) != marked]
    assert len(wrong) <= 0.02 * len(examples), wrong


def test_held_out_personal_data_is_found_and_other_texts_are_left() -> None:
    figures = mask_figures()
    assert figures["masked, all kinds but names"] >= 0.99
    assert figures["masked name"] >= 0.93
    assert figures["nothing personal, nothing masked"] >= 0.98


def test_the_need_is_left_to_read() -> None:
    text = "hej jag heter Samira, min bror Yusuf i Tensta vill åka till Syrien, ring 070-123 45 67"
    assert mask(text)[0] == "hej jag heter [name], min bror [name] i Tensta vill åka till Syrien, ring [phone]"


@pytest.mark.parametrize("part", REPEATED)
def test_time_grows_no_faster_than_the_text(part: str) -> None:
    def seconds(length: int) -> float:
        text = (part * length)[:length]
        times = []
        for _ in range(3):
            start = time.process_time()
            mask(text)
            times.append(time.process_time() - start)
        return min(times)

    seconds(100)
    # Eight times the text; quadratic growth would take 64 times as long, cubic 512 times.
    assert seconds(2_000) < 30 * max(seconds(250), 0.001)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_masking_never_raises_and_spans_lie_in_the_text(text: str) -> None:
    _, spans = mask(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_the_command_masks_as_the_chat_does() -> None:
    text = "min son Ahmed Ali, 070-123 45 67"
    run = subprocess.run(
        [sys.executable, "-m", "nlu.mask"],
        cwd=ROOT,
        input=json.dumps({"text": text}) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(run.stdout)
    assert found["masked"] == "min son [name], [phone]"
    assert found["spans"][0] == {"start": 8, "end": 17, "type": "name"}
