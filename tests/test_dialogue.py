"""The actions as functions of a tracker."""

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions import dialogue
from actions.actions import NeedAction, take_turn
from actions.dialogue import Turn
from actions.replies import Reply
from bot.knowledge import Knowledge

Handler = Callable[[Turn], list[Reply]]


def tracker(intent: str, slots: dict[str, Any] | None = None, **reading: Any) -> Tracker:
    entities = [{"entity": name, "value": value} for name, value in reading.pop("facts", {}).items()]
    latest = {"intent": {"name": intent, "confidence": 0.9}, "entities": entities, "text": "…", "reading": reading}
    return Tracker("id", slots or {}, latest, [], False, None, {}, "action_listen")


def turn(
    handler: Handler, intent: str, slots: dict[str, Any] | None = None, **reading: Any
) -> tuple[list[Reply], dict[str, Any]]:
    return take_turn(handler, tracker(intent, slots, **reading))


def kinds(replies: list[Reply]) -> list[str]:
    return [reply["custom"]["kind"] for reply in replies]


def test_nothing_is_asked_when_everything_is_told() -> None:
    facts = {"age_group": "under_18", "district": "jarva"}
    replies, _ = turn(dialogue.on_need, "concern_signs", facts=facts)
    assert kinds(replies) == ["referral"]
    assert replies[0]["custom"]["contacts"][:2] == ["district_social_services", "city_social_advice"]
    assert replies[0]["custom"]["district"] == "jarva"
    assert "i Järva" in replies[0]["text"] and "under 18" in replies[0]["text"]


def test_leaving_asks_for_threats_then_for_the_place() -> None:
    replies, slots = turn(dialogue.on_need, "leave_group")
    assert replies[0]["custom"] == {"kind": "question", "slot": "threatened", "need": "leave_group"}
    replies, slots = turn(dialogue.on_no, "deny", slots)
    assert replies[0]["custom"]["slot"] == "district"
    replies, slots = turn(dialogue.on_inform, "inform", slots, facts={"district": "sodermalm"})
    assert replies[0]["custom"]["contacts"][0] == "city_social_advice"


def test_threats_told_in_the_question_lead_to_the_police_exit_unit_with_112_if_now() -> None:
    _, slots = turn(dialogue.on_need, "leave_group")
    replies, slots = turn(dialogue.on_need, "threatened_by_group", slots, facts={"threatened": "yes"})
    assert slots["need"] == "leave_group"
    assert replies[0]["custom"]["contacts"][0] == "police_exit"
    assert replies[0]["custom"]["caution"] == ["emergency"]
    assert replies[0]["text"].startswith("Om någon är i fara just nu, ring 112.")


@pytest.mark.parametrize("handler", [dialogue.on_inform, dialogue.on_answer, dialogue.on_yes, dialogue.on_unclear])
def test_a_clear_emergency_comes_first_whatever_was_under_way(handler: Handler) -> None:
    _, slots = turn(dialogue.on_need, "concern_signs")
    replies, _ = turn(handler, "immediate_danger", slots, danger="clear", danger_need="immediate_danger")
    assert kinds(replies)[0] == "emergency"
    assert replies[0]["text"].startswith("Ring 112")


def test_possible_danger_gets_one_line_and_then_what_was_asked() -> None:
    replies, _ = turn(dialogue.on_need, "concern_signs", danger="possible", danger_need="violence_plan")
    assert replies[0]["custom"]["caution"] == ["emergency"]
    assert replies[0]["text"].splitlines()[0] == "Om någon är i fara just nu, ring 112."
    assert kinds(replies) == ["question"]


def test_acute_suicidal_words_lead_to_112_and_others_to_the_suicide_line() -> None:
    reading = {"danger": "clear", "danger_need": "suicidal"}
    replies, _ = turn(dialogue.on_need, "suicidal", **reading)
    assert replies[0]["custom"]["contacts"][0] == "suicide_line" and "90101" in replies[0]["text"].split(".")[0]
    replies, _ = turn(dialogue.on_need, "suicidal", acute=True, **reading)
    assert replies[0]["custom"]["contacts"][0] == "emergency" and replies[0]["text"].startswith("Ring 112")


def test_an_answer_in_the_middle_of_a_question_takes_the_question_up_again() -> None:
    _, slots = turn(dialogue.on_need, "concern_signs")
    replies, slots = turn(dialogue.on_answer, "secrecy_police", slots)
    assert kinds(replies) == ["answer", "question"]
    assert slots["question"] == "age_group"


def test_an_answer_is_given_word_for_word_with_source_and_date(city: Knowledge) -> None:
    (reply,), _ = turn(dialogue.on_answer, "secrecy_police")
    answer = city.answers["secrecy_police"]
    assert reply["text"].startswith(answer.text) and answer.source in reply["text"]
    assert reply["custom"]["checked"] == answer.checked


def test_a_correction_after_a_referral_gives_a_new_referral() -> None:
    _, slots = turn(dialogue.on_need, "concern_signs", facts={"age_group": "under_18", "district": "jarva"})
    replies, slots = turn(dialogue.on_inform, "inform", slots, facts={"age_group": "18_to_20"})
    assert replies[0]["custom"]["contacts"][0] == "city_social_advice"


@pytest.mark.parametrize("handler", [dialogue.on_decline, dialogue.on_no])
def test_a_visitor_need_not_answer(handler: Handler) -> None:
    _, slots = turn(dialogue.on_need, "concern_signs")
    replies, slots = turn(handler, "decline_to_say", slots)
    assert replies[0]["custom"]["slot"] == "district"
    replies, slots = turn(handler, "decline_to_say", slots)
    assert replies[0]["custom"]["contacts"][0] == "city_social_advice"


def test_a_question_that_is_not_understood_twice_is_let_go() -> None:
    _, slots = turn(dialogue.on_need, "own_thoughts")
    replies, slots = turn(dialogue.on_unclear, "nlu_fallback", slots)
    assert kinds(replies) == ["question"]
    replies, slots = turn(dialogue.on_unclear, "nlu_fallback", slots)
    assert kinds(replies) == ["referral"]


def test_the_same_fallback_never_comes_twice_in_a_row() -> None:
    slots: dict[str, Any] = {}
    last = ""
    for suggestions in (["signs"], ["signs"], [], [], []):
        (reply,), slots = turn(dialogue.on_unclear, "nlu_fallback", slots, suggestions=suggestions)
        assert reply["text"] != last and reply["buttons"]
        last = reply["text"]


def test_repeat_says_the_same_and_simplify_says_less() -> None:
    first, slots = turn(dialogue.on_need, "report_tip")
    again, slots = turn(dialogue.on_repeat, "repeat", slots)
    simple, slots = turn(dialogue.on_simplify, "simplify", slots)
    assert again[0]["custom"]["contacts"] == first[0]["custom"]["contacts"]
    assert len(simple[0]["text"]) < len(again[0]["text"])


def test_starting_over_forgets_what_was_told() -> None:
    _, slots = turn(dialogue.on_need, "concern_signs", facts={"age_group": "under_18", "district": "jarva"})
    _, slots = turn(dialogue.on_restart, "start_over", slots)
    assert {name for name, value in slots.items() if value} == {"moves"}


def test_another_matter_starts_without_the_moment_of_the_last() -> None:
    _, slots = turn(dialogue.on_need, "threatened_by_group", facts={"when": "now"})
    replies, slots = turn(dialogue.on_need, "victim_of_extremism", slots)
    assert kinds(replies) == ["question"]


def test_a_relative_is_asked_whether_the_other_is_threatened() -> None:
    (reply,), _ = turn(dialogue.on_need, "leave_criminal_network", facts={"role": "relative"})
    assert reply["text"].find("Är personen hotad") >= 0


def test_the_way_to_a_human_outside_the_chat_is_given() -> None:
    replies, _ = turn(dialogue.on_need, "talk_to_human")
    assert replies[0]["custom"]["contacts"] == ["extremism_coordinator"]


def test_a_fault_in_a_turn_gives_the_emergency_numbers_and_keeps_the_state(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Turn) -> list[Reply]:
        raise RuntimeError("min son Kalle")

    replies, slots = turn(broken, "concern_signs")
    assert "112" in replies[0]["text"] and slots == {}
    assert "RuntimeError" in caplog.text and "Kalle" not in caplog.text


def test_actions_are_named_as_the_domain_names_them() -> None:
    assert NeedAction().name() == "action_need"


def test_a_fact_already_told_leads_back_to_the_question() -> None:
    _, slots = turn(dialogue.on_need, "concern_signs", facts={"role": "professional", "age_group": "under_18"})
    replies, slots = turn(dialogue.on_inform, "inform", slots, facts={"role": "professional"})
    assert [reply["custom"].get("slot") for reply in replies] == ["district"]


def test_a_fact_that_changes_nothing_is_not_called_a_change() -> None:
    _, slots = turn(dialogue.on_need, "travel_plan", facts={"when": "within_days"})
    replies, _ = turn(dialogue.on_inform, "inform", slots, facts={"district": "hasselby_vallingby"})
    assert "Mitt råd är detsamma." in replies[0]["text"]
    _, slots = turn(dialogue.on_need, "concern_signs", facts={"age_group": "under_18", "district": "jarva"})
    replies, _ = turn(dialogue.on_inform, "inform", slots, facts={"age_group": "over_20"})
    assert "ändrar jag mitt förslag" in replies[0]["text"]
