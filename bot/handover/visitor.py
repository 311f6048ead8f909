"""The visitor's side: who answers a message, the bot or a person, and when a person is offered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sanic import Sanic

from actions.replies import Reply
from bot.handover import words
from bot.handover.audit import audit
from bot.handover.desk import Desk, Visit
from bot.handover.settings import settings
from bot.hours import STOCKHOLM
from bot.knowledge import knowledge
from bot.last_resort import danger_in, emergency_for
from bot.payloads import as_rasa_reads_it
from bot.sessions import SESSIONS
from nlu.mask import mask

log = logging.getLogger(__name__)
_HUMAN = "talk_to_human"
# Of the dialogue's slots: what asking for a person must not overwrite, so that the bot can go on where it was.
_UNDER_WAY = ("need", "question", "asked", "moves")


def _alive(session: str, used: bool) -> bool:
    if used and SESSIONS.find(session):
        SESSIONS.touch(session)  # waiting is not idling
    return SESSIONS.find(session) is not None


DESK = Desk(settings(), alive=_alive, audit=audit)


# ---------------------------------------------------------------- before the bot


async def held(app: Sanic, session: str, message: str) -> list[Reply] | None:
    """Return the replies if this message is for the hand-over or a person; None if it is for the bot.

    `message` is masked, unless a button carries it.
    """
    visit = DESK.visit(session)
    if message in PAYLOADS:
        return [*PAYLOADS[message](visit), *_pending(visit)]
    chat = visit.chat
    if chat is None or chat.owner is None:
        found = SESSIONS.find(session)
        visit.before = dict(found.slots) if found else {}
        return None
    read = as_rasa_reads_it(message)
    if read.startswith("/"):
        return [words.joined(DESK.settings, text="with_person"), *_pending(visit)]
    DESK.write(chat, {"text": read})
    need = await _danger(app, read)
    if need is None:
        return _pending(visit)
    if visit.chat is chat:
        warning = DESK.settings.coordinator["warning"].format(need=knowledge().title(need).lower())
        DESK.write(chat, {"warning": warning})
    return [emergency_for(need), *_pending(visit)]


async def _danger(app: Sanic, text: str) -> str | None:
    """Return the need if the text tells of clear danger, by the judge, else by the patterns alone."""
    try:
        agent = getattr(app.ctx, "agent", None)
        if agent is not None and agent.is_ready():
            reading = (await agent.parse_message(text)).get("reading") or {}
            if reading.get("danger") == "clear":
                return str(reading["danger_need"])
    except Exception as error:
        log.error("a message to a person could not be judged: %s", type(error).__name__)
    return danger_in(text)


def in_talk(session: str) -> bool:
    """Return whether the visitor waits for a person, or talks with one."""
    visit = DESK.find(session)
    return visit is not None and visit.chat is not None


def _pending(visit: Visit) -> list[Reply]:
    """Return what waits for a page that has no live side: it gets it with the next answer."""
    if visit.live:
        return []
    waiting = visit.mailbox.after(0)
    visit.mailbox.taken(visit.mailbox.last)
    return [reply for _, reply in waiting]


# ---------------------------------------------------------------- what the buttons do


def _about(visit: Visit) -> dict[str, str]:
    """Return what a coordinator will see of what has been told."""
    found = SESSIONS.find(visit.session)
    slots = found.slots if found else {}
    told = {name: slots.get(name) for name in words.SEEN}
    told["age_group"] = told["age_group"] or slots.get("own_age_group")
    if told["need"] == _HUMAN:
        told["need"] = None
    return {name: str(value) for name, value in told.items() if value}


def _offer(visit: Visit, before: str = "") -> list[Reply]:
    branch, position = DESK.availability()
    if branch.state == "unavailable":
        return [words.unavailable(DESK.settings, branch, DESK.now())]
    visit.offered = visit.just_offered = True
    return [words.offered(DESK.settings, branch, position, _about(visit), before)]


def _accept(visit: Visit) -> list[Reply]:
    chat = visit.chat
    if chat:
        return [
            words.joined(DESK.settings, share=visit.can_share)
            if chat.owner
            else words.waiting(DESK.settings, chat.position)
        ]
    if not visit.offered or DESK.availability()[0].state == "unavailable":
        replies = _offer(visit)
        offered = replies[0]["custom"]["state"] == "offered"
        return replies if offered else [*replies, words.another_way(datetime.now(STOCKHOLM))]
    return [words.waiting(DESK.settings, DESK.enter(visit, _about(visit)))]


def _decline(visit: Visit) -> list[Reply]:
    visit.offered = False
    visit.suggested.add("failures")
    return [words.declined(DESK.settings)]


def _leave(visit: Visit) -> list[Reply]:
    text = "left_queue" if visit.chat and visit.chat.owner is None else "left"
    DESK.leave(visit)
    return [words.closed(DESK.settings, text)]


def _share(visit: Visit) -> list[Reply]:
    if visit.chat is None or visit.chat.owner is None or not visit.can_share:
        return [words.joined(DESK.settings, text="not_shared") if visit.chat else words.closed(DESK.settings, "left")]
    visit.share_asked = True
    visit.bell.ring()
    return []


PAYLOADS: dict[str, Callable[[Visit], list[Reply]]] = {
    "/handover_accept": _accept,
    "/handover_decline": _decline,
    "/handover_leave": _leave,
    "/handover_share": _share,
    "/handover_news": lambda visit: [],
}


def share(visit: Visit, messages: list[str]) -> None:
    """Give the person what the visitor chose to show of what still stood on the page, masked. Nothing is kept."""
    chat = visit.chat
    if chat is None or chat.owner is None:
        return
    DESK.write(chat, {"shared": [mask(message)[0] for message in messages]})
    DESK.tell(visit, words.joined(DESK.settings, text="shared"))


# ---------------------------------------------------------------- after the bot


def with_offer(session: str, replies: list[Reply]) -> list[Reply]:
    """Add the offer of a person where one is asked for, where the bot fails, and after certain needs."""
    visit = DESK.visit(session)
    customs: list[dict[str, Any]] = [reply.get("custom") or {} for reply in replies]
    kinds = [custom.get("kind") for custom in customs]
    answering, visit.just_offered = visit.just_offered, False
    visit.failures = visit.failures + 1 if "fallback" in kinds else 0
    if visit.chat or "emergency" in kinds:
        return replies
    if answering and customs and customs[0].get("notice") in ("affirm", "deny"):
        return _accept(visit) if customs[0]["notice"] == "affirm" else _decline(visit)
    asked = next((at for at, custom in enumerate(customs) if _is_referral(custom) and custom["need"] == _HUMAN), None)
    if asked is not None:
        _go_on_where_it_was(visit)
        offer = _offer(visit)
        if offer[0]["custom"]["state"] == "offered":
            return replies[:asked] + offer + replies[asked + 1 :]
        return replies[:asked] + offer + replies[asked:]
    return replies + _suggestion(visit, [custom["need"] for custom in customs if _is_referral(custom)])


def _is_referral(custom: dict[str, Any]) -> bool:
    return custom.get("kind") == "referral"


def _suggestion(visit: Visit, needs: list[str]) -> list[Reply]:
    """Return the offer that nobody has asked for: only when somebody is there, and once for the same reason."""
    why = next((need for need in needs if need in DESK.settings.after_needs), None)
    if why is None and visit.failures >= DESK.settings.after_failures:
        why, visit.failures = "failures", 0
    if why is None or why in visit.suggested or DESK.availability()[0].state == "unavailable":
        return []
    if why != "failures":
        visit.suggested.add(why)
    return _offer(visit, "suggest" if why == "failures" else "suggest_need")


def _go_on_where_it_was(visit: Visit) -> None:
    """Asking for a person is no new matter: the need and the question under way stay."""
    found = SESSIONS.find(visit.session)
    if found and visit.before.get("need"):
        found.slots = {**visit.before, **found.slots, **{name: visit.before.get(name) for name in _UNDER_WAY}}
        found.slots = {name: value for name, value in found.slots.items() if value is not None}
