"""Progress with the time that is left."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def progress(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items; print a line about each tenth second with the share done and the minutes left."""
    started = last = time.monotonic()
    for done, item in enumerate(items):
        now = time.monotonic()
        if now - last > 10:
            left = (now - started) / done * (len(items) - done)
            print(f"{what}: {done}/{len(items)}, about {left / 60:.1f} min left", file=sys.stderr, flush=True)
            last = now
        yield item
