"""A coordinator on duty, by plain HTTP, so that the proof covers a talk with a person too."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.handover import accounts
from bot.knowledge import FOLDER

_NAME, _PASSWORD = "anna", "en lång mening att minnas"


def desk_environment(folder: Path) -> dict[str, str]:
    """Make an account and a desk that never closes under `folder`; return the variables that name them."""
    content = yaml.safe_load((FOLDER / "handover.yml").read_text(encoding="utf-8"))
    content |= {"hours": "dygnet runt", "closed_on_holidays": False}
    content["times"] |= {"poll": 1, "coordinator_grace": 600}
    settings = folder / "handover.yml"
    settings.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    environment = {"CHAT_HANDOVER": str(settings), "CHAT_ACCOUNTS": str(folder / "accounts.json")}
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        accounts.add(_NAME, _PASSWORD)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return environment


class Colleague:
    """A coordinator's page."""

    def __init__(self, base: str) -> None:
        origin = base.removesuffix("/webhooks/chat")
        self._http = httpx.Client(base_url=f"{base}/samordnare/", headers={"Origin": origin}, timeout=120)
        self._ask("login", name=_NAME, password=_PASSWORD)
        self._http.headers["X-CSRF-Token"] = self._http.get("me").json()["token"]
        self._first = True
        self.news()
        self.does("duty", on=True)

    def _ask(self, path: str, **content: Any) -> Any:
        answer = self._http.post(path, json=content)
        assert answer.status_code in (200, 204), f"{path}: {answer.status_code}"
        return answer.json() if answer.content else None

    def does(self, event: str, **what: Any) -> None:
        """Do something on the page."""
        self._ask("event", type=event, **what)

    def news(self) -> list[dict[str, Any]]:
        """Return what the page is told."""
        frames: list[dict[str, Any]] = self._ask("poll", page="1", first=self._first)
        self._first = False
        return frames

    def takes(self) -> str:
        """Take the first in the queue and return the chat's id."""
        self._first = True
        state = next(frame for frame in self.news() if frame["type"] == "state")
        chat = str(state["waiting"][0]["chat"])
        self.does("take", chat=chat)
        return chat

    def leaves(self, chat: str) -> None:
        """Close the chat, go off duty and log out."""
        self.does("close", chat=chat, outcome="other")
        self.does("duty", on=False)
        self._ask("logout")
        self._http.close()
