"""What the city decides of the hand-over: `knowledge/handover.yml`, read, checked and typed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.hours import Hours, parse_hours
from bot.knowledge import FOLDER, knowledge
from bot.yaml_file import YamlFile

CONDITIONS = ("holiday", "outside_hours", "nobody_on_duty", "queue_full", "someone_free")
_TIMES = "ping pong coordinator_grace visitor_grace without_live idle_warning idle poll".split()
_TEXTS = """closed nobody full free queue shown shown_nothing suggest suggest_need accept decline declined waiting moved
leave_queue left_queue joined share shared not_shared leave with_person passed left closed_by_person lost_requeued
lost_closed nobody_left gone idle_warning idle and about""".split()
_ERRORS = """not_logged_in wrong_login locked wrong_origin wrong_event gone taken not_yours off_duty enough no_colleague
open_chats too_long empty out_of_step no_provider provider not_allowed failure""".split()


@dataclass(frozen=True)
class Branch:
    """One row of the tree: when `condition` holds (None: always), `state`, said by `text`."""

    condition: str | None
    state: str
    text: str


@dataclass(frozen=True)
class Settings:
    """All of it; times in seconds."""

    hours: Hours
    hours_text: str
    checked: str | None
    tree: tuple[Branch, ...]
    most_waiting: int
    chats_each: int
    after_failures: int
    after_needs: frozenset[str]
    outcomes: Mapping[str, str]
    times: Mapping[str, float]
    texts: Mapping[str, Any]
    coordinator: Mapping[str, Any]


def _number(file: YamlFile, value: Any, *place: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise file.fault(f"{place[-1]} must be a number above 0", *place)
    return value


def _tree(file: YamlFile, texts: Mapping[str, Any]) -> tuple[Branch, ...]:
    branches = []
    for row in file.content.get("availability") or []:
        branch = Branch(row.get("if"), row.get("then"), row.get("text"))
        if branch.condition is not None and branch.condition not in CONDITIONS:
            raise file.fault(f"if cannot be {branch.condition}, choose among {', '.join(CONDITIONS)}", "availability")
        if branch.state not in ("offered", "unavailable") or branch.text not in texts:
            raise file.fault("each row needs then: offered or unavailable, and a text of texts", "availability")
        branches.append(branch)
    if not branches or branches[-1].condition is not None:
        raise file.fault("the last row of availability must have no if", "availability")
    return tuple(branches)


def load(path: Path) -> Settings:
    """Read the file. Raises KnowledgeFault at the first fault."""
    file = YamlFile(path)
    content = file.content
    for part in ("hours", "availability", "offer", "outcomes", "times", "texts", "coordinator"):
        if not content.get(part):
            raise file.fault(f"{part} is missing, restore it")
    for name in _TEXTS:
        if not content["texts"].get(name):
            raise file.fault(f"texts.{name} is missing, write it", "texts")
    for name in _ERRORS:
        if not content["coordinator"].get("errors", {}).get(name):
            raise file.fault(f"coordinator.errors.{name} is missing, write it", "coordinator")
    try:
        hours = parse_hours(str(content["hours"]), closed_on_holidays=content.get("closed_on_holidays") is True)
    except ValueError as error:
        raise file.fault(str(error), "hours") from None
    assert hours is not None
    needs = content["offer"].get("after_needs") or []
    for need in needs:
        if need not in knowledge().needs:
            raise file.fault(f"after_needs: {need} is no need of vocabulary.yml", "offer", "after_needs")
    return Settings(
        hours=hours,
        hours_text=str(content["hours"]),
        checked=content.get("checked"),
        tree=_tree(file, content["texts"]),
        most_waiting=_number(file, content.get("most_waiting"), "most_waiting"),
        chats_each=_number(file, content.get("chats_each"), "chats_each"),
        after_failures=_number(file, content["offer"].get("after_failures"), "offer", "after_failures"),
        after_needs=frozenset(needs),
        outcomes=content["outcomes"],
        times={name: float(_number(file, content["times"].get(name), "times", name)) for name in _TIMES},
        texts=content["texts"],
        coordinator=content["coordinator"],
    )


def path() -> Path:
    """Return where the settings lie: `CHAT_HANDOVER` in the environment, else knowledge/handover.yml."""
    return Path(os.environ.get("CHAT_HANDOVER") or FOLDER / "handover.yml")


@cache
def settings() -> Settings:
    """Return the settings, read once a process."""
    return load(path())
