"""Who is on duty, who waits, and who talks with whom. All of it in memory, and nothing outlives a chat.

The desk knows neither HTTP nor WebSockets: links (`bot/handover/links.py`) read what waits in mailboxes when a bell
rings. Whoever breaks a rule gets a `Refusal`, and nothing has changed.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.handover import words
from bot.handover.mailbox import Full, Mailbox
from bot.handover.settings import Branch, Settings
from bot.hours import STOCKHOLM, is_holiday, opening_state


class Refusal(Exception):
    """What was asked for is not possible; `error` is an id under coordinator.errors of handover.yml."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Bell:
    """Wakes every link that listens."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def listen(self) -> asyncio.Event:
        """Return an event that is set at each ring until `leave`; it is set at first."""
        event = asyncio.Event()
        event.set()
        self._listeners.add(event)
        return event

    def leave(self, event: asyncio.Event) -> None:
        """Stop listening."""
        self._listeners.discard(event)

    def ring(self) -> None:
        """Wake all."""
        for event in self._listeners:
            event.set()


@dataclass
class Visit:
    """A visitor's side: what waits for the page, and what the offer needs to know. Ids and numbers, besides that."""

    session: str
    seen: float  # when a link was last open, or a message came
    mailbox: Mailbox = field(default_factory=Mailbox)
    bell: Bell = field(default_factory=Bell)
    links: int = 0
    live: bool = False  # whether there ever was a link
    can_share: bool = False  # whether the page can show what was written before
    taken: int = 0  # the last numbered message that has arrived
    failures: int = 0  # fallbacks in a row
    offered: bool = False  # an offer has been made
    just_offered: bool = False  # and it was the last thing that was said
    share_asked: bool = False  # the page shall send what it still shows
    suggested: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)  # the dialogue's slots from before the turn
    chat: Chat | None = None


@dataclass
class Chat:
    """One visitor in the queue or with a person."""

    id: str  # what coordinators call it; tells nothing of the session
    visit: Visit
    about: dict[str, str]
    since: float
    wrote: float
    owner: str | None = None
    position: int = 0
    said: int = 0  # the last of the coordinator's messages that has arrived
    lines: Mailbox = field(default_factory=Mailbox)
    visitor_types: bool = False
    coordinator_types: bool = False
    warned: bool = False


@dataclass
class Coordinator:
    """Somebody who is logged in."""

    name: str
    left: float
    page: str = ""  # the page opened last; an older one is told that it is replaced
    on_duty: bool = False
    links: int = 0
    bell: Bell = field(default_factory=Bell)


class Desk:
    """The duty list, the queue and the chats of this process.

    `clock` gives seconds, `now` the time in Stockholm. `alive` says whether a session lives, told whether it is used
    now. `audit` gets what a coordinator did, and the name.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(STOCKHOLM),
        alive: Callable[[str, bool], bool] = lambda session, used: True,
        audit: Callable[[str, str], None] = lambda what, name: None,
    ) -> None:
        self.settings, self.clock, self.now = settings, clock, now
        self._alive, self._audit = alive, audit
        self._visits: dict[str, Visit] = {}
        self.queue: list[Chat] = []
        self._chats: dict[str, Chat] = {}
        self._coordinators: dict[str, Coordinator] = {}
        self.outcomes: Counter[str] = Counter()
        self.version = 0  # of what coordinators see

    # ------------------------------------------------------------ visitors

    def visit(self, session: str) -> Visit:
        """Return the visitor's side, made when it is first asked for."""
        if session not in self._visits:
            self._visits[session] = Visit(session, self.clock())
        return self._visits[session]

    def find(self, session: str) -> Visit | None:
        """Return the visitor's side if there is one."""
        return self._visits.get(session)

    def forget(self, session: str) -> None:
        """Wipe everything of a session."""
        visit = self._visits.pop(session, None)
        if visit:
            self._end(visit)
            visit.bell.ring()

    def clear(self) -> None:
        """Wipe everything."""
        for session in list(self._visits):
            self.forget(session)
        self._coordinators.clear()

    def availability(self) -> tuple[Branch, int]:
        """Return the row of the tree that holds now, and the place that a newcomer would get."""
        now, waiting = self.now(), len(self.queue)
        on_duty = [each for each in self._coordinators.values() if each.on_duty]
        places = sum(max(0, self.settings.chats_each - len(self._of(each.name))) for each in on_duty)
        holds = {
            "holiday": self.settings.hours.closed_on_holidays and is_holiday(now.astimezone(STOCKHOLM).date()),
            "outside_hours": not opening_state(self.settings.hours, now).open,
            "nobody_on_duty": not on_duty,
            "queue_full": waiting >= self.settings.most_waiting,
            "someone_free": places > waiting,
            None: True,
        }
        return next(branch for branch in self.settings.tree if holds[branch.condition]), waiting + 1

    def tell(self, visit: Visit, reply: words.Reply) -> None:
        """Put a reply in the visitor's mailbox. A page that takes nothing is gone."""
        try:
            visit.mailbox.put(reply)
        except Full:
            self.forget(visit.session)
        visit.bell.ring()

    def enter(self, visit: Visit, about: dict[str, str]) -> int:
        """Put the visitor last in the queue and return the place. Raises Refusal."""
        if visit.chat:
            raise Refusal("taken")
        now = self.clock()
        chat = Chat(secrets.token_urlsafe(9), visit, about, now, now)
        visit.chat, visit.seen, visit.offered = chat, now, False
        self._chats[chat.id] = chat
        self.queue.append(chat)
        chat.position = len(self.queue)
        self._changed()
        return chat.position

    def leave(self, visit: Visit) -> None:
        """Take the visitor out of the queue, or away from the person."""
        self._end(visit)

    def write(self, chat: Chat, line: dict[str, Any]) -> None:
        """Give a line of the visitor to the owner."""
        chat.wrote = chat.visit.seen = self.clock()
        chat.warned = chat.visitor_types = False
        try:
            chat.lines.put(line)
        except Full:
            self._lose(chat)
        self._ring(chat.owner)

    def visitor_types(self, visit: Visit, on: bool) -> None:
        """Remember that the visitor is typing; what is typed is never known."""
        if visit.chat and visit.chat.owner and visit.chat.visitor_types != on:
            visit.chat.visitor_types = on
            self._changed()

    def visitor_came(self, visit: Visit) -> None:
        """A link of the visitor is open."""
        visit.links += 1
        visit.live, visit.seen = True, self.clock()
        self._changed()

    def visitor_went(self, visit: Visit) -> None:
        """A link of the visitor is closed."""
        visit.links -= 1
        visit.seen = self.clock()
        self._changed()

    # ------------------------------------------------------------ coordinators

    def came(self, name: str) -> Coordinator:
        """A link of the coordinator is open."""
        coordinator = self._coordinators.setdefault(name, Coordinator(name, self.clock()))
        coordinator.links += 1
        return coordinator

    def coordinator(self, name: str) -> Coordinator | None:
        """Return who has a page open, or had one until just now."""
        return self._coordinators.get(name)

    def went(self, coordinator: Coordinator) -> None:
        """A link of the coordinator is closed."""
        coordinator.links -= 1
        coordinator.left = self.clock()

    def duty(self, name: str, on: bool) -> None:
        """Go on or off duty. Raises Refusal while chats are open."""
        coordinator = self._coordinators.get(name)
        if coordinator is None:
            raise Refusal("not_logged_in")
        if not on and self._of(name):
            raise Refusal("open_chats")
        if coordinator.on_duty != on:
            coordinator.on_duty = on
            self._audit("on duty" if on else "off duty", name)
            self._send_queue_home_if_alone()
            self._changed()

    def take(self, name: str, chat_id: str) -> None:
        """Take a chat out of the queue. Raises Refusal: one gets it, the other is told."""
        self._must_be_on_duty(name)
        chat = self._chat(chat_id)
        if chat.owner is not None:
            raise Refusal("taken")
        if len(self._of(name)) >= self.settings.chats_each:
            raise Refusal("enough")
        self.queue.remove(chat)
        chat.owner, chat.wrote = name, self.clock()
        self.tell(chat.visit, words.joined(self.settings, share=chat.visit.can_share))
        self._changed()

    def say(self, name: str, chat_id: str, number: int, text: str) -> None:
        """Give the coordinator's text to the visitor. A number that has come before is not given twice."""
        chat = self._own(name, chat_id)
        if number > chat.said + 1:
            raise Refusal("out_of_step")
        if number <= chat.said:
            return
        chat.said, chat.wrote, chat.warned, chat.coordinator_types = number, self.clock(), False, False
        self.tell(chat.visit, words.said(text))

    def coordinator_types(self, name: str, chat_id: str, on: bool) -> None:
        """Tell the visitor that the person is typing."""
        chat = self._own(name, chat_id)
        chat.coordinator_types = on
        chat.visit.bell.ring()

    def hand_over(self, name: str, chat_id: str, to: str) -> None:
        """Give the chat to a colleague on duty. What has been read stays behind."""
        chat = self._own(name, chat_id)
        colleague = self._coordinators.get(to)
        if colleague is None or not colleague.on_duty or to == name:
            raise Refusal("no_colleague")
        chat.owner, chat.said, chat.coordinator_types = to, 0, False
        self.tell(chat.visit, words.joined(self.settings, text="passed"))
        self._changed()

    def close(self, name: str, chat_id: str, outcome: str) -> None:
        """End the chat and count its outcome."""
        chat = self._own(name, chat_id)
        if outcome not in self.settings.outcomes:
            raise Refusal("wrong_event")
        self.outcomes[outcome] += 1
        self.tell(chat.visit, words.closed(self.settings, "closed_by_person"))
        self._end(chat.visit)

    def read(self, name: str, chat_id: str, number: int) -> None:
        """Forget the visitor's lines up to `number`: the coordinator has them."""
        self._own(name, chat_id).lines.taken(number)

    def state(self, name: str) -> dict[str, Any]:
        """Return what the coordinator's page shows, but for the lines. Seconds for `waited`."""
        coordinator, now = self._coordinators[name], self.clock()
        return {
            "type": "state",
            "name": name,
            "on_duty": coordinator.on_duty,
            "waiting": [
                {"chat": chat.id, "need": words.need_title(self.settings, chat), "waited": round(now - chat.since)}
                for chat in (self.queue if coordinator.on_duty else [])
            ],
            "chats": [
                {
                    "chat": chat.id,
                    "about": words.about_titles(self.settings, chat.about),
                    "said": chat.said,
                    "typing": chat.visitor_types,
                    "connected": bool(chat.visit.links) or not chat.visit.live,
                }
                for chat in self._of(name)
            ],
            "colleagues": sorted(
                each.name for each in self._coordinators.values() if each.on_duty and each.name != name
            ),
        }

    def lines(self, name: str) -> list[tuple[str, Mailbox]]:
        """Return each of the coordinator's chats with what has not been read."""
        return [(chat.id, chat.lines) for chat in self._of(name)]

    # ------------------------------------------------------------ time passes

    def tick(self) -> None:
        """Notice who is gone, and what has been silent for too long."""
        now, times = self.clock(), self.settings.times
        for session, visit in list(self._visits.items()):
            grace = times["visitor_grace"] if visit.live else times["without_live"]
            lives = self._alive(session, bool(visit.chat and visit.links))
            if not lives or (visit.chat and not visit.links and now - visit.seen > grace):
                self.forget(session)
        for coordinator in list(self._coordinators.values()):
            if not coordinator.links and now - coordinator.left > times["coordinator_grace"]:
                self._gone(coordinator)
        for chat in list(self._chats.values()):
            if chat.owner is None:
                continue
            if now - chat.wrote > times["idle"]:
                self.tell(chat.visit, words.closed(self.settings, "idle"))
                self._end(chat.visit)
            elif now - chat.wrote > times["idle_warning"] and not chat.warned:
                chat.warned = True
                self.tell(chat.visit, words.joined(self.settings, text="idle_warning"))

    def _gone(self, coordinator: Coordinator) -> None:
        """The coordinator's browser is gone: the visitors are told, and wait first in line or go back to the bot."""
        del self._coordinators[coordinator.name]
        if coordinator.on_duty:
            self._audit("off duty, connection lost", coordinator.name)
        for chat in self._of(coordinator.name)[::-1]:
            self._lose(chat)
        self._send_queue_home_if_alone()
        self._changed()

    def _lose(self, chat: Chat) -> None:
        if not any(each.on_duty and each.name != chat.owner for each in self._coordinators.values()):
            self.tell(chat.visit, words.closed(self.settings, "lost_closed"))
            self._end(chat.visit)
            return
        chat.owner, chat.said, chat.coordinator_types, chat.visitor_types = None, 0, False, False
        self.queue.insert(0, chat)
        chat.position = 1
        self.tell(chat.visit, words.waiting(self.settings, 1, "lost_requeued"))
        self._queue_moved()

    def _send_queue_home_if_alone(self) -> None:
        if any(each.on_duty for each in self._coordinators.values()):
            return
        for chat in list(self.queue):
            self.tell(chat.visit, words.closed(self.settings, "nobody_left", state="unavailable"))
            self._end(chat.visit)

    # ------------------------------------------------------------ helpers

    def _of(self, name: str) -> list[Chat]:
        return [chat for chat in self._chats.values() if chat.owner == name]

    def _chat(self, chat_id: str) -> Chat:
        if chat_id not in self._chats:
            raise Refusal("gone")
        return self._chats[chat_id]

    def _own(self, name: str, chat_id: str) -> Chat:
        chat = self._chat(chat_id)
        if chat.owner != name:
            raise Refusal("not_yours")
        return chat

    def _must_be_on_duty(self, name: str) -> None:
        coordinator = self._coordinators.get(name)
        if coordinator is None or not coordinator.on_duty:
            raise Refusal("off_duty")

    def _end(self, visit: Visit) -> None:
        chat, visit.chat = visit.chat, None
        if chat is None:
            return
        del self._chats[chat.id]
        if chat in self.queue:
            self.queue.remove(chat)
        self._changed()
        visit.bell.ring()

    def _queue_moved(self) -> None:
        for place, chat in enumerate(self.queue, 1):
            if place != chat.position:
                chat.position = place
                self.tell(chat.visit, words.waiting(self.settings, place, "moved"))

    def _ring(self, name: str | None) -> None:
        if name in self._coordinators:
            self._coordinators[name].bell.ring()

    def _changed(self) -> None:
        self.version += 1
        self._queue_moved()
        for coordinator in self._coordinators.values():
            coordinator.bell.ring()
