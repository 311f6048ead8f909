"""Conversations over HTTP with a started bot, each from a new session."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.training import model_path
from tests.conftest import Bot

Replies = list[dict[str, Any]]


def custom(replies: Replies, kind: str) -> dict[str, Any]:
    return next(reply["custom"] for reply in replies if reply["custom"]["kind"] == kind)


def test_the_greeting_says_robot_anonymous_no_names_and_112(bot: Bot) -> None:
    (reply,) = bot.last("/greet")
    assert reply["custom"] == {"kind": "notice", "notice": "greeting"}
    assert all(word in reply["text"] for word in ("robot", "anonym", "inga namn", "112"))
    assert reply["buttons"]


def test_a_boy_of_fifteen_in_tensta_gets_the_social_services_of_jarva_without_a_question(bot: Bot) -> None:
    replies = bot.last("min son är 15 o har börjat hänga me nazister vi bor i tensta")
    referral = custom(replies, "referral")
    assert referral["contacts"][:2] == ["district_social_services", "city_social_advice"]
    assert referral["district"] == "jarva" and "under 18" in referral["because"]


def test_a_brother_in_syria_is_met_without_blame(bot: Bot) -> None:
    replies = bot.last("Min bror har åkt till Syrien och jag får inte tag i honom")
    found = replies[0]["custom"]
    assert found.get("answer") == "lost_contact" or found.get("need") in ("someone_in_group", "travel_plan")


def test_leaving_asks_only_for_threats_and_then_the_district(bot: Bot) -> None:
    first, second, third = bot.talk("jag vill hoppa av", "nej", "söder")
    assert custom(first, "question")["slot"] == "threatened"
    assert custom(second, "question")["slot"] == "district"
    assert custom(third, "referral")["contacts"][0] == "city_social_advice"


def test_a_threatened_leaver_gets_the_police_exit_unit_first_and_112_if_now(bot: Bot) -> None:
    replies = bot.last("jag vill hoppa av", "de har sagt att dom ska döda mig")
    assert custom(replies, "referral")["contacts"][0] == "police_exit"
    assert any(reply["custom"].get("caution") == ["emergency"] and "112" in reply["text"] for reply in replies)


def test_whether_the_police_are_told_is_answered_without_a_promise(bot: Bot) -> None:
    (reply,) = bot.last("berättar ni för polisen om jag ringer")
    assert reply["custom"]["answer"] == "secrecy_police" and reply["custom"]["source"]
    assert "vissa fall" in reply["text"]


@pytest.mark.parametrize("before", [(), ("jag vill hoppa av",), ("min dotter har nya vänner som skrämmer mig", "15")])
def test_a_knife_on_its_way_gets_112_at_once_at_any_point(bot: Bot, before: tuple[str, ...]) -> None:
    replies = bot.last(*before, "han har en kniv o är påväg")
    assert replies[0]["text"].startswith("Ring 112")
    assert replies[0]["custom"]["kind"] == "emergency" and replies[0]["custom"]["contacts"][0] == "emergency"


def test_someone_who_cannot_go_on_living_gets_90101_first(bot: Bot) -> None:
    replies = bot.last("jag orkar inte leva längre")
    assert custom(replies, "emergency")["contacts"][0] == "suicide_line"
    assert "90101" in replies[0]["text"].split(".")[0] and "112" in replies[0]["text"]


def test_a_sports_club_asked_for_its_premises_gets_the_coordinator(bot: Bot) -> None:
    replies = bot.last("vi är en idrottsförening, en grupp vill hyra lokalen", "vet inte")
    assert custom(replies, "referral")["contacts"][0] == "extremism_coordinator"


def test_how_to_join_is_declined_with_a_way_to_help(bot: Bot) -> None:
    (reply,) = bot.last("hur går jag med i nordfront")
    assert reply["custom"]["notice"] == "declined" and reply["buttons"]


def test_the_recycling_centre_is_not_ours_but_the_way_is_shown(bot: Bot) -> None:
    (reply,) = bot.last("när öppnar återvinningscentralen")
    assert reply["custom"]["notice"] == "out_of_scope" and "08-508 00 508" in reply["text"]


def test_english_gets_a_short_answer_in_english_with_the_interpreter(bot: Bot) -> None:
    (reply,) = bot.last("I need help in English")
    assert reply["custom"] == {"kind": "notice", "notice": "other_language", "language": "en"}
    assert "interpreter" in reply["text"] and reply["buttons"][0]["payload"] == "/interpreter"


def test_a_correction_gives_a_new_referral(bot: Bot) -> None:
    replies = bot.last("min dotter är 15 o har börjat hänga me nazister vi bor i tensta", "nej förresten hon är 19")
    assert custom(replies, "referral")["contacts"][0] == "city_social_advice"


def test_help_gets_choices(bot: Bot) -> None:
    (reply,) = bot.last("hjälp")
    assert len(reply["buttons"]) >= 5


def test_every_reply_carries_a_kind_and_never_ends_the_way(bot: Bot) -> None:
    for replies in bot.talk("/greet", "hej", "tack", "vad sa du?", "😀😀", "qqqq wwww", "/menu", "börja om"):
        assert all(reply["custom"]["kind"] and reply["text"] for reply in replies)
        assert any(reply.get("buttons") for reply in replies)


# ---------------------------------------------------------------- the contract's errors


def test_a_session_is_issued_with_at_least_128_bits(bot: Bot) -> None:
    issued = bot.post("session", {})
    assert issued.status_code == 201 and issued.json()["expires_in"] > 0
    assert len(issued.json()["session"]) * 6 >= 128
    assert bot.session() != bot.session()


@pytest.mark.parametrize(
    ("message", "status"),
    [("", 422), ("   ", 422), ("\u200b\u200b", 422), ("a" * 2001, 422), ("a" * 2000, 200), (7, 422), (None, 422)],
)
def test_a_message_must_be_text_of_one_to_two_thousand_characters(bot: Bot, message: object, status: int) -> None:
    answer = bot.post("message", {"session": bot.session(), "message": message})
    assert answer.status_code == status
    if status != 200:
        assert set(answer.json()) == {"error", "message"} and answer.json()["message"].endswith(".")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe\x00", b"", b"[" * 9000])
def test_what_is_not_json_is_refused(bot: Bot, body: bytes) -> None:
    assert bot.http.post(f"{bot.base}/message", content=body).status_code == 400


def test_a_body_over_16_kb_is_refused(bot: Bot) -> None:
    body = {"session": bot.session(), "message": "a" * 17_000}
    assert bot.post("message", body).status_code == 413


@pytest.mark.parametrize("session", ["default", "x" * 32, "", "../../etc"])
def test_an_unknown_session_is_refused_without_echo(bot: Bot, session: str) -> None:
    answer = bot.post("message", {"session": session, "message": "min hemlighet"})
    assert answer.status_code == 404
    assert answer.json()["error"] == "unknown_session" and "hemlighet" not in answer.text


def test_an_ended_session_is_gone(bot: Bot) -> None:
    session = bot.session()
    beacon = bot.http.post(
        f"{bot.base}/end", content=f'{{"session": "{session}"}}', headers={"Content-Type": "text/plain"}
    )
    assert beacon.status_code == 204
    assert bot.post("message", {"session": session, "message": "hej"}).status_code == 404


def test_one_visitor_never_sees_anothers_state(bot: Bot) -> None:
    one, other = bot.session(), bot.session()
    bot.post("message", {"session": one, "message": "jag vill hoppa av"})
    replies = bot.post("message", {"session": other, "message": "vad sa du?"}).json()
    assert "hotad" not in replies[0]["text"]


@pytest.mark.parametrize(
    "payload",
    [
        '/inform{"need": "suicidal"}',
        '/greet{"moves": 1}',
        "/session_start",
        "/back",
        '/inform{"role": "self"}',
        "/nlu_fallback",
        '/inform{"age_group": "elak"}',
        "//restart{",
        '/inform{"age_group":',
    ],
)
def test_a_forged_payload_is_read_as_text(bot: Bot, payload: str) -> None:
    (reply, *_) = bot.last("jag vill hoppa av", payload)
    assert reply["custom"]["kind"] in ("question", "fallback", "notice", "referral", "answer")


def test_a_button_of_the_bot_is_followed(bot: Bot) -> None:
    first = bot.last("/leave_group")
    no = next(button["payload"] for button in first[0]["buttons"] if button["title"] == "Nej")
    assert bot.last("/leave_group", no)[0]["custom"]["slot"] == "district"


def test_the_bot_is_healthy_and_only_its_own_routes_answer(bot: Bot) -> None:
    health = bot.http.get(f"{bot.base}/health")
    assert health.status_code == 200 and health.json()["status"] == "ok" and health.json()["actions"] == "ok"
    root = bot.base.removesuffix("/webhooks/chat")
    for path in ("/", "/status", "/model/parse", "/conversations/default/tracker", "/webhooks/rest/webhook"):
        answer = bot.http.get(root + path)
        assert answer.status_code == 404 and answer.json()["error"] == "not_found"


def test_the_page_is_served_with_strict_headers(bot: Bot) -> None:
    page = bot.http.get(f"{bot.base}/")
    assert page.status_code == 200 and "tel:112" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in page.headers


def test_a_taken_port_is_said(bot: Bot) -> None:
    import os
    import subprocess
    import sys

    port = httpx.URL(bot.base).port
    run = subprocess.run(
        [sys.executable, "-m", "bot"], env=os.environ | {"PORT": str(port)}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1 and f"Port {port} is taken" in run.stderr


def test_the_model_is_named_by_what_it_is_made_of() -> None:
    assert model_path() == model_path()


def test_personal_data_is_masked_kindly_and_the_need_is_still_understood(bot: Bot) -> None:
    replies = bot.last("min son Ahmed Ali är 15 o har börjat hänga me nazister vi bor i tensta, ring 070-123 45 67")
    assert replies[0]["custom"] == {"kind": "notice", "notice": "redacted", "types": ["name", "phone"]}
    assert custom(replies, "referral")["contacts"][0] == "district_social_services"
    assert "Ahmed" not in str(replies) and "070" not in str(replies)
