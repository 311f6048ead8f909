"""What waits for one reader: numbered, in order, kept in memory until the reader has said that it is there."""

from __future__ import annotations

from collections import deque
from typing import Any

MOST = 500  # unread items; a reader so far behind is gone


class Full(RuntimeError):
    """The reader takes nothing."""


class Mailbox:
    """Items with consecutive numbers from 1."""

    def __init__(self) -> None:
        self._items: deque[tuple[int, Any]] = deque()
        self.last = 0

    def put(self, item: Any) -> int:
        """Add an item and return its number. Raises Full."""
        if len(self._items) >= MOST:
            raise Full
        self.last += 1
        self._items.append((self.last, item))
        return self.last

    def after(self, number: int) -> list[tuple[int, Any]]:
        """Return what came after `number`, oldest first."""
        return [(at, item) for at, item in self._items if at > number]

    def taken(self, number: int) -> None:
        """Forget everything up to `number`: it has been read."""
        while self._items and self._items[0][0] <= number:
            self._items.popleft()

    def __len__(self) -> int:
        return len(self._items)
