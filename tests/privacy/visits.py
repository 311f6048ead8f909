"""Conversations full of canaries, on every path that a message can take."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.privacy.canaries import OVER_A_CONNECTION, Canaries
from tests.privacy.colleague import Colleague
from tests.privacy.start import FAULTS
from tests.privacy.traced import TracedBot

_TELLING = (
    "min son har börjat hänga med nazister och jag är orolig",
    "jag vill hoppa av",
    "de har hotat att döda mig",
    "berättar ni för polisen",
    "how do I get help in English",
    "vad sa du?",
    "förklara enklare",
)


class Visitor:
    """One visitor of a bot, whose browser tells more than it should."""

    def __init__(self, bot: TracedBot, canaries: Canaries) -> None:
        self.canaries = canaries
        self.port = bot.port
        self.base = f"http://127.0.0.1:{bot.port}/webhooks/chat"
        device = canaries.word("user agent")
        self.http = httpx.Client(
            timeout=120,
            headers={
                "User-Agent": device,
                "X-Forwarded-For": f"198.51.100.7, {canaries.word('forwarded address')}",
                "Referer": f"https://example.org/{canaries.word('referer')}",
                "Cookie": f"id={canaries.word('cookie')}",
                "Accept-Language": canaries.word("language"),
            },
        )
        self.requests = 0
        self.echoes: list[str] = []

    def ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Send one request; what comes back must hold nothing that was sent."""
        self.requests += 1
        answer = self.http.request(method, f"{self.base}/{path}", **content)
        text = answer.text + str(answer.headers)
        self.echoes += [f"{kind} in the answer to {method} {path.split('?')[0]}"
                        for needle, kind in self.canaries.needles.items()
                        if kind not in OVER_A_CONNECTION and needle.lower() in text.lower()]  # fmt: skip
        return answer

    def open(self) -> str:
        """Return a new session."""
        return self.canaries.session(self.ask("POST", "session", json={}).json()["session"])

    def say(self, session: str, message: Any) -> httpx.Response:
        """Send one message."""
        return self.ask("POST", "message", json={"session": session, "message": message})

    def hang_up(self) -> None:
        """Close every connection; the next request opens a new one."""
        headers = self.http.headers
        self.http.close()
        self.http = httpx.Client(timeout=120, headers=headers)

    def raw(self, content: bytes) -> None:
        """Send bytes and hang up, after an answer or without."""
        self.requests += 1
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(content)
            try:
                line.settimeout(1)
                line.recv(65536)
            except OSError:
                pass


def personal(visitor: Visitor) -> None:
    """Every kind of personal data, each with a word that no masking knows."""
    session = visitor.open()
    visitor.say(session, "/greet")
    for text in visitor.canaries.personal_data().values():
        visitor.say(session, f"{text} {visitor.canaries.word()}")
    for text in _TELLING:
        told = ", ".join(visitor.canaries.personal_data().values())
        visitor.say(session, f"{text} {visitor.canaries.word()} {told}"[:1_900])


def wrong(visitor: Visitor) -> None:
    """Too long, not JSON, not text, wrong fields, forged payloads, unknown sessions."""
    word, session = visitor.canaries.word, visitor.open()
    visitor.say(session, f"{word()} " * 300)
    visitor.say(session, f"{word()} " * 3_000)
    for value in (None, 7, [word()], {word(): word()}):
        visitor.say(session, value)
    for text in (f'{{"message": "{word()}', f'{word()}: "{session}"', f'["{word()}"]', "[" * 9_000 + word()):
        visitor.ask("POST", "message", content=text.encode())
    visitor.ask("POST", "message", content=f'{{"message": "{word()}\xe5'.encode("latin-1"))
    visitor.ask("POST", "message", json={word(): word(), "session": session})
    visitor.say(word("forged session"), word())
    for payload in (f"/{word()}", f'/inform{{"district": "{word()}"}}', f'/{word()}{{"{word()}": "{word()}"}}'):
        visitor.say(session, payload)
    for text in (
        "\n2026-01-01 ERROR bot: {}",
        "\x1b[31m{}\x07",
        "<script>{}</script>",
        "%s%n{{{}}}",
        "\u202e{}",
        "😀 {}",
    ):
        visitor.say(session, text.format(word()))


def astray(visitor: Visitor) -> None:
    """Addresses and methods that do not exist, broken HTTP, requests cut off half-way."""
    word = visitor.canaries.word
    visitor.ask("GET", f"{word('address asked for')}?{word('query')}={word('query')}")
    visitor.ask("PUT", f"message?{word('query')}", json={word(): word()})
    visitor.ask("POST", f"../../model/parse?{word('query')}", json={"text": word()})
    visitor.ask("GET", "health", headers={"X-Long": word("header") * 600})
    visitor.raw(f"{word('method')} /{word('address asked for')} HTTP/9.9\r\n\r\n".encode())
    visitor.raw(
        f"POST /webhooks/chat/message HTTP/1.1\r\nHost: {word('host')}\r\nContent-Length: 900\r\n\r\n{word()}".encode()
    )
    visitor.raw(f"POST /webhooks/chat/message HTTP/1.1\r\nContent-Length: {word('header')}\r\n\r\n{word()}".encode())
    visitor.raw(b"\x16\x03\x01" + word().encode() + b"\r\n\r\n")


def crashes(visitor: Visitor) -> None:
    """A fault whose words are the message, in every part that reads it."""
    session = visitor.open()
    for fault in FAULTS:
        told = ", ".join(list(visitor.canaries.personal_data().values())[:5])
        answer = visitor.say(session, f"{fault} {visitor.canaries.word()} {told}")
        assert answer.status_code == 200 and "112" in answer.text, f"{fault}: the emergency numbers are not given"


def goodbyes(visitor: Visitor) -> None:
    """The end that the page sends, and the one that a closing browser sends."""
    session = visitor.open()
    visitor.say(session, visitor.canaries.word())
    visitor.ask("POST", "end", json={"session": session})
    visitor.say(session, visitor.canaries.word())
    session = visitor.open()
    visitor.say(session, visitor.canaries.word())
    beacon = json.dumps({"session": session})
    visitor.ask("POST", "end", content=beacon, headers={"Content-Type": "text/plain;charset=UTF-8"})


def handed_over(visitor: Visitor) -> None:
    """A talk with a person: waiting, talking, sharing what was written before, fetching news; ended by the person."""
    session, colleague = visitor.open(), Colleague(visitor.base)
    visitor.say(session, visitor.canaries.word())
    visitor.say(session, "/talk_to_human")
    waiting = visitor.say(session, "/handover_accept").json()[0]["custom"]
    assert waiting.get("state") == "waiting", "the bot does not work, so nothing would be proved"
    chat, secret = colleague.takes(), "said to a person"
    visitor.say(session, f"{visitor.canaries.word(secret)}, {', '.join(visitor.canaries.personal_data().values())}")
    visitor.ask("POST", "poll", json={"session": session, "after": 0, "share": True})
    visitor.say(session, "/handover_share")
    visitor.ask("POST", "share", json={"session": session, "messages": [visitor.canaries.word(secret)]})
    colleague.news()
    colleague.does("say", chat=chat, number=1, text=visitor.canaries.word(secret))
    visitor.ask("POST", "poll", json={"session": session, "after": 0})
    colleague.leaves(chat)
    visitor.ask("POST", "end", json={"session": session})


def plain(visitor: Visitor) -> None:
    """The same service by forms. Their answers show the visitor's own last message, so they are not read."""
    word, said = visitor.canaries.word, {"session": visitor.open(), "message": ""}
    for message in (word("said to a person"), f"jag vill hoppa av {word('said to a person')}"):
        visitor.requests += 1
        visitor.http.post(f"{visitor.base}/form", data={**said, "message": message})
    visitor.ask("POST", "alive", json={"session": said["session"], word(): word()})
    visitor.ask("POST", "leave", data={"session": said["session"]})


def interrupted(visitor: Visitor, stop: Callable[[], None]) -> None:
    """A message that is under way when the process is stopped."""
    session = visitor.open()

    def send() -> None:
        try:
            for _ in range(200):
                visitor.say(session, f"{visitor.canaries.word()} {visitor.canaries.word()}")
        except httpx.HTTPError:
            pass

    sending, before = threading.Thread(target=send), visitor.requests
    sending.start()
    while visitor.requests < before + 3 and sending.is_alive():
        time.sleep(0.01)
    stop()
    sending.join()


EVERYTHING = (personal, wrong, astray, crashes, goodbyes, handed_over, plain)
STOPS = {"SIGTERM": signal.SIGTERM, "kill -9": signal.SIGKILL, "SIGABRT": signal.SIGABRT}
