"""A bot with five coordinators' accounts, short times and a desk that never closes; and clients for both sides."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
import yaml

from bot.handover import accounts
from bot.knowledge import FOLDER
from bot.yaml_file import ROOT
from tests.conftest import Bot, free_port

NAMES = ("anna", "bo", "cilla", "david", "eva")
PASSWORD = "en lång mening att minnas"
SHORT = {"ping": 1, "pong": 5, "coordinator_grace": 1, "visitor_grace": 3, "poll": 3}


def settings_file(folder: Path, **changes: Any) -> Path:
    """Write handover.yml anew, always open and with short times."""
    content = yaml.safe_load((FOLDER / "handover.yml").read_text(encoding="utf-8"))
    content["times"] |= SHORT
    content |= {"hours": "dygnet runt", "closed_on_holidays": False, "most_waiting": 100, "chats_each": 20} | changes
    path = folder / "handover.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


class Process:
    """A bot process of its own, whose output is read back."""

    def __init__(self, folder: Path, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.log = folder / "output"
        self._environment = {"PORT": str(self.port), "CHAT_RATE_LIMIT": "0", **environment}
        self.start()

    def start(self) -> None:
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot"],
                cwd=ROOT,
                env=os.environ | self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        while "Ready:" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="session")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    before, path = os.environ.get("CHAT_ACCOUNTS"), tmp_path_factory.mktemp("accounts") / "accounts.json"
    os.environ["CHAT_ACCOUNTS"] = str(path)
    for name in NAMES:
        accounts.add(name, PASSWORD)
    del os.environ["CHAT_ACCOUNTS"]
    if before:
        os.environ["CHAT_ACCOUNTS"] = before
    yield path


@pytest.fixture(scope="session")
def process(model: str, accounts_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("handover")
    process = Process(
        folder, CHAT_HANDOVER=str(settings_file(folder)), CHAT_ACCOUNTS=str(accounts_file), CHAT_LOG_LEVEL="DEBUG"
    )
    yield process
    process.stop()


@pytest.fixture
def staffed(process: Process) -> Bot:
    return Bot(process.port)


class Link:
    """One end of a WebSocket: what has come, and waiting for what shall come."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.frames: list[Any] = []
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        try:
            async for raw in self.socket:
                self.frames.append(json.loads(raw))
                await self.got(self.frames[-1])
        except websockets.ConnectionClosed:
            pass

    async def got(self, frame: Any) -> None:
        """Answer a frame, where its reader does so."""

    async def send(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def until(self, found: Callable[[], Any]) -> Any:
        """Return what `found` finds, as soon as it does."""
        while not (value := found()):
            assert not self._reader.done(), self.frames
            await asyncio.sleep(0.02)
        return value

    async def drop(self) -> None:
        self._reader.cancel()
        await self.socket.close()

    async def ended(self) -> None:
        await self._reader


class Visitor(Link):
    """A visitor's page: hears, acknowledges and writes numbered messages."""

    number = 0
    session = ""

    @classmethod
    async def open(cls, bot: Bot, session: str, after: int = 0) -> Visitor:
        self = cls(await websockets.connect(f"{bot.base.replace('http', 'ws')}/ws"))
        self.session = session
        await self.send({"session": session, "after": after})
        return self

    def __init__(self, socket: Any) -> None:
        self.replies: list[dict[str, Any]] = []
        self.heard: list[str] = []  # from the person
        self.untaken: dict[int, str] = {}
        super().__init__(socket)

    async def got(self, frame: Any) -> None:
        if isinstance(frame, list):
            self.replies += frame
            self.heard += [reply["text"] for reply in frame if reply["custom"].get("from") == "coordinator"]
            await self.send({"ack": frame[-1]["seq"]})
        elif "taken" in frame:
            self.untaken.pop(frame["taken"], None)

    def state(self) -> str:
        states = [each["custom"]["state"] for each in self.replies if each["custom"]["kind"] == "handover"]
        return states[-1] if states else ""

    async def write(self, text: str) -> None:
        self.number += 1
        self.untaken[self.number] = text
        await self.send({"message": text, "number": self.number})

    async def again(self, bot: Bot) -> Visitor:
        """Lose the connection and come back: what was not taken is sent again, what was heard is remembered."""
        await self.drop()
        new = await Visitor.open(bot, self.session, self.replies[-1]["seq"])
        new.number, new.untaken = self.number, dict(self.untaken)
        new.replies[:0], new.heard[:0] = self.replies, self.heard
        for number, text in sorted(new.untaken.items()):
            await new.send({"message": text, "number": number})
        return new

    async def becomes(self, state: str) -> None:
        await self.until(lambda: self.state() == state)

    async def leave_it(self, bot: Bot) -> None:
        """Leave the queue or the person, and the page."""
        await asyncio.to_thread(bot.post, "message", {"session": self.session, "message": "/handover_leave"})
        await self.drop()


class Colleague(Link):
    """A coordinator's page: reads lines and acknowledges them."""

    token = ""

    @classmethod
    async def open(cls, bot: Bot, name: str, *, on_duty: bool = True) -> Colleague:
        headers, token = await asyncio.to_thread(log_in, bot, name)
        self = cls(await websockets.connect(f"{bot.base.replace('http', 'ws')}/samordnare/ws", extra_headers=headers))
        self.name, self.said = name, dict[str, int]()
        await self.send({"token": token, "page": f"{name} {time.monotonic()}"})
        await self.until(lambda: self.state)
        if on_duty:
            await self.send({"type": "duty", "on": True})
            await self.until(lambda: self.state["on_duty"])
        return self

    def __init__(self, socket: Any) -> None:
        self.state: dict[str, Any] = {}
        self.lines: list[dict[str, Any]] = []
        super().__init__(socket)

    async def got(self, frame: Any) -> None:
        if frame["type"] == "state":
            self.state = frame
        if frame["type"] == "line":
            self.lines.append(frame)
            await self.send({"type": "read", "chat": frame["chat"], "number": frame["number"]})

    @property
    def errors(self) -> list[str]:
        return [frame["error"] for frame in self.frames if frame["type"] == "error"]

    async def take(self) -> str:
        """Take the first in the queue and return the chat's id."""
        first = await self.until(lambda: self.state["waiting"] and self.state["waiting"][0]["chat"])
        await self.send({"type": "take", "chat": first})
        await self.until(lambda: any(each["chat"] == first for each in self.state["chats"]))
        return str(first)

    async def say(self, chat: str, text: str) -> None:
        number = self.said[chat] = self.said.get(chat, 0) + 1
        await self.send({"type": "say", "chat": chat, "number": number, "text": text})

    async def leave(self) -> None:
        """Close all chats, go off duty and leave the page."""
        for each in self.state["chats"]:
            await self.send({"type": "close", "chat": each["chat"], "outcome": "other"})
        await self.send({"type": "duty", "on": False})
        await self.until(lambda: not self.state["on_duty"])
        await self.drop()


def log_in(bot: Bot, name: str) -> tuple[dict[str, str], str]:
    """Return the headers of a logged-in browser, and its page's token."""
    origin = bot.base.removesuffix("/webhooks/chat")
    with httpx.Client(headers={"Origin": origin}, timeout=60) as http:
        answer = http.post(f"{bot.base}/samordnare/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 204, answer.text
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        token = http.get(f"{bot.base}/samordnare/me", headers={"Cookie": cookie}).json()["token"]
    return {"Origin": origin, "Cookie": cookie}, str(token)


async def asks(bot: Bot, *before: str) -> Visitor:
    """Return a visitor who has said yes to a person and waits."""
    session = await asyncio.to_thread(bot.session)

    def said(message: str) -> Any:
        return bot.post("message", {"session": session, "message": message}).json()

    for message in before or ("/talk_to_human",):
        await asyncio.to_thread(said, message)
    replies = await asyncio.to_thread(said, "/handover_accept")
    assert replies[0]["custom"]["state"] == "waiting", replies
    return await Visitor.open(bot, session)
