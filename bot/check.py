"""`make check`: everything under knowledge/ that can be wrong without being unreadable. Trains nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import yaml

from bot.handover.settings import load as load_handover
from bot.knowledge import FOLDER, Knowledge, load
from bot.routing import next_question, route
from bot.yaml_file import ROOT, KnowledgeFault, YamlFile

_PHONE = re.compile(r"(?<![\d-])(?:0\d{1,3}-\d[\d ]{4,9}\d|116 \d{3}|114 14|90 ?\d{3}|1177|112)(?![\d-])")
_FEWEST_WORDS, _MOST_WORDS = 40, 120
_RASA_ONLY = {"nlu_fallback"}
_RENAMED = {"start_over": "restart"}


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def routing_faults(knowledge: Knowledge, folder: Path) -> Iterator[str]:
    """Yield a fault for every combination of need and slot values that reaches no contact."""
    file = YamlFile(folder / "routing.yml")
    for need in knowledge.needs.values():
        place = f"{_shown(file.path)}:{file.line('needs', need.id)}: {need.id}"
        conditions = [rule.conditions for rule in need.first] + [each.conditions for each in need.then]
        used = set(need.asks).union(*conditions)
        slots = sorted(used | {"district"})
        values = [(None, *knowledge.vocabulary.slots[slot]) for slot in slots]
        for combination in product(*values):
            told = {slot: value for slot, value in zip(slots, combination, strict=True) if value}
            found = route(knowledge, need.id, told)
            if not found.contacts:
                yield f"{place} with {told} reaches nobody, add a rule"
                break
            if next_question(knowledge, need.id, {**dict.fromkeys(need.asks, "unknown"), **told}) is not None:
                yield f"{place} asks on when all is told, correct asks"
                break


def answer_faults(knowledge: Knowledge, folder: Path) -> Iterator[str]:
    """Yield a fault for each answer that is too long or short, names an unknown number, or claims what it must not."""
    register = {re.sub(r"\D", "", c.phone) for c in knowledge.contacts.values() if c.phone and c.checked}
    forbidden = YamlFile(folder / "forbidden_claims.yml").content
    for path in sorted((folder / "answers").glob("*.yml")):
        file = YamlFile(path)
        for id_ in file.content:
            answer = knowledge.answers[id_]
            place = f"{_shown(path)}:{file.line(id_)}: {id_}"
            words = len(answer.text.split())
            if not _FEWEST_WORDS <= words <= _MOST_WORDS:
                yield f"{place}: the text has {words} words, write {_FEWEST_WORDS} to {_MOST_WORDS}"
            for text in (answer.text, answer.simple, answer.question):
                for number in _PHONE.findall(text):
                    if re.sub(r"\D", "", number) not in register:
                        yield f"{place}: {number} is no confirmed number of contacts.yml, correct or remove it"
                for claim, why in forbidden.items():
                    if re.search(claim, text, re.IGNORECASE):
                        yield f"{place}: says what must not be claimed ({why}), rewrite it"


def vocabulary_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield a fault for each label that the bot, the rules or the training data lack."""
    domain = yaml.safe_load((ROOT / "bot" / "domain.yml").read_text(encoding="utf-8"))
    rules = (ROOT / "bot" / "rules.yml").read_text(encoding="utf-8")
    intents = {name for entry in domain["intents"] for name in entry} - _RASA_ONLY
    known = {_RENAMED.get(name, name) for name in intents}
    for label in sorted(set(knowledge.vocabulary.intents) ^ known):
        yield f"bot/domain.yml:1: the intents and knowledge/vocabulary.yml differ in {label}, make them equal"
    for name in sorted(intents):
        if not re.search(rf"intent: {name}\b", rules):
            yield f"bot/rules.yml:1: no rule for the intent {name}, add it to one"
    data = {path.stem for path in (ROOT / "nlu" / "data").glob("*/*.tsv")}
    for label in sorted(set(knowledge.vocabulary.intents) ^ data):
        yield f"nlu/data:1: utterances and knowledge/vocabulary.yml differ in {label}, add its file or remove it"


def release_faults(knowledge: Knowledge, folder: Path) -> Iterator[str]:
    """Yield a fault for each record that nobody has confirmed."""
    unconfirmed = {
        "contacts": [c.id for c in knowledge.contacts.values() if c.active and c.checked is None],
        "districts": [d.id for d in knowledge.districts.values() if d.checked is None],
    }
    for name, ids in unconfirmed.items():
        file = YamlFile(folder / f"{name}.yml")
        for id_ in ids:
            yield f"{_shown(file.path)}:{file.line(id_)}: {id_} is not confirmed, check it and set the date"
    for path in sorted((folder / "answers").glob("*.yml")):
        file = YamlFile(path)
        for id_ in file.content:
            if knowledge.answers[id_].checked is None:
                yield f"{_shown(path)}:{file.line(id_)}: {id_} is not confirmed, check it and set the date"


def faults(folder: Path = FOLDER, *, release: bool = False) -> Iterator[str]:
    """Yield every fault as `file:line: what is wrong, what to do`."""
    try:
        knowledge = load(folder)
        handover = load_handover(folder / "handover.yml")
    except KnowledgeFault as fault:
        yield str(fault)
        return
    yield from routing_faults(knowledge, folder)
    yield from answer_faults(knowledge, folder)
    yield from vocabulary_faults(knowledge)
    if release:
        yield from release_faults(knowledge, folder)
        if handover.checked is None:
            yield f"{_shown(folder / 'handover.yml')}:1: the hours are not confirmed, check them and set the date"


def main() -> None:
    """Print the faults; exit 1 if there are any. RELEASE=1 also wants everything confirmed."""
    found = list(faults(release=os.environ.get("RELEASE") == "1"))
    for line in found:
        print(line)
    if found:
        sys.exit(1)
    print("knowledge/ is in order")


if __name__ == "__main__":
    main()
