"""`make attack`: 20,000 generated requests to a bot of its own."""

from __future__ import annotations

import sys

from tests.attack.attack import attack_bot
from tests.conftest import serve

COUNT = 20_000


def main() -> None:
    """Attack, and say how often each status came."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with serve() as bot:
        statuses = attack_bot(bot.base, count)
    print(f"{sum(statuses.values()):,} requests, no fault; answers: {dict(sorted(statuses.items()))}")


if __name__ == "__main__":
    main()
