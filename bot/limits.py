"""How fast one session and one sender may write. No address is kept: see `Senders`."""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import time

BURST, PER_SECOND = 30, 1.0  # messages of one session
SENDER_BURST, SENDER_PER_SECOND = 600, 10.0  # requests from one address; a library or a school shares one
FORGET_SENDERS = 10 * 60  # seconds
MOST_SENDERS = 100_000


class TooFast(RuntimeError):
    """Too many at once; `wait` seconds are left."""

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = max(1, math.ceil(wait))


class BadProxies(ValueError):
    """CHAT_PROXIES is no number."""


def proxies() -> int:
    """Return how many proxies of the city's own stand before the bot (CHAT_PROXIES). Raises BadProxies."""
    text = os.environ.get("CHAT_PROXIES", "0")
    if not text.isdigit():
        raise BadProxies(f"CHAT_PROXIES is {text!r}: give the number of proxies before the bot, 0 for none.")
    return int(text)


class Pace:
    """A bucket of `burst` that refills by `per_second`."""

    def __init__(self, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._burst, self._per_second = float(burst), per_second
        self._left = self._burst
        self._at = time.monotonic()

    def take(self) -> None:
        """Take one. Raises TooFast. `CHAT_RATE_LIMIT=0` in the environment lifts the limit."""
        if os.environ.get("CHAT_RATE_LIMIT") == "0":
            return
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            raise TooFast((1 - self._left) / self._per_second)
        self._left -= 1


class Senders:
    """A pace for each address, by a digest under a salt that is thrown away, with all paces, every ten minutes.

    Without the salt, nobody can try addresses until one fits; the salt is never written anywhere.
    """

    def __init__(self) -> None:
        self._forget()

    def __len__(self) -> int:
        return len(self._paces)

    def _forget(self) -> None:
        self._salt, self._since = secrets.token_bytes(32), time.monotonic()
        self._paces: dict[bytes, Pace] = {}

    def take(self, address: str) -> None:
        """Take one request of `address`. Raises TooFast."""
        if time.monotonic() - self._since > FORGET_SENDERS or len(self._paces) >= MOST_SENDERS:
            self._forget()
        digest = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        self._paces.setdefault(digest, Pace(SENDER_BURST, SENDER_PER_SECOND)).take()
