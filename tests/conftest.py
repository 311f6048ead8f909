"""What several tests share: the knowledge, and a bot started once over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.knowledge import Knowledge, knowledge
from bot.training import model_path, train
from bot.yaml_file import ROOT


@pytest.fixture(scope="session")
def city() -> Knowledge:
    return knowledge()


@pytest.fixture(scope="session")
def model() -> str:
    """Path of today's model; trained where there is none."""
    path = model_path()
    return str(path if path.exists() else train())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Bot:
    """A bot process, and a visitor's side of its HTTP interface."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}/webhooks/chat"
        self.http = httpx.Client(timeout=60)

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.http.post(f"{self.base}/{path}", json=body)

    def session(self) -> str:
        return str(self.post("session", {}).json()["session"])

    def talk(self, *messages: str) -> list[list[dict[str, Any]]]:
        """Hold a conversation in a new session; return the replies to each message."""
        session = self.session()
        replies = []
        for message in messages:
            answer = self.post("message", {"session": session, "message": message})
            assert answer.status_code == 200, answer.text
            replies.append(answer.json())
        self.post("end", {"session": session})
        return replies

    def last(self, *messages: str) -> list[dict[str, Any]]:
        return self.talk(*messages)[-1]


@contextmanager
def serve(**environment: str) -> Iterator[Bot]:
    """Start a bot of its own, with these variables in its environment too; stop it at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "output"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot"],
                cwd=ROOT,
                env=os.environ | {"PORT": str(port), "CHAT_RATE_LIMIT": "0"} | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            while "Ready:" not in log.read_text():
                assert process.poll() is None, log.read_text()
                time.sleep(0.2)
            yield Bot(port)
        finally:
            process.terminate()
            process.wait()


@pytest.fixture(scope="session")
def bot(model: str) -> Iterator[Bot]:
    with serve() as served:
        yield served
