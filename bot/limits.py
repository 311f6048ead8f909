"""How fast one session may write. Nothing of the visitor's device or address is looked at."""

from __future__ import annotations

import math
import os
import time

BURST = 30  # messages at once
PER_SECOND = 1.0


class TooFast(RuntimeError):
    """Too many messages; `wait` seconds are left."""

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = max(1, math.ceil(wait))


class Pace:
    """A bucket of messages that refills; one a session."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._at = time.monotonic()

    def take(self) -> None:
        """Take one message. Raises TooFast. `CHAT_RATE_LIMIT=0` in the environment lifts the limit."""
        if os.environ.get("CHAT_RATE_LIMIT") == "0":
            return
        now = time.monotonic()
        self._left = min(float(BURST), self._left + (now - self._at) * PER_SECOND)
        self._at = now
        if self._left < 1:
            raise TooFast((1 - self._left) / PER_SECOND)
        self._left -= 1
