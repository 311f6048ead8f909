"""The coordinator's side: log in, and one stream of events each way, over WebSocket or long polling."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file, redirect
from sanic.response import json as json_response

from bot.channel import LONGEST_BODY, LONGEST_MESSAGE
from bot.handover import accounts, words
from bot.handover.access import LONGEST, Guesses, Locked, Login, Logins, cookie_of, from_own_page, set_cookie
from bot.handover.audit import audit
from bot.handover.desk import Coordinator, Refusal
from bot.handover.links import Hangup, Send, converse, receive, sender
from bot.handover.oidc import PENDING_SECONDS, NotAllowed, Provider, ProviderFault
from bot.handover.visitor import DESK
from bot.headers import HEADERS
from bot.knowledge import knowledge
from nlu.swedish import normalise

log = logging.getLogger(__name__)
PAGE = Path(__file__).parent / "page"
_HOME = "/webhooks/chat/samordnare/"
_COOKIE, _OIDC_COOKIE = "samordnare", "samordnare-oidc"
_CHECK_LOGIN = 30.0  # seconds
_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("ancestors 'self'", "ancestors 'none'"),
    "X-Frame-Options": "DENY",
}
Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]

LOGINS, GUESSES, PROVIDER = Logins(), Guesses(), Provider()
_ONE_AT_A_TIME = asyncio.Semaphore(2)  # argon2 is dear on purpose


def _error(status: int, error: str, **headers: str) -> HTTPResponse:
    return json_response(_refusal(error), status=status, headers={**_HEADERS, **headers}, ensure_ascii=False)


def _refusal(error: str) -> dict[str, str]:
    return {"type": "error", "error": error, "message": DESK.settings.coordinator["errors"][error]}


def _body(request: Request) -> dict[str, Any]:
    try:
        content = json.loads(request.body.decode("utf-8")) if len(request.body) <= LONGEST_BODY else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Refusal("wrong_event")
    return content


def _guarded(handler: Handler) -> Handler:
    """Let only our own page in, and turn refusals and faults into errors; a fault is logged by kind only."""

    async def guarded(request: Request) -> HTTPResponse:
        try:
            if request.method == "POST" and not from_own_page(request):
                return _error(403, "wrong_origin")
            return await handler(request)
        except Refusal as refused:
            return _error(401 if refused.error == "not_logged_in" else 422, refused.error)
        except Exception as error:
            log.error("a coordinator's request failed: %s", type(error).__name__)
            return _error(500, "failure")

    guarded.__name__ = handler.__name__
    return guarded


def _login(request: Request, *, token: bool = True, use: bool = True) -> Login:
    """Return the log-in of the cookie, with the page's own token unless told otherwise. Raises Refusal."""
    login = LOGINS.find(cookie_of(request, _COOKIE), use=use)
    if login is None or (token and request.headers.get("x-csrf-token") != login.token):
        raise Refusal("not_logged_in")
    return login


def _enter(request: Request, name: str) -> dict[str, str]:
    """Log in and return the header with the cookie."""
    LOGINS.end(cookie_of(request, _COOKIE))
    audit("logged in", name)
    return set_cookie(request, _COOKIE, LOGINS.begin(name), LONGEST)


# ---------------------------------------------------------------- what a page may ask for

_EVENTS: dict[str, dict[str, type]] = {
    "duty": {"on": bool},
    "take": {"chat": str},
    "say": {"chat": str, "number": int, "text": str},
    "typing": {"chat": str, "on": bool},
    "pass": {"chat": str, "to": str},
    "close": {"chat": str, "outcome": str},
    "read": {"chat": str, "number": int},
}


def act(name: str, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Do what the coordinator's page asks for and return what to answer. Raises Refusal; then nothing has changed."""
    fields = _EVENTS.get(str(event.get("type")))
    if fields is None or set(event) != {"type", *fields}:
        raise Refusal("wrong_event")
    if any(type(event[field]) is not kind for field, kind in fields.items()):
        raise Refusal("wrong_event")
    match event:
        case {"type": "duty", "on": on}:
            DESK.duty(name, on)
        case {"type": "take", "chat": chat}:
            DESK.take(name, chat)
        case {"type": "say", "chat": chat, "number": number, "text": raw}:
            if len(raw) > LONGEST_MESSAGE:
                raise Refusal("too_long")
            text = normalise(raw.encode("utf-8", "replace").decode("utf-8")).strip()
            if not text:
                raise Refusal("empty")
            DESK.say(name, chat, number, text)
            return [{"type": "said", "chat": chat, "number": number}]
        case {"type": "typing", "chat": chat, "on": on}:
            DESK.coordinator_types(name, chat, on)
        case {"type": "pass", "chat": chat, "to": to}:
            DESK.hand_over(name, chat, to)
        case {"type": "close", "chat": chat, "outcome": outcome}:
            DESK.close(name, chat, outcome)
        case {"type": "read", "chat": chat, "number": number}:
            DESK.read(name, chat, number)
    return []


def _answer(name: str, event: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return act(name, event)
    except Refusal as refused:
        # What the page showed as sent it can offer again: the refusal says what it was about.
        about = {key: event[key] for key in ("chat", "number") if isinstance(event.get(key), str | int)}
        return [{**_refusal(refused.error), "about": str(event.get("type"))[:20], **about}]


class _Stream:
    """What one page has got so far."""

    def __init__(self, coordinator: Coordinator, page: str) -> None:
        self._coordinator, self._page = coordinator, page
        coordinator.page = page
        coordinator.bell.ring()
        self._version = -1
        self._sent: dict[str, int] = {}

    def news(self) -> list[dict[str, Any]]:
        """Return what is new: first the state, then the lines of each chat in order. Raises Hangup."""
        name = self._coordinator.name
        if self._coordinator.page != self._page or DESK.coordinator(name) is not self._coordinator:
            raise Hangup({"type": "replaced"})
        frames: list[dict[str, Any]] = []
        if self._version != DESK.version:
            self._version = DESK.version
            frames.append(DESK.state(name))
        open_chats = DESK.lines(name)
        self._sent = {chat: self._sent.get(chat, 0) for chat, _ in open_chats}
        for chat, lines in open_chats:
            for number, line in lines.after(self._sent[chat]):
                frames.append({"type": "line", "chat": chat, "number": number, **line})
                self._sent[chat] = number
        return frames


# ---------------------------------------------------------------- WebSocket


async def _link(request: Request, ws: Any) -> None:
    send, first = sender(ws), await receive(ws)
    login = LOGINS.find(cookie_of(request, _COOKIE))
    if not from_own_page(request) or login is None or first.get("token") != login.token:
        await send(_refusal("not_logged_in"))
        return
    coordinator = DESK.came(login.name)
    bell = coordinator.bell.listen()
    try:
        stream = _Stream(coordinator, str(first.get("page")))
        reading = _read(request, ws, send, login)
        await converse(ws, dict(DESK.settings.times), reading, _write(request, send, stream, coordinator, bell))
    finally:
        coordinator.bell.leave(bell)
        DESK.went(coordinator)


async def _read(request: Request, ws: Any, send: Send, login: Login) -> None:
    while True:
        event = await receive(ws)
        if LOGINS.find(cookie_of(request, _COOKIE)) is not login:
            raise Hangup(_refusal("not_logged_in"))
        for frame in _answer(login.name, event):
            await send(frame)


async def _write(request: Request, send: Send, stream: _Stream, coordinator: Coordinator, bell: asyncio.Event) -> None:
    while True:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(bell.wait(), _CHECK_LOGIN)
        bell.clear()
        if LOGINS.find(cookie_of(request, _COOKIE), use=coordinator.on_duty) is None:
            raise Hangup(_refusal("not_logged_in"))
        for frame in stream.news():
            await send(frame)


# ---------------------------------------------------------------- HTTP


def add_coordinator(chat: Blueprint) -> None:
    """Add the page and its routes under samordnare/."""

    @chat.get("/samordnare/")
    async def coordinator_page(request: Request) -> HTTPResponse:
        if not request.path.endswith("/"):
            return redirect(_HOME)
        return await file(PAGE / "index.html", headers=_HEADERS)

    for name in ("desk.js", "desk.css"):

        async def asset(request: Request, name: str = name) -> HTTPResponse:
            return await file(PAGE / name, headers=_HEADERS)

        chat.add_route(asset, f"/samordnare/{name}", name=f"coordinator_{name.replace('.', '_')}")

    @chat.get("/samordnare/me")
    @_guarded
    async def coordinator_me(request: Request) -> HTTPResponse:
        login = LOGINS.find(cookie_of(request, _COOKIE))
        found: dict[str, Any] = {"provider": PROVIDER.configured}
        if login:
            found |= {"name": login.name, "token": login.token, "outcomes": dict(DESK.settings.outcomes)}
        return json_response(found, headers=_HEADERS, ensure_ascii=False)

    @chat.post("/samordnare/login")
    @_guarded
    async def coordinator_login(request: Request) -> HTTPResponse:
        content = _body(request)
        name, password = content.get("name"), content.get("password")
        if not isinstance(name, str) or not isinstance(password, str) or set(content) != {"name", "password"}:
            raise Refusal("wrong_event")
        try:
            GUESSES.may_try(name)
        except Locked as locked:
            return _error(429, "locked", **{"Retry-After": f"{locked.wait:.0f}"})
        GUESSES.wrong(name)  # counted before the slow check, so that many at once do not slip through
        async with _ONE_AT_A_TIME:
            fits = await asyncio.get_running_loop().run_in_executor(None, accounts.fits, name, password)
        if not fits:
            return _error(401, "wrong_login")
        GUESSES.right(name)
        return empty(headers={**_HEADERS, **_enter(request, name)})

    @chat.post("/samordnare/logout")
    @_guarded
    async def coordinator_logout(request: Request) -> HTTPResponse:
        login = _login(request)
        if DESK.coordinator(login.name):
            DESK.duty(login.name, False)
        LOGINS.end(cookie_of(request, _COOKIE))
        audit("logged out", login.name)
        return empty(headers={**_HEADERS, **set_cookie(request, _COOKIE, "", 0)})

    @chat.post("/samordnare/event")
    @_guarded
    async def coordinator_event(request: Request) -> HTTPResponse:
        login = _login(request)
        return json_response(_answer(login.name, _body(request)), headers=_HEADERS, ensure_ascii=False)

    @chat.post("/samordnare/poll")
    @_guarded
    async def coordinator_poll(request: Request) -> HTTPResponse:
        login, content = _login(request, use=False), _body(request)
        page, first = str(content.get("page")), content.get("first") is True
        coordinator = DESK.came(login.name)
        bell = coordinator.bell.listen()
        try:
            if not first and coordinator.page != page:
                return json_response([{"type": "replaced"}], headers=_HEADERS)
            stream = _Stream(coordinator, page)
            frames = stream.news()
            lines = [frame for frame in frames if frame["type"] == "line"]
            if not first and not lines:
                # The state comes with each answer; the page asks again at once, so waiting costs nothing.
                bell.clear()
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(bell.wait(), DESK.settings.times["poll"])
                frames += stream.news()
        except Hangup as hangup:
            frames = [hangup.frame]
        finally:
            coordinator.bell.leave(bell)
            DESK.went(coordinator)
        _login(request, use=coordinator.on_duty)
        return json_response(frames, headers=_HEADERS, ensure_ascii=False)

    @chat.get("/samordnare/kunskap")
    @_guarded
    async def coordinator_knowledge(request: Request) -> HTTPResponse:
        _login(request, token=False)
        city = knowledge()
        contacts = [each for each in city.contacts.values() if each.active]
        found = [{"title": each.question, "text": each.text} for each in city.answers.values()]
        found += [{"title": each.name, "text": words.contact(each)} for each in contacts]
        return json_response(found, headers=_HEADERS, ensure_ascii=False)

    @chat.get("/samordnare/statistik")
    @_guarded
    async def coordinator_outcomes(request: Request) -> HTTPResponse:
        _login(request, token=False)
        return json_response(dict(DESK.outcomes), headers=_HEADERS)

    @chat.websocket("/samordnare/ws")
    async def coordinator_ws(request: Request, ws: Any) -> None:
        with contextlib.suppress(Hangup):
            await _link(request, ws)

    @chat.get("/samordnare/oidc/start")
    @_guarded
    async def oidc_start(request: Request) -> HTTPResponse:
        if not PROVIDER.configured:
            raise Refusal("no_provider")
        try:
            address, browser = await PROVIDER.begin()
        except ProviderFault:
            return redirect(f"{_HOME}#provider", headers=_HEADERS)
        # Lax: the provider sends the browser back from another site.
        cookie = set_cookie(request, _OIDC_COOKIE, browser, PENDING_SECONDS, "Lax")
        return redirect(address, headers={**_HEADERS, **cookie})

    @chat.get("/samordnare/oidc/callback")
    @_guarded
    async def oidc_callback(request: Request) -> HTTPResponse:
        try:
            name = await PROVIDER.finish(
                request.args.get("state", ""), request.args.get("code", ""), cookie_of(request, _OIDC_COOKIE)
            )
        except ProviderFault:
            return redirect(f"{_HOME}#provider", headers=_HEADERS)
        except NotAllowed:
            return redirect(f"{_HOME}#not_allowed", headers=_HEADERS)
        # A redirect from here would still count as coming from the provider, and the strict cookie would stay behind;
        # this page leads on by itself.
        return await file(PAGE / "logged_in.html", headers={**_HEADERS, **_enter(request, name)})
