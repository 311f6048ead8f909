"""Which sites may carry the chat: our own, and those that CHAT_ORIGINS lists."""

from __future__ import annotations

import os
import re
from functools import cache

# scheme://host[:port], as browsers write an origin (RFC 6454)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(:\d{1,5})?")


class BadOrigin(ValueError):
    """An entry of CHAT_ORIGINS is no origin."""


@cache
def listed() -> tuple[str, ...]:
    """Return the origins of CHAT_ORIGINS, separated by commas or spaces. Raises BadOrigin."""
    origins = tuple(os.environ.get("CHAT_ORIGINS", "").replace(",", " ").split())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise BadOrigin(
                f"CHAT_ORIGINS holds {origin!r}: write each site as https://www.example.se, in small letters, no path."
            )
    return origins


def may_ask(origin: str | None, host: str, fetch_site: str | None) -> bool:
    """Return whether a request with these headers Origin, Host and Sec-Fetch-Site is answered.

    No Origin: a browser's own navigation, or no browser. "null" is what a browser writes for a form or a beacon of a
    page with `Referrer-Policy: no-referrer`, ours too; then Sec-Fetch-Site, which no script can set, tells whose it is.
    The scheme is not compared: behind a proxy that ends TLS the bot sees http.
    """
    if origin is None:
        return True
    if origin == "null":
        return fetch_site == "same-origin"
    return origin in listed() or origin.partition("://")[2] == host
