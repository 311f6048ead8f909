"""The held-out material of `tests/held_out`, written apart from the training data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.yaml_file import ROOT

HELD_OUT = ROOT / "tests" / "held_out"
SETS = ("needs", "emergencies", "answers", "near_misses", "other")


@dataclass(frozen=True)
class Text:
    """A text, its label, and the other labels that a careful coordinator would accept."""

    text: str
    label: str
    also: tuple[str, ...] = ()

    def accepts(self, label: str | None) -> bool:
        """Tell whether the bot may act on `label`."""
        return label == self.label or label in self.also


@dataclass(frozen=True)
class Talk:
    """A whole conversation: what the visitor says, presses and answers, and whom they should be led to first."""

    says: tuple[str, ...]
    button: str
    first_contact: str
    answers: Mapping[str, str] = field(default_factory=dict)


def held_out(name: str) -> list[Text]:
    """Read `NAME.tsv`: `text<TAB>label[<TAB>also accepted, by commas]`. A tag such as `acute` is no label."""
    texts = []
    for line in (HELD_OUT / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        text, label, *rest = line.split("\t")
        also = tuple(each.strip() for each in (rest[0] if rest else "").split(",") if each.strip() not in ("", "acute"))
        texts.append(Text(text.strip(), label.strip(), also))
    return texts


def slot_texts() -> list[tuple[str, dict[str, str]]]:
    """Read `slots.tsv`: `text<TAB>slot=value;slot=value`, or `-` where nothing is told; nothing where it is missing."""
    result: list[tuple[str, dict[str, str]]] = []
    path = HELD_OUT / "slots.tsv"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        text, facts = line.split("\t")
        pairs = [] if facts.strip() == "-" else [pair.split("=") for pair in facts.split(";")]
        result.append((text, {slot.strip(): value.strip() for slot, value in pairs}))
    return result


def conversations() -> list[Talk]:
    """Read `conversations.yml`."""
    rows: list[dict[str, Any]] = yaml.safe_load((HELD_OUT / "conversations.yml").read_text(encoding="utf-8"))
    return [Talk(tuple(row["says"]), row["button"], row["first_contact"], row.get("answers") or {}) for row in rows]
