"""The visitor's live side: WebSocket, and long polling where WebSockets do not pass."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file
from sanic.response import json as json_response

from bot.channel import LONGEST_MESSAGE, Refused, _body, _guarded, _text, answer, message_in
from bot.handover import words
from bot.handover.coordinator import add_coordinator
from bot.handover.desk import Visit
from bot.handover.links import Hangup, Send, converse, receive, sender
from bot.handover.visitor import DESK, share
from bot.headers import HEADERS
from bot.knowledge import knowledge
from bot.limits import TooFast
from bot.sessions import SESSIONS, UnknownSession

LIVE = Path(__file__).parent.parent / "page" / "live.js"
_MOST_SHARED = 100  # messages
_TICK = 1.0  # seconds


def add_handover(chat: Blueprint) -> None:
    """Add the routes of both sides, and the clock that notices who is gone."""

    @chat.websocket("/ws")
    async def ws(request: Request, ws: Any) -> None:
        with contextlib.suppress(Hangup):
            await _link(request.app, ws)

    @chat.post("/poll")
    @_guarded
    async def poll(request: Request) -> HTTPResponse:
        content = _body(request)
        session, after = _text(content, "session"), _number(content, "after")
        SESSIONS.touch(session)
        visit = _resume(session, after, content.get("share") is True)
        async with _open(visit) as bell:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(_news(visit, bell, after), DESK.settings.times["poll"])
        if DESK.find(session) is not visit:
            raise UnknownSession
        return json_response(_frames(visit, after), headers=HEADERS, ensure_ascii=False)

    @chat.post("/share")
    @_guarded
    async def shared(request: Request) -> HTTPResponse:
        content = _body(request)
        session, messages = _text(content, "session"), content.get("messages")
        SESSIONS.touch(session).pace.take()
        if not isinstance(messages, list) or not 0 < len(messages) <= _MOST_SHARED:
            raise Refused(422, "wrong_field")
        if not all(isinstance(each, str) and 0 < len(each) <= LONGEST_MESSAGE for each in messages):
            raise Refused(422, "wrong_field")
        share(DESK.visit(session), messages)
        return empty(headers=HEADERS)

    @chat.get("/live.js")
    async def live(request: Request) -> HTTPResponse:
        return await file(LIVE, headers=HEADERS)

    @chat.listener("after_server_start")
    async def watch(app: Sanic, loop: Any) -> None:
        async def ticks() -> None:
            while True:
                await asyncio.sleep(_TICK)
                DESK.tick()

        app.add_task(ticks())

    add_coordinator(chat)


def _number(content: dict[str, Any], field: str) -> int:
    value = content.get(field, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**40:
        raise Refused(422, "wrong_field")
    return value


def _resume(session: str, after: int, can_share: bool) -> Visit:
    """Return the visit of a page that has read up to `after`. Where the chat is gone since, the page is told."""
    visit = DESK.visit(session)
    visit.can_share = can_share
    if after > visit.mailbox.last:
        visit.mailbox.last = after
        DESK.tell(visit, words.closed(DESK.settings, "gone"))
    visit.mailbox.taken(after)
    return visit


@contextlib.asynccontextmanager
async def _open(visit: Visit) -> AsyncIterator[asyncio.Event]:
    """Count a link of the visitor while it is open."""
    DESK.visitor_came(visit)
    bell = visit.bell.listen()
    try:
        yield bell
    finally:
        visit.bell.leave(bell)
        DESK.visitor_went(visit)


def _types(visit: Visit) -> bool:
    return bool(visit.chat and visit.chat.coordinator_types)


async def _news(visit: Visit, bell: asyncio.Event, after: int) -> None:
    typed = _types(visit)
    while DESK.find(visit.session) is visit:
        if visit.mailbox.after(after) or visit.share_asked or _types(visit) != typed:
            return
        bell.clear()
        await bell.wait()


def _frames(visit: Visit, after: int) -> dict[str, Any]:
    asked, visit.share_asked = visit.share_asked, False
    replies = [{**reply, "seq": number} for number, reply in visit.mailbox.after(after)]
    return {"replies": replies, "typing": _types(visit), "share": asked}


# ---------------------------------------------------------------- WebSocket


def _refusal(error: str) -> dict[str, str]:
    return {"error": error, "message": knowledge().texts["errors"][error]}


async def _link(app: Sanic, ws: Any) -> None:
    send, first = sender(ws), await receive(ws)
    try:
        session, after = _text(first, "session"), _number(first, "after")
        SESSIONS.touch(session)
    except Refused as refused:
        await send(_refusal(refused.error))
        return
    except UnknownSession:
        await send(_refusal("unknown_session"))
        return
    visit = _resume(session, after, first.get("share") is True)
    acknowledges = "after" in first
    if acknowledges:
        await send({"open": True})  # frames pass, not only the handshake
    async with _open(visit) as bell:
        await converse(
            ws,
            dict(DESK.settings.times),
            _read(app, ws, send, visit, first),
            _write(send, visit, bell, after, acknowledges),
        )


async def _read(app: Sanic, ws: Any, send: Send, visit: Visit, frame: dict[str, Any]) -> None:
    """Take the visitor's frames, the first among them."""
    while True:
        try:
            await _take(app, send, visit, frame)
        except Refused as refused:
            await send(_refusal(refused.error))
        except TooFast:
            await send(_refusal("too_fast"))
        except UnknownSession:
            raise Hangup(_refusal("unknown_session")) from None
        frame = await receive(ws)
        if not frame or not set(frame) <= {"session", "message", "number", "typing", "ack"}:
            await send(_refusal("wrong_field"))
            frame = {}


async def _take(app: Sanic, send: Send, visit: Visit, frame: dict[str, Any]) -> None:
    if "ack" in frame:
        visit.mailbox.taken(_number(frame, "ack"))
    if "typing" in frame:
        DESK.visitor_types(visit, frame["typing"] is True)
    if "message" not in frame:
        return
    message, number = message_in(frame), _number(frame, "number")
    SESSIONS.touch(visit.session).pace.take()
    if number and number <= visit.taken:
        await send({"taken": number})  # came before: the page has not heard so
        return
    if number > visit.taken + 1:
        raise Refused(422, "wrong_field")  # one before it is missing; it must not be passed by
    visit.taken = number or visit.taken
    # Taken is taken: the replies come to the mailbox even if the connection breaks now.
    await asyncio.shield(_answer(app, visit, message))
    if number:
        await send({"taken": number})


async def _answer(app: Sanic, visit: Visit, message: str) -> None:
    for reply in await answer(app, visit.session, message):
        DESK.tell(visit, reply)


async def _write(send: Send, visit: Visit, bell: asyncio.Event, sent: int, acknowledges: bool) -> None:
    """Send what waits in the mailbox, in order, and whether the person is typing."""
    typed = False
    while True:
        await bell.wait()
        bell.clear()
        if DESK.find(visit.session) is not visit:
            raise Hangup(_refusal("unknown_session"))
        frames = _frames(visit, sent)
        if frames["replies"]:
            await send(frames["replies"])
            sent = frames["replies"][-1]["seq"]
            if not acknowledges:
                visit.mailbox.taken(sent)
        if frames["typing"] != typed:
            typed = frames["typing"]
            await send({"typing": typed})
        if frames["share"]:
            await send({"share": True})
