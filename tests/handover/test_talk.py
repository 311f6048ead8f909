"""A visitor and a person, each on a WebSocket to a started bot."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.conftest import Bot
from tests.handover.conftest import Colleague, Process, Visitor, asks

CANARY = "zebrakanariefågel"


def post(bot: Bot, session: str, message: str) -> Any:
    return bot.post("message", {"session": session, "message": message}).json()


async def test_from_asking_to_the_bot_again_with_what_was_told_kept(staffed: Bot) -> None:
    anna = await Colleague.open(staffed, "anna")
    session = await asyncio.to_thread(staffed.session)
    asked = await asyncio.to_thread(post, staffed, session, "jag vill hoppa av")
    assert asked[0]["custom"]["slot"] == "threatened"
    (offer,) = await asyncio.to_thread(post, staffed, session, "kan jag få prata med en riktig människa")
    assert offer["custom"]["state"] == "offered" and offer["custom"]["position"] == 1
    about = {"need": "Jag vill lämna en grupp", "role": "Gäller personen själv"}
    assert offer["custom"]["shown"] == about and "döljs" in offer["text"]
    (waiting,) = await asyncio.to_thread(post, staffed, session, "/handover_accept")
    assert waiting["custom"] == {"kind": "handover", "state": "waiting", "position": 1}
    await anna.until(lambda: anna.state["waiting"])
    assert set(anna.state["waiting"][0]) == {"chat", "need", "waited"}
    visitor = await Visitor.open(staffed, session)
    chat = await anna.take()
    assert anna.state["chats"][0]["about"] == about
    await visitor.becomes("joined")
    assert await asyncio.to_thread(post, staffed, session, "hej, jag heter Ahmed Ali, ring 070-123 45 67") != []
    line = await anna.until(lambda: anna.lines and anna.lines[-1])
    assert line["text"] == "hej, jag heter [name], ring [phone]"
    assert await asyncio.to_thread(post, staffed, session, "är du där") == []
    await anna.say(chat, "Ja, jag är här.")
    await visitor.until(lambda: visitor.heard == ["Ja, jag är här."])
    await anna.send({"type": "close", "chat": chat, "outcome": "advised"})
    await visitor.becomes("closed")
    await anna.until(lambda: not anna.state["chats"])
    again = await asyncio.to_thread(post, staffed, session, "nej")
    assert again[0]["custom"]["slot"] == "district"
    await anna.leave()
    await visitor.drop()


async def test_when_nobody_is_on_duty_it_is_said_at_once_with_another_way(staffed: Bot) -> None:
    replies = await asyncio.to_thread(staffed.last, "jag vill prata med en människa")
    assert replies[0]["custom"] == {"kind": "handover", "state": "unavailable"}
    assert replies[1]["custom"]["contacts"] == ["extremism_coordinator"]
    forged = await asyncio.to_thread(staffed.last, "/handover_accept")
    assert [each["custom"].get("state") for each in forged] == ["unavailable", None]


async def test_two_failures_in_a_row_and_certain_needs_bring_an_offer_once(staffed: Bot) -> None:
    anna = await Colleague.open(staffed, "anna")
    first, second, third, fourth = await asyncio.to_thread(
        staffed.talk, "qqqq wwww", "qqqq wwww", "nej tack", "qqqq wwww"
    )
    assert [each["custom"]["kind"] for each in first] == ["fallback"]
    assert second[-1]["custom"]["state"] == "offered" and second[0]["custom"]["kind"] == "fallback"
    assert third[0]["custom"]["state"] == "closed" and fourth[-1]["custom"]["kind"] == "fallback"
    replies = await asyncio.to_thread(staffed.last, "/own_thoughts", '/inform{"age_group": "over_20"}')
    assert replies[-1]["custom"]["state"] == "offered" and replies[0]["custom"]["kind"] == "referral"
    await anna.leave()


async def test_an_emergency_word_shows_112_to_the_visitor_and_a_warning_to_the_person(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    chat = await anna.take()
    replies = await asyncio.to_thread(post, staffed, visitor.session, "han har en kniv o är påväg")
    assert [each["custom"]["kind"] for each in replies] == ["emergency"] and "112" in replies[0]["text"]
    await anna.until(lambda: len(anna.lines) == 2)
    assert anna.lines[0]["text"] == "han har en kniv o är påväg" and "fara" in anna.lines[1]["warning"]
    assert anna.lines[0]["chat"] == chat
    await anna.leave()
    await visitor.drop()


async def test_passing_gives_the_colleague_what_comes_from_now_on_only(staffed: Bot) -> None:
    anna, bo = await Colleague.open(staffed, "anna"), await Colleague.open(staffed, "bo")
    visitor = await asks(staffed)
    chat = await anna.take()
    await visitor.write("till den första")
    await anna.until(lambda: anna.lines)
    await anna.until(lambda: "bo" in anna.state["colleagues"])
    await anna.send({"type": "pass", "chat": chat, "to": "bo"})
    await bo.until(lambda: bo.state["chats"])
    await visitor.write("till den andra")
    await bo.until(lambda: bo.lines)
    assert [line["text"] for line in bo.lines] == ["till den andra"] and [line["text"] for line in anna.lines] == [
        "till den första"
    ]
    await anna.say(chat, "från anna, för sent")
    await anna.until(lambda: "not_yours" in anna.errors)
    await bo.say(chat, "från bo")
    await visitor.until(lambda: visitor.heard == ["från bo"])
    for each in (anna, bo):
        await each.leave()
    await visitor.drop()


async def test_of_two_who_take_at_once_one_gets_the_chat(staffed: Bot) -> None:
    anna, bo = await Colleague.open(staffed, "anna"), await Colleague.open(staffed, "bo")
    visitor = await asks(staffed)
    for each in (anna, bo):
        await each.until(lambda each=each: each.state["waiting"])
    chat = anna.state["waiting"][0]["chat"]
    await asyncio.gather(*(each.send({"type": "take", "chat": chat}) for each in (anna, bo)))
    await anna.until(lambda: anna.errors or bo.errors)
    assert sorted(anna.errors + bo.errors) == ["taken"]
    await anna.until(lambda: len(anna.state["chats"]) + len(bo.state["chats"]) == 1)
    for each in (anna, bo):
        await each.leave()
    await visitor.drop()


async def test_duty_cannot_end_with_chats_open(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    await anna.take()
    await anna.send({"type": "duty", "on": False})
    await anna.until(lambda: "open_chats" in anna.errors)
    assert anna.state["on_duty"]
    await anna.leave()
    await visitor.drop()


async def test_a_coordinator_whose_browser_dies_gives_the_chat_back_to_the_queue(staffed: Bot) -> None:
    anna, bo = await Colleague.open(staffed, "anna"), await Colleague.open(staffed, "bo")
    visitor = await asks(staffed)
    await anna.take()
    await visitor.becomes("joined")
    await anna.drop()
    await visitor.becomes("waiting")
    assert visitor.replies[-1]["custom"]["position"] == 1 and "bröts" in visitor.replies[-1]["text"]
    await visitor.leave_it(staffed)
    await bo.leave()


async def test_a_coordinator_alone_whose_browser_freezes_sends_the_visitor_back_to_the_bot(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    await anna.take()
    anna.socket.transport.pause_reading()  # no ping is answered, and nothing is closed
    await visitor.becomes("closed")
    assert "bröts" in visitor.replies[-1]["text"]
    anna.socket.transport.abort()
    await visitor.drop()


async def test_a_coordinator_who_reloads_in_time_keeps_the_chats(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    chat = await anna.take()
    await anna.say(chat, "ett")
    await visitor.until(lambda: visitor.heard == ["ett"])
    await anna.drop()
    anna = await Colleague.open(staffed, "anna", on_duty=False)
    assert anna.state["on_duty"] and [each["chat"] for each in anna.state["chats"]] == [chat]
    assert anna.lines == [], "what has been read is kept nowhere"
    anna.said[chat] = anna.state["chats"][0]["said"]
    await anna.say(chat, "två")
    await visitor.until(lambda: visitor.heard == ["ett", "två"])
    await anna.leave()
    await visitor.drop()


async def test_a_visitor_who_comes_back_in_time_misses_nothing_and_hears_nothing_twice(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    chat = await anna.take()
    await anna.say(chat, "ett")
    await visitor.until(lambda: visitor.heard == ["ett"])
    last = visitor.replies[-1]["seq"]
    await visitor.drop()
    await anna.until(lambda: not anna.state["chats"][0]["connected"])
    await anna.say(chat, "två")
    again = await Visitor.open(staffed, visitor.session, last)
    await again.until(lambda: again.heard == ["två"])
    await anna.leave()
    await again.drop()


async def test_a_visitor_who_is_gone_for_too_long_is_told_on_return_and_the_person_is_freed(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    await anna.take()
    await visitor.becomes("joined")
    last = visitor.replies[-1]["seq"]
    await visitor.drop()
    await anna.until(lambda: not anna.state["chats"])
    again = await Visitor.open(staffed, visitor.session, last)
    await again.becomes("closed")
    await anna.leave()
    await again.drop()


async def test_ending_the_session_wipes_both_ends(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    await anna.take()
    await asyncio.to_thread(staffed.post, "end", {"session": visitor.session})
    await anna.until(lambda: not anna.state["chats"])
    await visitor.ended()
    assert visitor.frames[-1]["error"] == "unknown_session"
    await anna.leave()


async def test_leaving_the_queue_leads_back_to_the_bot(staffed: Bot) -> None:
    anna, first, second = await Colleague.open(staffed, "anna"), await asks(staffed), await asks(staffed)
    (reply,) = await asyncio.to_thread(post, staffed, first.session, "/handover_leave")
    assert reply["custom"]["state"] == "closed" and "kön" in reply["text"]
    await second.until(lambda: second.replies and second.replies[-1]["custom"]["position"] == 1)
    assert (await asyncio.to_thread(post, staffed, first.session, "hej"))[0]["custom"]["kind"] == "notice"
    await second.leave_it(staffed)
    await first.drop()
    await anna.leave()


async def test_typing_is_told_both_ways_and_never_what(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    chat = await anna.take()
    await visitor.send({"typing": True})
    await anna.until(lambda: anna.state["chats"][0]["typing"])
    await anna.send({"type": "typing", "chat": chat, "on": True})
    await visitor.until(lambda: {"typing": True} in visitor.frames)
    await anna.say(chat, "hej")
    await visitor.until(lambda: visitor.frames[-1] == {"typing": False})
    await anna.leave()
    await visitor.drop()


async def test_earlier_messages_are_shown_only_if_the_visitor_sends_them_and_masked(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    early = {"session": visitor.session, "messages": ["innan någon är här"]}
    assert (await asyncio.to_thread(staffed.post, "share", early)).status_code == 204
    await anna.take()
    shared = {"session": visitor.session, "messages": ["jag heter Ahmed Ali", "jag är rädd"]}
    assert (await asyncio.to_thread(staffed.post, "share", shared)).status_code == 204
    await anna.until(lambda: anna.lines)
    assert [line["shared"] for line in anna.lines] == [["jag heter [name]", "jag är rädd"]]
    for wrong in ([], "text", [1], ["a" * 2001], ["a"] * 101):
        answer = await asyncio.to_thread(staffed.post, "share", {"session": visitor.session, "messages": wrong})
        assert answer.status_code == 422
    await anna.leave()
    await visitor.drop()


async def test_where_websockets_do_not_pass_polling_brings_the_same(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    session = visitor.session
    await visitor.drop()
    chat = await anna.take()

    async def poll(after: int) -> Any:
        return (await asyncio.to_thread(staffed.post, "poll", {"session": session, "after": after})).json()

    (joined,) = (await poll(0))["replies"]
    assert joined["custom"]["state"] == "joined"
    waiting = asyncio.ensure_future(poll(joined["seq"]))
    await anna.say(chat, "hej")
    assert [each["text"] for each in (await waiting)["replies"]] == ["hej"]
    assert (await poll(joined["seq"] + 1))["replies"] == []
    assert (await asyncio.to_thread(staffed.post, "poll", {"session": "x", "after": 0})).status_code == 404
    await anna.leave()


async def test_a_client_that_knows_the_contract_only_gets_the_bots_replies_as_a_list(staffed: Bot) -> None:
    session = await asyncio.to_thread(staffed.session)
    async with websockets.connect(f"{staffed.base.replace('http', 'ws')}/ws") as socket:
        for message, kind in (("/greet", "notice"), ("jag vill hoppa av", "question")):
            await socket.send(json.dumps({"session": session, "message": message}))
            replies = json.loads(await socket.recv())
            assert [each["custom"]["kind"] for each in replies] == [kind]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ("inte json", "wrong_event"),
        ([1], "wrong_event"),
        ({"type": "takeover"}, "wrong_event"),
        ({"type": "say", "chat": "CHAT", "number": 1, "text": "hej", "as": "bo"}, "wrong_event"),
        ({"type": "say", "chat": "CHAT", "number": "1", "text": "hej"}, "wrong_event"),
        ({"type": "say", "chat": "CHAT", "number": 7, "text": "hej"}, "out_of_step"),
        ({"type": "say", "chat": "CHAT", "number": 1, "text": "a" * 10_000}, "too_long"),
        ({"type": "say", "chat": "CHAT", "number": 1, "text": " \u200b "}, "empty"),
        ({"type": "take", "chat": "CHAT"}, "taken"),
        ({"type": "take", "chat": "closed before"}, "gone"),
        ({"type": "say", "chat": "closed before", "number": 1, "text": "hej"}, "gone"),
        ({"type": "pass", "chat": "CHAT", "to": "nobody"}, "no_colleague"),
        ({"type": "close", "chat": "CHAT", "outcome": "fired"}, "wrong_event"),
    ],
)
async def test_a_forged_event_is_refused_in_swedish_and_the_chat_goes_on(staffed: Bot, event: Any, error: str) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    chat = await anna.take()
    await anna.send({k: chat if v == "CHAT" else v for k, v in event.items()} if isinstance(event, dict) else event)
    await anna.until(lambda: anna.errors)
    refused = anna.frames[-1]
    assert refused["error"] == error and refused["message"].endswith(".")
    await anna.say(chat, "vi går vidare")
    await visitor.until(lambda: visitor.heard == ["vi går vidare"])
    await anna.leave()
    await visitor.drop()


async def test_a_visitors_bad_frames_are_refused_and_the_chat_goes_on(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    await anna.take()
    for frame in ("{", {"message": "a" * 10_000}, {"message": ""}, {"message": 7}, {"say": "hej"}, {"ack": "x"}):
        before = len(visitor.frames)
        await visitor.send(frame)
        await visitor.until(lambda before=before: len(visitor.frames) > before and "error" in visitor.frames[-1])
    await visitor.write("hej")
    await anna.until(lambda: [line["text"] for line in anna.lines] == ["hej"])
    await anna.leave()
    await visitor.drop()


async def test_a_message_that_is_sent_again_with_its_number_is_relayed_once(staffed: Bot) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    await anna.take()
    await visitor.write("ett")
    await visitor.send({"message": "ett", "number": 1})
    await visitor.write("två")
    await anna.until(lambda: [line["text"] for line in anna.lines] == ["ett", "två"])
    await anna.leave()
    await visitor.drop()


async def test_nothing_of_what_is_relayed_is_in_the_log_even_at_debug(staffed: Bot, process: Process) -> None:
    anna, visitor = await Colleague.open(staffed, "anna"), await asks(staffed)
    chat = await anna.take()
    await visitor.write(f"{CANARY} ett")
    await asyncio.to_thread(post, staffed, visitor.session, f"{CANARY} två, jag heter Ahmed Ali")
    await asyncio.to_thread(staffed.post, "share", {"session": visitor.session, "messages": [f"{CANARY} tre"]})
    await anna.say(chat, f"{CANARY} fyra")
    await visitor.until(lambda: visitor.heard)
    await anna.until(lambda: len(anna.lines) == 3)
    await anna.leave()
    await visitor.drop()
    written = Path(process.log).read_text()
    assert CANARY not in written and "Ahmed" not in written and visitor.session not in written
    assert "coordinator anna: logged in" in written and "coordinator anna: on duty" in written
