"""Personal data is masked before the dialogue sees it; the city's own words are not."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.yaml_file import ROOT
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
