"""How hard a Swedish text is to read: LIX, and the texts that a visitor can see.

LIX (Björnsson 1968) is words a sentence plus per cent of words longer than six letters. Under 30: children's books;
30 to 40: fiction, plain language; 40 to 50: newspapers; over 50: officialese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.knowledge import Knowledge
from bot.yaml_file import ROOT

MEAN_GOAL, EACH_GOAL, SIMPLE_GOAL = 40.0, 45.0, 30.0
FEWEST_WORDS = 12  # a name or one short line has no readability of its own
_LONG = 6  # letters; a longer word counts as long
_WORD = re.compile(r"[^\W_]+(?:[-–:'’.,][^\W_]+){0,20}")
_END = re.compile(r"[.!?:](?=\s|$)|\n")
_NUMBER = re.compile(r"\d[\d\s–-]*\d|\d")
_PAGES = ROOT / "bot" / "page" / "templates"
_NOT_SWEDISH = ("other_language",)


@dataclass(frozen=True)
class Text:
    """A text that a visitor can see, and where it is written."""

    place: str
    text: str
    simple: bool = False


def lix(text: str) -> float:
    """Return the LIX of a text; a line break ends a sentence, a phone number is one short word."""
    text = _NUMBER.sub("0", text)
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _END.split(text) if _WORD.search(part))
    long = sum(len(re.sub(r"\W", "", word)) > _LONG for word in words)
    return len(words) / sentences + 100 * long / len(words)


def _leaves(value: Any, place: str) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(place, value)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{place}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, f"{place}.{number}")


def _page_texts(name: str) -> str:
    source = (_PAGES / name).read_text(encoding="utf-8")
    body = re.sub(r"\{[{%#].*?[}%#]\}", " ", source, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</(p|h1|h2|li)>", "\n", body)))


def visible_texts(knowledge: Knowledge) -> list[Text]:
    """Return every Swedish text of some length that a visitor can see."""
    found: list[Text] = []
    for answer in knowledge.answers.values():
        found += [Text(f"answers.{answer.id}", answer.text), Text(f"answers.{answer.id}.simple", answer.simple, True)]
    for contact in knowledge.contacts.values():
        for part in ("say", "what_happens", "instead", "for_whom", "hours_text"):
            found.append(Text(f"contacts.{contact.id}.{part}", getattr(contact, part)))
    for district in knowledge.districts.values():
        found.append(Text(f"districts.{district.id}.instead", district.instead))
    for need in knowledge.needs.values():
        found.append(Text(f"routing.{need.id}.opening", need.opening))
        found += [Text(f"routing.{need.id}.{rule.rule}", rule.because) for rule in need.first]
    for name, part in knowledge.texts.items():
        if name not in _NOT_SWEDISH:
            found += _leaves(part, f"texts.{name}")
    for name, part in knowledge.page.items():
        found += _leaves(part, f"page.{name}")
    found += [Text(f"page.{name}", _page_texts(name)) for name in ("lamna.html", "tillganglighet.html")]
    return [each for each in found if len(_WORD.findall(_NUMBER.sub("0", each.text))) >= FEWEST_WORDS]


def figures(knowledge: Knowledge) -> dict[str, float]:
    """Return the figures of `make eval`."""
    texts = visible_texts(knowledge)
    ordinary = [lix(each.text) for each in texts if not each.simple]
    simple = [lix(each.text) for each in texts if each.simple]
    return {
        "LIX of texts, mean": round(sum(ordinary) / len(ordinary), 1),
        "LIX of texts, highest": round(max(ordinary), 1),
        "LIX of simple versions, mean": round(sum(simple) / len(simple), 1),
        "LIX of simple versions, highest": round(max(simple), 1),
    }


def report(knowledge: Knowledge) -> str:
    """Return the section of `make eval`."""
    rows = [f"| {name} | {value} |" for name, value in figures(knowledge).items()]
    goals = f"Goals: mean {MEAN_GOAL:g}, each {EACH_GOAL:g}, simple versions {SIMPLE_GOAL:g}."
    table = ["## Readability", "", goals, "", "| figure | value |", "|---|---|", *rows, ""]
    return "\n".join([*table, *(f"- {line}" for line in too_hard(knowledge))]) + "\n"


def too_hard(knowledge: Knowledge) -> list[str]:
    """Return a line for each text above its goal, the hardest first."""
    rated = [(lix(each.text), each) for each in visible_texts(knowledge)]
    over = [(value, each) for value, each in rated if value > (SIMPLE_GOAL if each.simple else EACH_GOAL)]
    return [f"{each.place}: LIX {value:.1f}" for value, each in sorted(over, key=lambda pair: -pair[0])]
