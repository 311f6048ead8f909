"""Where to turn: the referral and the emergency reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions.replies import Button, Reply, label_buttons, payload, way_on_buttons
from bot.hours import opening_text
from bot.knowledge import Contact, Knowledge
from bot.routing import Route, Slots

_DISTRICT_CONTACT = "district_social_services"


def card(knowledge: Knowledge, contact_id: str, slots: Slots, now: datetime) -> dict[str, Any]:
    """Return what a visitor needs to know of a contact, the district's own record where it is known."""
    contact = knowledge.contacts[contact_id]
    name, phone, instead, checked = contact.name, contact.phone, contact.instead, contact.checked
    district = knowledge.districts.get(slots.get("district", ""))
    if contact_id == _DISTRICT_CONTACT and district:
        name = knowledge.texts["referral"]["district"].format(at=district.at)
        phone, instead, checked = district.phone, district.instead, district.checked
    elif contact_id == _DISTRICT_CONTACT:
        instead = f"{instead} {knowledge.texts['referral']['district_unknown']}".strip()
    return {
        "id": contact_id,
        "name": name,
        "phone": phone,
        "say": contact.say,
        "open": _opening(knowledge, contact, now),
        "what_happens": contact.what_happens,
        "instead": instead,
        "web": contact.web,
        "unconfirmed": checked is None,
    }


def _opening(knowledge: Knowledge, contact: Contact, now: datetime) -> str:
    if contact.hours is None and contact.hours_text:
        return contact.hours_text
    return opening_text(contact.hours, now, knowledge.texts["hours"])


def _first(knowledge: Knowledge, first: dict[str, Any], because: str) -> list[str]:
    texts = knowledge.texts["referral"]
    lines = [texts["first"].format(name=first["name"])]
    if first["phone"]:
        phone = texts["phone"].format(phone=first["phone"])
        lines.append(" ".join(part for part in (phone, first["say"], first["open"]) if part))
    else:
        lines.append(f"{texts['no_phone']} {first['instead']}".strip())
    if first["unconfirmed"]:
        lines[-1] += f" {texts['unconfirmed']}"
    return [*lines, because, first["what_happens"]]


def referral_reply(
    knowledge: Knowledge, route: Route, slots: Slots, now: datetime, *, before: str = "", simple: bool = False
) -> Reply:
    """Return the referral: who, number, open now, why, what happens, a second way, related questions.

    `custom.lead` is what stands above the cards where they are drawn; without it the text is all.
    """
    texts = knowledge.texts["referral"]
    cards = [card(knowledge, contact, slots, now) for contact in route.contacts]
    first, rest = cards[0], cards[1:]
    if simple:
        lines = [
            texts["simple"].format(name=first["name"], phone=_phone(texts, first))
            if first["phone"]
            else texts["simple_no_phone"].format(name=first["name"], instead=first["instead"])
        ]
    else:
        lead = [before] if before else []
        if route.other_municipality:
            lead.append(texts["other_municipality"])
        lines = lead + _first(knowledge, first, route.because)
        if rest:
            second = next((each for each in rest if each["phone"]), rest[0])
            lines.append(texts["second"].format(name=second["name"], phone=_phone(texts, second)))
        lines.append(texts["more"])
    custom: dict[str, Any] = {
        "kind": "referral",
        "need": route.need,
        "contacts": list(route.contacts),
        "district": slots.get("district"),
        "rule": route.rule,
        "because": route.because,
        "cards": cards,
    }
    if not simple:
        custom["lead"] = lead
    if route.caution:
        custom["caution"] = [route.caution]
    return {"text": "\n".join(lines), "buttons": _after(knowledge, route, simple), "custom": custom}


def _phone(texts: dict[str, str], shown: dict[str, Any]) -> str:
    """Return ", telefon …", unless there is none or the name is the number."""
    if not shown["phone"] or shown["phone"] in shown["name"]:
        return ""
    return texts["second_phone"].format(phone=shown["phone"])


def _after(knowledge: Knowledge, route: Route, simple: bool) -> list[Button]:
    buttons = label_buttons(knowledge, knowledge.needs[route.need].related)
    if not simple:
        buttons.append({"title": knowledge.texts["buttons"]["simplify"], "payload": payload("simplify")})
    ways = way_on_buttons(knowledge)
    return buttons + (ways[:1] if route.need == "talk_to_human" else ways)


def emergency_reply(knowledge: Knowledge, route: Route, slots: Slots, now: datetime) -> Reply:
    """Return two short sentences on where to call, then that the bot stays."""
    texts = knowledge.texts["emergency"]
    about_self = slots.get("role") not in ("relative", "professional", "association")
    if route.need != "suicidal":
        opening, stay = texts["clear"], texts["stay_safe"]
    elif route.contacts[0] == "emergency":
        opening, stay = texts["suicide_now_self" if about_self else "suicide_now"], texts["stay"]
    else:
        opening, stay = texts["suicide"], texts["stay"]
    cards = [card(knowledge, contact, slots, now) for contact in route.contacts]
    ways = [each["name"] + _phone(knowledge.texts["referral"], each) + "." for each in cards[1:] if each["phone"]]
    lead = [opening, f"{knowledge.needs[route.need].opening} {stay}"]
    return {
        "text": "\n".join([*lead, *ways]),
        "buttons": label_buttons(knowledge, knowledge.needs[route.need].related) + way_on_buttons(knowledge)[1:],
        "custom": {
            "kind": "emergency",
            "need": route.need,
            "contacts": list(route.contacts),
            "rule": route.rule,
            "because": route.because,
            "cards": cards,
            "lead": lead,
        },
    }
