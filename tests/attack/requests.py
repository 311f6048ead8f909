"""Requests as a stranger would make them, from decent to absurd. Every text that is sent carries MARK."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

MARK = "zqvexmark"  # must never come back
ALIVE = "<a living session>"  # replaced by the sender
_NASTY = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:ldap://x}",
    "%s%s%n", "'; DROP TABLE",
    "\x00\x1b[2J\x07", "\u202e\u2066", "\ud800", "ﷺ" * 90, "e\u0301" * 400, "a" * 1_990, "1" * 1_990, "@." * 900,
    "ring " * 390, "\n2026-01-01 ERROR bot:", "../../../etc/passwd", "/restart", "/inform", "//", "/back", "𝟗𝟖𝟎𝟏𝟎𝟏",
)  # fmt: skip
_PAYLOADS = ("/inform{}", '/inform{{"district": "{}"}}', '/greet{{"moves": [["{}"]]}}', "/action_need{}",
             '/{}{{"x": 1}}', '/session_start{{"a": "{}"}}', '/slot{{"need": "{}"}}')  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One request."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def _texts() -> st.SearchStrategy[str]:
    words = st.one_of(
        st.text(max_size=300), st.sampled_from(_NASTY), st.sampled_from(("min son är nazist", "hej", "nej"))
    )
    said = words.map(lambda text: f"{MARK} {text}"[:2_100])
    return st.one_of(
        said,
        st.sampled_from(_PAYLOADS).map(
            lambda payload: payload.replace("{{", "{").replace("}}", "}").replace("{}", MARK)
        ),
    )


def _values() -> st.SearchStrategy[Any]:
    leaf = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _texts())
    return st.recursive(leaf, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts(), inner, max_size=4))


def _fields() -> st.SearchStrategy[Any]:
    decent = st.fixed_dictionaries({"session": st.just(ALIVE), "message": _texts()})
    session = st.one_of(st.just(ALIVE), _texts(), _values())
    twisted = st.fixed_dictionaries(
        {}, optional={"session": session, "message": _values(), "sender": _texts(), "metadata": _values()}
    )
    return st.one_of(decent, twisted, _values())


def _bodies() -> st.SearchStrategy[bytes]:
    plain = _fields().map(lambda fields: json.dumps(fields).encode("utf-8", "surrogatepass"))
    return st.one_of(
        plain,
        plain,
        plain.map(lambda body: body[: len(body) // 2]),
        plain.map(gzip.compress),
        plain.map(lambda body: body.decode().encode("utf-16")),
        st.binary(max_size=200).map(lambda some: MARK.encode() + some),
        st.integers(1, 9_000).map(lambda depth: b"[" * depth + MARK.encode()),
        st.integers(16_000, 60_000).map(lambda size: MARK.encode() * (size // len(MARK))),
    )


def _paths() -> st.SearchStrategy[str]:
    known = st.sampled_from(("session", "message", "message", "message", "alive", "share", "end", "health"))
    unknown = st.text("abcåäö%./?=&;\\ ", max_size=30).map(lambda tail: f"{MARK}{tail}")
    return st.one_of(known, known, known, unknown, known.map(lambda path: f"{path}?{MARK}={MARK}"))


def attacks() -> st.SearchStrategy[Attack]:
    """Return the strategy."""
    kinds = ("application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded")
    headers = st.fixed_dictionaries(
        {"Content-Type": st.sampled_from((*kinds, MARK))},
        optional={
            "Content-Encoding": st.sampled_from(("gzip", "deflate", "br")),
            "X-Forwarded-For": st.just(MARK),
            "Cookie": st.just(f"session={MARK}"),
            "Accept-Encoding": st.just(MARK),
            "Expect": st.sampled_from(("100-continue", MARK)),
            "Origin": st.sampled_from(("https://ond.example", "null", MARK)),
        },
    )
    methods = st.sampled_from(("POST",) * 12 + ("GET", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"))
    return st.builds(Attack, methods, _paths(), _bodies(), headers)
