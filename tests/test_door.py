"""Who is let in, how fast, with which headers; and that nothing but the channel answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import bot.__main__ as start
from bot.limits import MOST_SENDERS, SENDER_BURST, Senders, TooFast
from bot.origins import listed, may_ask
from tests.conftest import Bot, free_port, serve

CITY = "https://stad.example"


@pytest.fixture(scope="module")
def door(model: str) -> Iterator[Bot]:
    """A bot as it goes live: limits on, one site of the city's listed."""
    with serve(CHAT_RATE_LIMIT="", CHAT_ORIGINS=f"{CITY}, https://andra.example:8443") as served:
        yield served


# ---------------------------------------------------------------- headers

EVERYWHERE = [
    ("GET", "", 200),
    ("GET", "health", 200),
    ("POST", "session", 201),
    ("POST", "message", 400),
    ("POST", "end", 400),
    ("GET", "finns-inte", 404),
    ("DELETE", "message", 405),
    ("GET", "../../", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), EVERYWHERE)
def test_every_answer_carries_the_headers_that_keep_and_tell_nothing(
    bot: Bot, method: str, path: str, status: int
) -> None:
    answer = bot.http.request(method, f"{bot.base}/{path}")
    assert answer.status_code == status
    headers = answer.headers
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Robots-Tag"] == "noindex"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "Set-Cookie" not in headers and "Server" not in headers and "ETag" not in headers
    policy = headers["Content-Security-Policy"]
    assert (
        policy.startswith("default-src 'none'") and "frame-ancestors 'self'" in policy and "base-uri 'none'" in policy
    )
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy.split("form-action")[0]
    features = headers["Permissions-Policy"].split(", ")
    assert len(features) > 25 and all(feature.endswith("=()") for feature in features)
    assert "Access-Control-Allow-Origin" not in headers


def test_the_end_lets_the_browser_forget(bot: Bot) -> None:
    answer = bot.post("end", {"session": bot.session()})
    assert answer.status_code == 204
    assert {"cache", "cookies", "storage"} <= {
        part.strip(' "') for part in answer.headers["Clear-Site-Data"].split(",")
    }


# ---------------------------------------------------------------- origins


@pytest.mark.parametrize("origin", ["https://ond.example", f"{CITY}.ond.example", "http://stad.example", "null", "x"])
@pytest.mark.parametrize(("method", "path"), [("POST", "session"), ("GET", "health"), ("OPTIONS", "message")])
def test_a_foreign_site_is_refused(door: Bot, origin: str, method: str, path: str) -> None:
    answer = door.http.request(method, f"{door.base}/{path}", headers={"Origin": origin})
    assert answer.status_code == 403 and answer.json()["error"] == "foreign_origin"
    assert "112" in answer.json()["message"] and origin not in answer.text
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_listed_site_may_load_and_ask(door: Bot) -> None:
    asked = door.http.options(
        f"{door.base}/message", headers={"Origin": CITY, "Access-Control-Request-Headers": "content-type"}
    )
    assert asked.status_code == 204 and "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    for answer in (asked, door.http.post(f"{door.base}/session", headers={"Origin": CITY}, json={})):
        assert answer.headers["Access-Control-Allow-Origin"] == CITY and answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    page = door.http.get(f"{door.base}/")
    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert f"frame-ancestors 'self' {CITY} https://andra.example:8443" in page.headers["Content-Security-Policy"]


def test_our_own_page_and_programs_may_ask(door: Bot) -> None:
    own = door.base.removesuffix("/webhooks/chat")
    assert door.http.post(f"{door.base}/session", headers={"Origin": own}, json={}).status_code == 201
    assert door.post("session", {}).status_code == 201
    form = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert door.http.post(f"{door.base}/session", headers=form, json={}).status_code == 201


def test_behind_a_proxy_that_ends_tls_our_own_page_may_ask() -> None:
    assert may_ask("https://chatt.example", "chatt.example", "same-origin")
    assert not may_ask("https://chatt.example.ond.example", "chatt.example", "cross-site")
    assert not may_ask("null", "chatt.example", "cross-site")


@pytest.mark.parametrize("origins", ["stad.example", "https://stad.example/chatt", "*", "https://STAD.example"])
def test_a_wrong_origin_in_the_settings_stops_the_start(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("CHAT_ORIGINS", origins)
    monkeypatch.setenv("PORT", str(free_port()))
    listed.cache_clear()
    with pytest.raises(SystemExit, match="CHAT_ORIGINS"):
        start.main()
    listed.cache_clear()


def test_a_wrong_number_of_proxies_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_PROXIES", "många")
    monkeypatch.setenv("PORT", str(free_port()))
    with pytest.raises(SystemExit, match="CHAT_PROXIES"):
        start.main()


# ---------------------------------------------------------------- pace and size


def test_a_session_that_writes_too_fast_is_asked_to_wait(door: Bot) -> None:
    session = door.session()
    body = {"session": session, "message": "hej"}
    answers = [door.post("message", body) for _ in range(60)]
    slowed = next(answer for answer in answers if answer.status_code == 429)
    assert int(slowed.headers["Retry-After"]) >= 1 and slowed.json()["error"] == "too_fast"


def test_a_flood_of_sessions_is_slowed_but_leaving_is_always_possible(door: Bot) -> None:
    session = door.session()
    answers = [door.post("session", {}) for _ in range(SENDER_BURST * 3)]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed and int(slowed[0].headers["Retry-After"]) >= 1
    assert door.post("end", {"session": session}).status_code == 204


def test_a_sender_is_known_by_no_address_and_only_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAT_RATE_LIMIT", raising=False)
    now = [0.0]
    monkeypatch.setattr("bot.limits.time.monotonic", lambda: now[0])
    senders = Senders()
    with pytest.raises(TooFast):
        for _ in range(SENDER_BURST + 1):
            senders.take("192.0.2.77")
    senders.take("192.0.2.78")
    kept = str(vars(senders))
    assert len(senders) == 2 and "192.0" not in kept
    now[0] = 601.0
    senders.take("192.0.2.77")
    assert len(senders) == 1 and not any(digest in str(vars(senders)) for digest in kept.split("'") if len(digest) > 20)


def test_the_number_of_senders_is_bounded() -> None:
    senders = Senders()
    for number in range(MOST_SENDERS + 10):
        senders.take(str(number))
    assert len(senders) <= MOST_SENDERS


def _raw(bot: Bot, content: bytes) -> bytes:
    """Send bytes and return what comes until the server hangs up."""
    received = b""
    with socket.create_connection(("127.0.0.1", httpx.URL(bot.base).port or 0)) as line:
        line.sendall(content)
        while part := _received(line):
            received += part
    return received


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except ConnectionResetError:  # it hung up while more was on its way
        return b""


def test_a_request_that_never_ends_is_cut_off(bot: Bot) -> None:
    start = b"POST /webhooks/chat/message HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"
    for slow in (start, start[:40]):
        answer = _raw(bot, slow)  # ends only when the server hangs up
        assert b"408" in answer.split(b"\r\n")[0] and b"too_slow" in answer


def test_a_huge_request_is_cut_off(bot: Bot) -> None:
    head = b"POST /webhooks/chat/message HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"
    assert b"413" in _raw(bot, head + b"a" * 70_000).split(b"\r\n")[0]
    chunks = (
        b"POST /webhooks/chat/message HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"ffff\r\n"
        + b"a" * 65535
    )
    assert b"413" in _raw(bot, chunks + b"\r\n" + b"ffff\r\n" + b"a" * 65535).split(b"\r\n")[0]


# ---------------------------------------------------------------- what is not there

CLOSED = """/ /status /version /model /model/parse /model/train /model/predict /model/test/stories /conversations
/conversations/default/tracker /conversations/default/messages /conversations/default/trigger_intent /domain
/webhooks /webhooks/rest /webhooks/rest/webhook /webhooks/callback/webhook /socket.io/ /webhooks/socketio/ /actions
/webhook /docs /openapi.json /favicon.ico /webhooks/chat/../rest/webhook /webhooks/chat/%2e%2e/__main__.py
/webhooks/chat/index.html/../../channel.py /.git/config""".split()


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_but_the_channel_answers(bot: Bot, path: str) -> None:
    root = bot.base.removesuffix("/webhooks/chat")
    for method in ("GET", "POST", "PUT"):
        answer = bot.http.request(method, root + path)
        assert answer.status_code == 404 and answer.json()["error"] == "not_found"


def test_it_listens_on_this_machine_only(bot: Bot) -> None:
    port = httpx.URL(bot.base).port
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if " 0A " in line]
    assert f"0100007F:{port:04X}" in listening and f"00000000:{port:04X}" not in listening
