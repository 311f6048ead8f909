"""Replies as the contract has them: text, buttons, and `custom` that says what they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.knowledge import Answer, Knowledge

Reply = dict[str, Any]
Button = dict[str, str]


def payload(intent: str, **entities: str) -> str:
    """Return a Rasa payload."""
    return f"/{intent}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


def label_buttons(knowledge: Knowledge, labels: Sequence[str]) -> list[Button]:
    """Return a button for each need, answer or `menu`."""
    titles = {"menu": knowledge.texts["buttons"]["menu"]}
    return [{"title": titles.get(label) or knowledge.title(label), "payload": payload(label)} for label in labels]


def way_on_buttons(knowledge: Knowledge) -> list[Button]:
    """Return the two buttons that are always a way on."""
    texts = knowledge.texts["buttons"]
    return [
        {"title": texts["something_else"], "payload": payload("menu")},
        {"title": texts["human"], "payload": payload("talk_to_human")},
    ]


def notice(knowledge: Knowledge, name: str, text: str, labels: Sequence[str] = (), **more: Any) -> Reply:
    """Return a reply of kind notice."""
    return {
        "text": text,
        "buttons": label_buttons(knowledge, labels),
        "custom": {"kind": "notice", "notice": name, **more},
    }


def answer_reply(knowledge: Knowledge, answer: Answer, *, simple: bool) -> Reply:
    """Return an answer word for word, with its source and date."""
    texts = knowledge.texts["answer"]
    checked = texts["checked"].format(checked=answer.checked) if answer.checked else texts["unchecked"]
    body = answer.simple if simple else f"{answer.text}\n\n{texts['source'].format(source=answer.source)} {checked}"
    related = [label for label in answer.related if label != answer.id][:3]
    buttons = label_buttons(knowledge, related)
    if not simple:
        buttons.append({"title": knowledge.texts["buttons"]["simplify"], "payload": payload("simplify")})
    return {
        "text": body,
        "buttons": [*buttons, *way_on_buttons(knowledge)[1:]],
        "custom": {
            "kind": "answer",
            "answer": answer.id,
            "source": answer.source,
            "source_url": answer.source_url,
            "checked": answer.checked,
        },
    }


def question_reply(
    knowledge: Knowledge, need: str, slot: str, *, about_self: bool, simple: bool = False, before: str = ""
) -> Reply:
    """Return the question for `slot`, with buttons, "vet inte" and "vill inte säga"."""
    questions = knowledge.texts["questions"]
    texts = questions[slot]
    text = (
        texts["simple"] if simple else texts.get(need) or texts.get("self" if about_self else "other") or texts["text"]
    )
    told = [text] if simple else [before, text, texts["why"], questions["need_not"]]
    choices = {**(texts.get("buttons_for", {}).get(need) or texts["buttons"])}
    buttons = [{"title": title, "payload": payload("inform", **{slot: value})} for value, title in choices.items()]
    for title in (questions["do_not_know"], questions["rather_not"]):
        buttons.append({"title": title, "payload": payload("inform", **{slot: "unknown"})})
    return {
        "text": " ".join(part for part in told if part),
        "buttons": buttons,
        "custom": {"kind": "question", "slot": slot, "need": need},
    }
