"""The one shape of an error: an id and a Swedish sentence; nothing of what was sent, nothing of the code."""

from __future__ import annotations

from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.headers import HEADERS
from bot.knowledge import knowledge


def error_response(status: int, error: str, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return the answer for `error`, an id under `errors` of knowledge/texts.yml."""
    body = {"error": error, "message": knowledge().texts["errors"][error]}
    return json_response(body, status=status, headers={**HEADERS, **(headers or {})}, ensure_ascii=False)
