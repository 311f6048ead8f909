"""`make privacy`: three bots, three ways to end, all paths. Exits 1 if anything of a visitor is found."""

from __future__ import annotations

import sys

from tests.privacy.proof import prove
from tests.privacy.visits import EVERYTHING, STOPS, astray, goodbyes, personal, wrong


def main() -> None:
    """Print what was searched and what was found."""
    clean = True
    for title, visits, how, stop in (
        ("Every path, then SIGTERM", EVERYTHING, (), "SIGTERM"),
        ("Every path, then kill -9", EVERYTHING, (), "kill -9"),
        ("Without a model, then SIGABRT", (personal, wrong, astray, goodbyes), ("no-model",), "SIGABRT"),
    ):
        print(f"{title}:", flush=True)
        report = prove(visits, how, STOPS[stop])
        print(report, flush=True)
        clean &= report.clean
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
