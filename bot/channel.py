"""The channel `chat`: sessions and messages over HTTP, and the page."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from sanic.response import json as json_response

from actions.in_process import InProcessEndpoint
from bot.errors import error_response
from bot.handover import visitor as handover
from bot.headers import HEADERS
from bot.knowledge import knowledge
from bot.last_resort import last_resort
from bot.limits import TooFast
from bot.payloads import as_rasa_reads_it
from bot.privacy_page import add_privacy_page
from bot.sessions import SESSIONS, TooManySessions, UnknownSession
from nlu.mask import Span, mask
from nlu.swedish import normalise

log = logging.getLogger(__name__)
Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]
LONGEST_BODY = 16 * 1024  # bytes
LONGEST_MESSAGE = 2_000  # characters


class Refused(Exception):
    """A request that is answered by an error of the contract."""

    def __init__(self, status: int, error: str, headers: dict[str, str] | None = None) -> None:
        super().__init__()
        self.status, self.error, self.headers = status, error, headers or {}


class Replies(CollectingOutputChannel):
    """Collects replies with text, buttons and custom in one message each."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep the message whole."""
        kept = {name: message[name] for name in ("text", "buttons", "custom") if message.get(name)}
        self.messages.append(kept)


def _body(request: Request) -> dict[str, Any]:
    if len(request.body) > LONGEST_BODY:
        raise Refused(413, "too_large")
    try:
        content = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "not_json") from None
    if not isinstance(content, dict):
        raise Refused(422, "wrong_field")
    return content


def _text(content: dict[str, Any], field: str) -> str:
    value = content.get(field)
    if not isinstance(value, str):
        raise Refused(422, "wrong_field")
    return value


def message_in(content: dict[str, Any]) -> str:
    """Return the message, normalised. Raises Refused."""
    raw = _text(content, "message")
    if len(raw) > LONGEST_MESSAGE:
        raise Refused(422, "message_too_long")
    message = normalise(raw.encode("utf-8", "replace").decode("utf-8")).strip()
    if not message.strip("/ "):
        raise Refused(422, "empty_message")
    return message


def _guarded(handler: Handler) -> Handler:
    """Turn refusals and faults into errors of the contract; a fault is logged by kind only."""

    async def guarded(request: Request) -> HTTPResponse:
        try:
            return await handler(request)
        except Refused as refused:
            return error_response(refused.status, refused.error, refused.headers)
        except UnknownSession:
            return error_response(404, "unknown_session")
        except TooFast as fast:
            return error_response(429, "too_fast", {"Retry-After": str(fast.wait)})
        except TooManySessions:
            return error_response(429, "too_many_sessions", {"Retry-After": "60"})
        except Exception as error:
            log.error("a request failed: %s", type(error).__name__)
            return error_response(500, "failure")

    guarded.__name__ = handler.__name__
    return guarded


def ready_agent(app: Sanic) -> Any | None:
    """Return the agent if its model is loaded, its actions in this process."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return None
    if not isinstance(agent.processor.action_endpoint, InProcessEndpoint):
        agent.action_endpoint = agent.processor.action_endpoint = InProcessEndpoint()
    return agent


def _redacted(spans: list[Span]) -> list[dict[str, Any]]:
    """Say kindly that something was masked, and what kind of thing."""
    if not spans:
        return []
    types = sorted({span.type for span in spans})
    return [{"text": knowledge().texts["redacted"], "custom": {"kind": "notice", "notice": "redacted", "types": types}}]


def end_session(id_: str) -> None:
    """Forget the session, known or not, and its talk with a person."""
    SESSIONS.end(id_)
    handover.DESK.forget(id_)


async def answer(app: Sanic, session: str, message: str) -> list[dict[str, Any]]:
    """Return the replies to a message; if anything fails, the emergency numbers.

    Personal data is masked before anything else sees the message. What cannot be masked is not passed on.
    """
    try:
        button = message in handover.PAYLOADS or as_rasa_reads_it(message).startswith("/")
        masked, spans = (message, []) if button else mask(message)
        held = await handover.held(app, session, masked)
        replies = handover.with_offer(session, await _replies(app, session, masked)) if held is None else held
    except Exception as error:
        log.error("answering failed: %s", type(error).__name__)
        return last_resort(message)
    return _with_notice(replies, _redacted(spans))


def _with_notice(replies: list[dict[str, Any]], notice: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the notice first, but never before an emergency."""
    urgent = bool(replies) and replies[0].get("custom", {}).get("kind") == "emergency"
    return replies + notice if urgent else notice + replies


async def _replies(app: Sanic, session: str, message: str) -> list[dict[str, Any]]:
    try:
        if ready_agent(app) is not None:
            replies = Replies()
            await app.ctx.agent.handle_message(
                UserMessage(as_rasa_reads_it(message), replies, session, input_channel="chat")
            )
            if replies.messages:
                return replies.messages
    except Exception as error:
        log.error("a message failed: %s", type(error).__name__)
    return last_resort(message)


class ChatChannel(InputChannel):
    """Rasa's view of the channel."""

    @classmethod
    def name(cls) -> str:
        """Return the name in the address."""
        return "chat"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes under /webhooks/chat."""
        chat = Blueprint("chat")

        @chat.post("/session")
        @_guarded
        async def session(request: Request) -> HTTPResponse:
            issued = {"session": SESSIONS.issue(), "expires_in": int(SESSIONS.idle)}
            return json_response(issued, status=201, headers=HEADERS)

        @chat.post("/message")
        @_guarded
        async def message(request: Request) -> HTTPResponse:
            content = _body(request)
            id_ = _text(content, "session")
            _text(content, "message")
            SESSIONS.touch(id_).pace.take()
            replies = await answer(request.app, id_, message_in(content))
            return json_response(replies, headers=HEADERS, ensure_ascii=False)

        @chat.post("/end")
        @_guarded
        async def end(request: Request) -> HTTPResponse:
            id_ = _text(_body(request), "session")
            SESSIONS.touch(id_)
            end_session(id_)
            return empty(headers={**HEADERS, "Clear-Site-Data": '"cache", "cookies", "storage"'})

        @chat.get("/health")
        @_guarded
        async def health(request: Request) -> HTTPResponse:
            agent = ready_agent(request.app)
            if agent is None:
                return json_response(
                    {"status": "unavailable", "model": None, "actions": "ok"}, status=503, headers=HEADERS
                )
            return json_response({"status": "ok", "model": agent.model_id, "actions": "ok"}, headers=HEADERS)

        @chat.post("/alive")
        @_guarded
        async def alive(request: Request) -> HTTPResponse:
            SESSIONS.touch(_text(_body(request), "session"))
            return json_response({"expires_in": int(SESSIONS.idle)}, headers=HEADERS)

        from bot.handover.routes import add_handover  # these routes need the channel
        from bot.pages import add_pages

        add_privacy_page(chat)
        add_pages(chat)
        add_handover(chat)
        return chat


def handle_errors(app: Sanic) -> None:
    """Give what Sanic itself refuses the shape of the contract."""

    async def refuse(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        names = {404: "not_found", 405: "method", 408: "too_slow", 413: "too_large", 400: "not_json"}
        return error_response(status, names.get(status, "failure"))

    app.error_handler.add(Exception, refuse)
