"""What the visitor and the coordinator read of a hand-over, as replies of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.referral import referral_reply
from actions.replies import Button, Reply, label_buttons, payload, way_on_buttons
from bot.handover.settings import Branch, Settings
from bot.hours import opening_text
from bot.knowledge import Contact, knowledge
from bot.routing import route

if TYPE_CHECKING:
    from bot.handover.desk import Chat

SEEN = ("need", "role", "age_group", "district")  # all that a coordinator gets to know


def _reply(text: str, state: str, buttons: list[Button], **more: Any) -> Reply:
    return {"text": text, "buttons": buttons, "custom": {"kind": "handover", "state": state, **more}}


def _button(settings: Settings, text: str, intent: str) -> Button:
    return {"title": settings.texts[text], "payload": payload(intent)}


def about_titles(settings: Settings, about: Mapping[str, str]) -> dict[str, str]:
    """Return the Swedish words for what a coordinator sees; unknown values say nothing and are left out."""
    city, titles = knowledge(), {}
    for name in SEEN:
        value = about.get(name)
        if not value or value == "unknown":
            continue
        if name == "need":
            titles[name] = city.title(value)
        elif name == "role":
            titles[name] = settings.coordinator["roles"][value]
        elif name == "district" and value in city.districts:
            titles[name] = city.districts[value].name
        else:
            titles[name] = city.texts["questions"][name]["buttons"][value]
    return titles


def need_title(settings: Settings, chat: Chat) -> str:
    """Return the need as the queue shows it."""
    return about_titles(settings, chat.about).get("need", settings.coordinator["no_need"])


def offered(settings: Settings, branch: Branch, position: int, about: Mapping[str, str], before: str = "") -> Reply:
    """Ask whether a person shall take over, with what the person will see."""
    texts, known = settings.texts, about_titles(settings, about)
    offer = texts[branch.text].format(position=position)
    listed = [f"{texts['about'][name]} ({title})" for name, title in known.items()]
    joined_up = f" {texts['and']} ".join(part for part in (", ".join(listed[:-1]), *listed[-1:]) if part)
    shown = texts["shown"].format(about=joined_up) if listed else texts["shown_nothing"]
    text = f"{texts[before].format(offer=offer) if before else offer}\n{shown}"
    buttons = [_button(settings, "accept", "handover_accept"), _button(settings, "decline", "handover_decline")]
    return _reply(text, "offered", buttons, position=position, shown=known)


def unavailable(settings: Settings, branch: Branch, now: datetime) -> Reply:
    """Say at once that nobody can take over."""
    opens = opening_text(settings.hours, now, knowledge().texts["hours"])
    return _reply(settings.texts[branch.text].format(hours=settings.hours_text, opens=opens), "unavailable", [])


def another_way(now: datetime) -> Reply:
    """Return how to reach a person outside the chat."""
    city = knowledge()
    return referral_reply(city, route(city, "talk_to_human", {}), {}, now)


def waiting(settings: Settings, position: int, text: str = "waiting") -> Reply:
    """Say which place in the queue."""
    said = settings.texts[text].format(position=position)
    return _reply(said, "waiting", [_button(settings, "leave_queue", "handover_leave")], position=position)


def joined(settings: Settings, text: str = "joined", *, share: bool = False) -> Reply:
    """Say that a person is here, or something else while one is."""
    buttons = [_button(settings, "leave", "handover_leave")]
    if share:
        buttons.insert(0, _button(settings, "share", "handover_share"))
    return _reply(settings.texts[text], "joined", buttons)


def said(text: str) -> Reply:
    """Return what the coordinator wrote."""
    return {"text": text, "custom": {"kind": "handover", "state": "joined", "from": "coordinator"}}


def closed(settings: Settings, text: str, *, state: str = "closed") -> Reply:
    """Say that the person is gone and the bot answers again."""
    return _reply(settings.texts[text], state, way_on_buttons(knowledge()))


def declined(settings: Settings) -> Reply:
    """Say that no is fine."""
    city = knowledge()
    buttons = label_buttons(city, ["menu"]) + way_on_buttons(city)[1:]
    return _reply(settings.texts["declined"], "closed", buttons)


def contact(contact: Contact) -> str:
    """Return a contact as a coordinator can send it."""
    texts = knowledge().texts["referral"]
    phone = texts["phone"].format(phone=contact.phone) if contact.phone else texts["no_phone"]
    lines = [f"{contact.name}.", phone, contact.say, contact.hours_text, contact.what_happens, contact.instead]
    if contact.checked is None:
        lines.append(texts["unconfirmed"])
    return " ".join(part for part in lines if part)
