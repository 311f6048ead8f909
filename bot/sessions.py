"""Sessions: ids issued by the server, state without words, in memory, bounded and forgotten.

An id is looked up by a digest under a key of this process. So the time that a look-up takes tells nothing of any id
(whoever guesses cannot steer the digest), and who reads the memory finds no id to take over a conversation with.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.limits import Pace

IDLE_SECONDS = 30 * 60
MOST_SESSIONS = 10_000


class UnknownSession(LookupError):
    """The id was never issued, was ended, or has expired."""


class TooManySessions(RuntimeError):
    """The bound is reached, and no session has expired."""


@dataclass
class Session:
    """When it was last used, and its slots: ids and values of the vocabulary, no words."""

    used: float
    slots: dict[str, Any] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)


class Sessions:
    """All sessions of this process, the longest unused first."""

    def __init__(self, *, idle: float = IDLE_SECONDS, most: int = MOST_SESSIONS) -> None:
        self.idle, self.most = idle, most
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()
        self._key = secrets.token_bytes(32)

    def _place(self, id_: str) -> bytes:
        return hashlib.blake2b(id_.encode("utf-8", "replace"), key=self._key, digest_size=32).digest()

    def __len__(self) -> int:
        return len(self._sessions)

    def issue(self) -> str:
        """Return a new id of 192 random bits. Raises TooManySessions."""
        self.forget_expired()
        if len(self._sessions) >= self.most:
            raise TooManySessions
        id_ = secrets.token_urlsafe(24)
        self._sessions[self._place(id_)] = Session(time.monotonic())
        return id_

    def touch(self, id_: str) -> Session:
        """Return the session and keep it for another while. Raises UnknownSession."""
        self.forget_expired()
        place = self._place(id_)
        session = self._sessions.get(place)
        if session is None:
            raise UnknownSession
        session.used = time.monotonic()
        self._sessions.move_to_end(place)
        return session

    def find(self, id_: str) -> Session | None:
        """Return the session if it lives."""
        return self._sessions.get(self._place(id_))

    def end(self, id_: str) -> None:
        """Forget it, known or not."""
        self._sessions.pop(self._place(id_), None)

    def forget_expired(self) -> None:
        """Forget what has not been used for the idle time."""
        limit = time.monotonic() - self.idle
        while self._sessions:
            place, session = next(iter(self._sessions.items()))
            if session.used > limit:
                return
            del self._sessions[place]

    def clear(self) -> None:
        """Forget everything."""
        self._sessions.clear()


SESSIONS = Sessions()


class ForgetfulTrackerStore(TrackerStore):
    """Keeps of a tracker its slots only: no message, no event outlives the turn."""

    def __init__(
        self, domain: Domain | None, event_broker: EventBroker | None = None, sessions: Sessions = SESSIONS, **_: Any
    ) -> None:
        super().__init__(domain, None)
        self._sessions = sessions

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the slots of a session that lives; anything else is dropped."""
        session = self._sessions.find(tracker.sender_id)
        if session is not None:
            session.slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a tracker that remembers the slots and listens."""
        session = self._sessions.find(sender_id)
        if session is None:
            return None
        tracker = self.init_tracker(sender_id)
        known = {name: value for name, value in session.slots.items() if name in tracker.slots}
        for name, value in known.items():
            tracker.update(SlotSet(name, value))
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def keys(self) -> Iterable[str]:
        """Return nothing: the ids are not known here."""
        return ()
