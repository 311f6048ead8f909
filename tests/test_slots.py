"""What is read of ages, places, times and people."""

from datetime import date

import pytest

from bot.knowledge import Knowledge
from nlu.ages import find_ages
from nlu.slots import SlotReader
from nlu.swedish import normalise, read

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def reader(city: Knowledge) -> SlotReader:
    return SlotReader(city)


def told(reader: SlotReader, text: str) -> dict[str, str]:
    return {each.slot: each.value for each in reversed(reader.read(read(normalise(text))))}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("hon är 15", "under_18"),
        ("min son är 15 o har börjat hänga me nazister", "under_18"),
        ("han går i åttan", "under_18"),
        ("åk 9", "under_18"),
        ("född 2009", "under_18"),
        ("född -98", "over_20"),
        ("femton", "under_18"),
        ("en femtonåring", "under_18"),
        ("15-åring", "under_18"),
        ("fyller 18 i maj", "under_18"),
        ("fyllde 18 i maj", "18_to_20"),
        ("nej förresten hon är 19", "18_to_20"),
        ("tjugo år", "18_to_20"),
        ("han är 34", "over_20"),
        ("går andra året på gymnasiet", "under_18"),
        ("över 20", "over_20"),
        ("trettisju", "over_20"),
        ("hon går i 4:an", "under_18"),
        ("tränar ett f12-lag", "under_18"),
        ("han fyllde 20 i mars", "18_to_20"),
        ("min pappa har förändrats", "over_20"),
    ],
)
def test_an_age_is_read_however_it_is_told(text: str, group: str) -> None:
    assert [value for _, value, _ in find_ages(read(normalise(text)), TODAY)][:1] == [group]


@pytest.mark.parametrize(
    "text",
    ["för 3 år sedan", "i 15 år har jag bott här", "klockan 15", "15 minuter", "ring 116 111", "19 kap. 1 §",
     "tredje året på gymnasiet", "när hon var 13 slog han henne", "går i trean på gymnasiet", 
     "det var 20 personer där"],
)  # fmt: skip
def test_other_numbers_are_not_ages(text: str) -> None:
    assert list(find_ages(read(normalise(text)), TODAY)) == []


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("vi bor i tensta", "jarva"),
        ("Rinkeby", "jarva"),
        ("på söder", "sodermalm"),
        ("Vasastan", "norra_innerstaden"),
        ("farstta", "farsta"),
        ("han bor i hagersten", "hagersten_alvsjo"),
        ("i Huddinge", "other_municipality"),
        ("vi bor i vårby", "other_municipality"),
        ("från göteborg", "other_municipality"),
    ],
)
def test_a_place_is_read_by_the_names_that_people_use(reader: SlotReader, text: str, district: str) -> None:
    assert told(reader, text).get("district") == district


@pytest.mark.parametrize(
    "text",
    ["jag köpte en kista", "hon sitter hemma", "det är bra med honom", "mår sådär", "första gången jag skriver",
     "på väggen hänger kartor", "vi tränar och väntar"],
)  # fmt: skip
def test_ordinary_words_are_not_places(reader: SlotReader, text: str) -> None:
    assert "district" not in told(reader, text)


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("de har sagt att dom ska döda mig", "threatened", "yes"),
        ("nej ingen har hotat mig", "threatened", "no"),
        ("det händer just nu", "when", "now"),
        ("hon åker i morgon", "when", "within_days"),
        ("det hände förra veckan", "when", "later"),
        ("min bror har förändrats", "role", "relative"),
        ("jag är kurator på en skola", "role", "professional"),
        ("vi är en idrottsförening", "role", "association"),
        ("mina bröder kontrollerar allt jag gör", "honour", "yes"),
        ("min syster ska giftas bort", "honour", "yes"),
    ],
)
def test_what_is_told_of_the_situation_is_read(reader: SlotReader, text: str, slot: str, value: str) -> None:
    assert told(reader, text).get(slot) == value


def test_an_age_is_of_the_one_it_is_told_about(reader: SlotReader) -> None:
    found = reader.read(read("jag är 16 och min pappa är konstig"))
    assert {(each.value, each.holder) for each in found if each.slot == "age_group"} == {
        ("under_18", "self"),
        ("over_20", "other"),
    }


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("jag jobbar i solna men han bor i bromma", "bromma"),
        ("hon flyttade till farsta från malmö", "farsta"),
        ("min brorsa i skärholmen, själv bor jag i täby", "skarholmen"),
    ],
)
def test_where_the_one_concerned_lives_goes_before_other_places(reader: SlotReader, text: str, district: str) -> None:
    assert told(reader, text).get("district") == district


def test_a_bare_word_of_time_counts_only_as_an_answer(reader: SlotReader) -> None:
    assert told(reader, "snart")["when"] == "within_days"
    assert "when" not in told(reader, "jag tror att han snart är helt borta från oss andra i familjen")


@pytest.mark.parametrize(
    ("text", "honour"),
    [
        ("mina föräldrar vill att jag gifter mig i sommar", True),
        ("storebror bestämmer vem jag får prata med", True),
        ("min sambo slår mig när han är full", False),
        ("jag är gift sedan tio år, han låser in mig", False),
    ],
)
def test_control_by_a_family_is_told_from_violence_of_a_partner(reader: SlotReader, text: str, honour: bool) -> None:
    assert ("honour" in told(reader, text)) is honour
