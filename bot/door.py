"""Who is let in: the origins that may ask, how fast one sender may, and the headers that every answer carries."""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, empty

from bot.errors import error_response
from bot.headers import HEADERS
from bot.limits import Senders, TooFast, proxies
from bot.origins import listed, may_ask

SENDERS = Senders()
# Slow and large requests are cut off; seconds and bytes.
LIMITS = {
    "REQUEST_TIMEOUT": 10,
    "RESPONSE_TIMEOUT": 60,
    "KEEP_ALIVE_TIMEOUT": 15,
    "GRACEFUL_SHUTDOWN_TIMEOUT": 3.0,
    "REQUEST_MAX_SIZE": 64 * 1024,
    "REQUEST_MAX_HEADER_SIZE": 8 * 1024,
    "WEBSOCKET_MAX_SIZE": 64 * 1024,
}


async def _let_in(request: Request) -> HTTPResponse | None:
    """Answer what is refused, and what a browser asks before it asks; None lets the request through."""
    origin = request.headers.get("origin")
    if not may_ask(origin, request.host, request.headers.get("sec-fetch-site")):
        return error_response(403, "foreign_origin")
    if request.method == "OPTIONS" and origin:
        return empty(
            headers={
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Max-Age": "600",
            }
        )
    if request.method == "POST" and not request.path.endswith(("/end", "/leave")):  # leaving is always possible
        try:
            SENDERS.take(request.remote_addr or request.ip)
        except TooFast as fast:
            return error_response(429, "too_fast", {"Retry-After": str(fast.wait)})
    return None


async def _dress(request: Request, response: BaseHTTPResponse) -> None:
    """Give an answer every header that it does not set itself, and leave to be read where its origin is listed."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if listed():
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin in listed():
            response.headers["Access-Control-Allow-Origin"] = origin


def guard(app: Sanic) -> None:
    """Put the door before `app`. Raises BadProxies."""
    app.config.update(LIMITS)
    app.config.PROXIES_COUNT = proxies() or None
    app.register_middleware(_let_in, "request")
    app.register_middleware(_dress, "response")
