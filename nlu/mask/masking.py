"""One small recogniser a kind of personal data; the words they need lie in `words.yml`.

Offsets are those of the text as given. Where spans overlap, the longest stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from bot.knowledge import knowledge
from bot.yaml_file import YamlFile
from nlu.mask.names import names

_LONGEST = 4_000  # characters; the channel refuses more than half of that


@dataclass(frozen=True)
class Span:
    """Personal data at `start` to `end` of the original text."""

    start: int
    end: int
    type: str


@cache
def _words(name: str) -> frozenset[str]:
    value = YamlFile(Path(__file__).parent / "words.yml").content[name]
    return frozenset(value.split() if isinstance(value, str) else value)


@cache
def _public_numbers() -> frozenset[str]:
    contacts = [contact.phone for contact in knowledge().contacts.values()]
    districts = [district.phone for district in knowledge().districts.values()]
    return frozenset(re.sub(r"\D", "", phone) for phone in (*contacts, *districts) if phone)


def _either(name: str) -> str:
    return "|".join(sorted(map(re.escape, _words(name)), key=len, reverse=True))


def _all(pattern: str, type_: str, text: str, group: int = 0, *, cased: bool = False) -> Iterator[Span]:
    for match in re.finditer(pattern, text, 0 if cased else re.IGNORECASE):
        yield Span(match.start(group), match.end(group), type_)


def _personnummer(text: str) -> Iterator[Span]:
    # A wrong check digit does not unmask: people mistype. Day + 60 is a samordningsnummer.
    date = r"(?:19|20)?\d{2}[ .-]?(?:0[1-9]|1[0-2])[ .-]?(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])"
    pattern = rf"(?<!\d){date} ?[-+–]? ?[\dTRSUWXJKLMN]\d{{3}}(?!\d)"
    for span in _all(pattern, "personnummer", text):
        # Ten digits in a row from 07 are oftener a mobile number; either way they are masked.
        if not re.fullmatch(r"07\d{8}", text[span.start : span.end]):
            yield span


def _phone(text: str) -> Iterator[Span]:
    for match in PhoneNumberMatcher(text, "SE", leniency=Leniency.VALID):
        national = re.sub(r"\D", "", phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.NATIONAL))
        if national not in _public_numbers():
            yield Span(match.start, match.end, "phone")
    yield from _all(r"(?<![\d-])(?:\+46|0046|0)[ -]?7[ -]?\d(?:[ -]?\d){7}(?!\d)", "phone", text)


def _email(text: str) -> Iterator[Span]:
    at = r"(?:@| ?\(at\) ?| ?\[at\] ?| snabel-?a )"
    dot = r"(?:\.| punkt | dot )"
    yield from _all(rf"[\w.+-]{{1,64}}{at}[\w-]{{1,64}}(?:{dot}[\w-]{{2,20}}){{1,3}}", "email", text)


def _ip(text: str) -> Iterator[Span]:
    byte = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
    yield from _all(rf"(?<![\d.])(?:{byte}\.){{3}}{byte}(?![\d.])", "ip", text)
    yield from _all(r"(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])", "ip", text)


def _account(text: str) -> Iterator[Span]:
    yield from _all(
        r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", "account", text, cased=True
    )
    yield from _all(r"(?<!\d)(?:\d{4}[ -]?){3}\d{4}(?!\d)", "account", text)
    yield from _all(
        rf"\b(?:{_either('account_before')})\w* (?:är |nr |nummer )?:? ?(\d[\d ,-]{{4,22}}\d)", "account", text, 1
    )


def _case_number(text: str) -> Iterator[Span]:
    yield from _all(r"(?<!\w)(?:\d{4}-)?K ?\d{4,7}-\d{2}(?!\d)", "case_number", text)
    yield from _all(r"(?<!\w)[BTÖM] ?\d{2,5}-\d{2}(?!\d)", "case_number", text, cased=True)
    number = r"([A-ZÅÄÖ]{0,4} ?\d{2,8}[-/:]?\d{0,6}(?:[-/:]\d{1,6})?)"
    yield from _all(rf"\b(?:{_either('case_before')})(?: är| nr| nummer)? ?:? ?{number}(?!\w)", "case_number", text, 1)


def _plate(text: str) -> Iterator[Span]:
    plate = r"[A-HJ-PR-UW-Z]{3} ?\d{2}[A-HJ-PR-UW-Z0-9]"
    yield from _all(rf"(?<!\w){plate}(?!\w)", "plate", text, cased=True)
    yield from _all(rf"\b(?:{_either('plate_before')})(?: är| med| har)? ?:? ?({plate})(?!\w)", "plate", text, 1)


def _profile_url(text: str) -> Iterator[Span]:
    sites = _either("profile_sites")
    yield from _all(rf"(?:https?://)?(?:www\.)?(?:{sites})(?:\.com|\.gg|\.se)?/[\w@./-]{{2,80}}", "profile_url", text)


def _username(text: str) -> Iterator[Span]:
    yield from _all(r"(?<![\w@.])@[\w.]{3,30}", "username", text)
    yield from _all(
        rf"\b(?:{_either('username_before')})(?: är| heter)? ?:? ?(?=[\w.]*[\d_.])([\w.]{{4,30}})(?<!\.)",
        "username",
        text,
        1,
    )


def _address(text: str) -> Iterator[Span]:
    endings = _either("street_endings")
    number = r" ?\d{1,3} ?[a-h]?\b(?:,? ?(?:lgh|lägenhet|port) ?\d{1,4})?(?:,? \d{3} ?\d{2}(?: [A-ZÅÄÖ][a-zåäö]+)?)?"
    yield from _all(rf"\b[\wåäö]{{2,25}}(?:{endings}){number}", "address", text)
    yield from _all(rf"\b[A-ZÅÄÖ][a-zåäö]+s (?:{endings}){number}", "address", text, cased=True)
    yield from _all(r"\b(?:lgh|lägenhet|lägenhetsnummer) ?:? ?\d{1,4}\b", "address", text)


def _name(text: str) -> Iterator[Span]:
    for start, end in names(text):
        yield Span(start, end, "name")


RECOGNISERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    _personnummer, _phone, _email, _ip, _account, _case_number, _plate, _profile_url, _username, _address, _name,
)  # fmt: skip


def find(text: str) -> list[Span]:
    """Return the spans of personal data in `text`, in order, without overlaps."""
    spans = sorted(
        (span for each in RECOGNISERS for span in each(text[:_LONGEST])), key=lambda s: (s.start - s.end, s.start)
    )
    kept: list[Span] = []
    for span in spans:
        if span.end > span.start and all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def mask(text: str) -> tuple[str, list[Span]]:
    """Return `text` with each span replaced by its type in brackets, and the spans."""
    spans = find(text)
    for span in reversed(spans):
        text = f"{text[: span.start]}[{span.type}]{text[span.end :]}"
    return text, spans
