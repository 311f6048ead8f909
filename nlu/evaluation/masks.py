"""How much of the personal data in held-out texts is masked, by kind, and how many texts without any are touched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlu.mask import mask

HELD_OUT = Path(__file__).parents[2] / "tests" / "held_out"


def _lines(file: str) -> Iterator[dict[str, Any]]:
    for line in (HELD_OUT / file).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _hidden(text: str, wanted: list[list[str]]) -> Iterator[tuple[str, bool]]:
    """For each wanted span its kind, and whether one span of that kind covers it whole."""
    spans = mask(text)[1]
    start = 0
    for data, kind in wanted:
        # The spans are given in order; the same name may stand twice.
        at = text.find(data, start)
        at = at if at >= 0 else text.index(data)
        start = at + len(data)
        yield kind, any(span.type == kind and span.start <= at and span.end >= start for span in spans)


def mask_figures() -> dict[str, float]:
    """Return the share found of each kind ("masked phone"), of all but names together, and of traps left alone."""
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for line in _lines("mask.jsonl"):
        for kind, hidden in _hidden(line["text"], line["spans"]):
            wanted[kind] += 1
            found[kind] += hidden
    structured = [kind for kind in wanted if kind != "name"]
    traps = [bool(mask(line["text"])[1]) for line in _lines("mask_traps.jsonl")]
    return {
        **{f"masked {kind}": round(found[kind] / wanted[kind], 3) for kind in sorted(wanted)},
        "masked, all kinds but names": round(
            sum(found[kind] for kind in structured) / sum(wanted[kind] for kind in structured), 3
        ),
        "nothing personal, nothing masked": round(1 - sum(traps) / len(traps), 3),
    }
