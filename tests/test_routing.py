"""Where every need leads."""

from itertools import product

import pytest

from bot.knowledge import Knowledge
from bot.routing import families, next_question, route

CITY = {"city_social_advice", "district_social_services", "extremism_coordinator"}
EVERY_NEED = [
    "immediate_danger", "violence_plan", "travel_plan", "suicidal", "concern_signs", "someone_in_group",
    "someone_returned", "leave_group", "threatened_by_group", "own_thoughts", "leave_criminal_network",
    "victim_of_extremism", "association_guidance", "recruitment_observed", "professional_advice", "report_tip",
    "child_concern_report", "domestic_violence", "talk_to_human",
]  # fmt: skip


@pytest.mark.parametrize(
    ("need", "told", "contacts"),
    [
        ("immediate_danger", {}, ["emergency"]),
        ("violence_plan", {}, ["emergency", "security_service", "police"]),
        ("travel_plan", {"when": "now"}, ["emergency", "security_service", "city_social_advice"]),
        ("travel_plan", {"when": "later"}, ["police", "security_service", "city_social_advice"]),
        (
            "concern_signs",
            {"age_group": "under_18"},
            ["district_social_services", "city_social_advice", "exit_fryshuset"],
        ),
        ("concern_signs", {"age_group": "18_to_20"}, ["city_social_advice", "exit_fryshuset"]),
        ("concern_signs", {"age_group": "unknown"}, ["city_social_advice", "exit_fryshuset"]),
        ("someone_returned", {}, ["city_social_advice", "district_social_services", "exit_fryshuset"]),
        ("leave_group", {"threatened": "yes"}, ["police_exit", "city_social_advice", "exit_fryshuset"]),
        ("leave_group", {"threatened": "no"}, ["city_social_advice", "police_exit", "exit_fryshuset"]),
        ("threatened_by_group", {"when": "now"}, ["emergency", "city_social_advice", "police"]),
        ("threatened_by_group", {}, ["police_exit", "city_social_advice", "police"]),
        ("own_thoughts", {"age_group": "under_18"}, ["city_social_advice", "bris", "exit_fryshuset"]),
        ("own_thoughts", {"age_group": "over_20"}, ["city_social_advice", "exit_fryshuset"]),
        (
            "leave_criminal_network",
            {"age_group": "under_18", "role": "relative"},
            ["district_social_services", "police_exit", "city_social_advice"],
        ),
        ("leave_criminal_network", {"age_group": "under_18", "role": "self"}, ["city_social_advice", "police_exit"]),
        ("victim_of_extremism", {"when": "later"}, ["victim_support", "police", "district_social_services"]),
        ("association_guidance", {}, ["extremism_coordinator", "police"]),
        ("association_guidance", {"in_charge": "yes"}, ["extremism_coordinator", "cve_professional_line", "police"]),
        (
            "domestic_violence",
            {"honour": "yes", "age_group": "under_18"},
            ["origo", "district_social_services", "police"],
        ),
        ("domestic_violence", {}, ["womens_line", "district_social_services", "police"]),
        ("domestic_violence", {"when": "now"}, ["emergency", "district_social_services", "police"]),
        ("talk_to_human", {}, ["extremism_coordinator"]),
    ],
)
def test_a_need_leads_where_the_city_says(
    city: Knowledge, need: str, told: dict[str, str], contacts: list[str]
) -> None:
    assert list(route(city, need, told).contacts) == contacts


@pytest.mark.parametrize("need", EVERY_NEED)
def test_every_combination_of_what_can_be_told_reaches_a_contact_that_is_active(city: Knowledge, need: str) -> None:
    slots = ["age_group", "district", "threatened", "when", "role", "acute", "honour", "in_charge"]
    values = [(None, *city.vocabulary.slots[slot]) for slot in slots if slot != "district"]
    for district in (None, "jarva", "other_municipality", "unknown"):
        for combination in product(*values):
            told = dict(zip([s for s in slots if s != "district"], combination, strict=True)) | {"district": district}
            found = route(city, need, {slot: value for slot, value in told.items() if value})
            assert found.contacts and all(city.contacts[name].active for name in found.contacts)
            assert found.because
            if district == "other_municipality":
                assert not CITY & set(found.contacts)


@pytest.mark.parametrize("need", EVERY_NEED)
def test_only_the_questions_that_the_city_allows_are_asked_in_order(city: Knowledge, need: str) -> None:
    told: dict[str, str] = {}
    asked = []
    while (slot := next_question(city, need, told)) is not None:
        asked.append(slot)
        told[slot] = "unknown"
    allowed = list(city.needs[need].asks)
    assert [slot for slot in allowed if slot in asked] == asked


def test_a_question_that_cannot_change_the_way_is_not_asked(city: Knowledge) -> None:
    assert next_question(city, "leave_group", {}) == "threatened"
    assert next_question(city, "leave_group", {"threatened": "no"}) == "district"
    assert next_question(city, "concern_signs", {"age_group": "under_18", "district": "jarva"}) is None
    assert next_question(city, "travel_plan", {"when": "now"}) is None


def test_someone_under_threat_is_only_asked_what_changes_the_first_contact(city: Knowledge) -> None:
    assert next_question(city, "leave_group", {"threatened": "yes"}) is None
    assert next_question(city, "threatened_by_group", {}) == "when"


def test_needs_that_lead_the_same_way_count_as_one(city: Knowledge) -> None:
    assert families(city)["concern_signs"] == {"concern_signs", "someone_in_group", "someone_returned"}
    assert families(city)["suicidal"] == {"suicidal"}
