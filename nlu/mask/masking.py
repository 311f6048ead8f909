"""Finds personal data in a message and puts its kind in its place.

Offsets are those of the text as given. Where spans overlap, the longest stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlu.mask import structured
from nlu.mask.names import names

_LONGEST = 4_000  # characters; the channel refuses more than half of that


@dataclass(frozen=True)
class Span:
    """Personal data at `start` to `end` of the original text."""

    start: int
    end: int
    type: str


# Of two that find the same, the first counts.
RECOGNISERS: dict[str, Callable[[str], structured.Found]] = {
    "personnummer": structured.personal_number,
    "phone": structured.phone,
    "email": structured.email,
    "ip": structured.ip,
    "account": structured.account,
    "case_number": structured.case_number,
    "plate": structured.plate,
    "profile_url": structured.profile_url,
    "username": structured.username,
    "address": structured.address,
    "name": names,
}


def find(text: str) -> list[Span]:
    """Return the spans of personal data in `text`, in order, without overlaps."""
    read = text[:_LONGEST]
    spans = [Span(start, end, kind) for kind, each in RECOGNISERS.items() for start, end in each(read)]
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if span.end > span.start and all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def mask(text: str) -> tuple[str, list[Span]]:
    """Return `text` with each span replaced by its type in brackets, and the spans."""
    spans = find(text)
    for span in reversed(spans):
        text = f"{text[: span.start]}[{span.type}]{text[span.end :]}"
    return text, spans
