"""Opening hours, as an official writes them, and what they mean right now in Stockholm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_GROUPS = {"vardagar": (0, 1, 2, 3, 4), "alla dagar": tuple(range(7)), "helger": (5, 6)}
_PART = re.compile(r"(?P<days>[a-zåäö –-]+?)\s+(?P<start>\d{1,2}(?:[.:]\d\d)?)\s*[-–]\s*(?P<end>\d{1,2}(?:[.:]\d\d)?)")


@dataclass(frozen=True)
class Span:
    """One stretch of a weekday (0 is Monday); `end` at or before `start` means the next day."""

    day: int
    start: time
    end: time


@dataclass(frozen=True)
class Hours:
    """When a contact answers. No spans means day and night."""

    spans: tuple[Span, ...] = ()
    closed_on_holidays: bool = False

    @property
    def always(self) -> bool:
        """Whether it is open day and night."""
        return not self.spans


@dataclass(frozen=True)
class State:
    """Open or not, and the moment when that changes (None: never)."""

    open: bool
    changes: datetime | None


def _clock(text: str) -> time:
    hour, _, minute = text.replace(".", ":").partition(":")
    if not (0 <= int(hour) <= 24 and 0 <= int(minute or 0) < 60):
        raise ValueError(f"{text} is not a time of day")
    return time(int(hour) % 24, int(minute or 0))


def _days(text: str) -> tuple[int, ...]:
    text = text.strip()
    if text in _GROUPS:
        return _GROUPS[text]
    if text in _DAYS:
        return (_DAYS.index(text),)
    ends = [part.strip() for part in re.split(r"[-–]", text)]
    if len(ends) == 2 and all(day in _DAYS for day in ends):
        start, end = (_DAYS.index(day) for day in ends)
        return tuple(range(start, end + 1))
    raise ValueError(f"{text!r} is not a day: write vardagar, alla dagar, helger, måndag … söndag or måndag-torsdag")


def parse_hours(text: str | None, *, closed_on_holidays: bool = False) -> Hours | None:
    """Read "dygnet runt", "vardagar 09-15" or "måndag 12-18, torsdag 09-13"; None stays unknown.

    Raises ValueError with a sentence that says what is expected.
    """
    if text is None:
        return None
    text = text.strip().lower()
    if text == "dygnet runt":
        return Hours()
    spans = []
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise ValueError(f'{part.strip()!r} are not hours: write "dygnet runt" or "vardagar 09-15"')
        spans += [Span(day, _clock(match["start"]), _clock(match["end"])) for day in _days(match["days"])]
    return Hours(tuple(spans), closed_on_holidays)


@cache
def _closed_days(year: int) -> frozenset[date]:
    public = holidays.country_holidays("SE", years=year)
    # The eves on which offices are closed all day; half days keep their hours.
    bank = holidays.country_holidays("SE", years=year, categories=("bank",), language="en_US")
    eves = {day for day, name in bank.items() if "from" not in name and name != "Sunday"}
    return frozenset(public) | eves


def is_holiday(day: date) -> bool:
    """Whether Swedish offices are closed on `day` for a public holiday or its eve."""
    return day in _closed_days(day.year)


def opening_state(hours: Hours, now: datetime) -> State:
    """Return the state at `now` (an aware datetime) and when it next changes, within three weeks."""
    if hours.always:
        return State(True, None)
    local = now.astimezone(STOCKHOLM)
    stretches = []
    for ahead in range(-1, 22):
        day = local.date() + timedelta(days=ahead)
        if hours.closed_on_holidays and is_holiday(day):
            continue
        for span in hours.spans:
            if span.day == day.weekday():
                start = datetime.combine(day, span.start, STOCKHOLM)
                last = day if span.end > span.start else day + timedelta(days=1)
                stretches.append((start, datetime.combine(last, span.end, STOCKHOLM)))
    stretches.sort()
    for start, end in stretches:
        if start <= local < end:
            # Back-to-back stretches are one.
            for later, later_end in stretches:
                if later == end:
                    end = later_end
            return State(True, end)
        if start > local:
            return State(False, start)
    return State(False, None)


def opening_text(hours: Hours | None, now: datetime, texts: dict[str, str | list[str]]) -> str:
    """Say in Swedish whether it is open at `now`, or when it opens; `texts` is `hours` of texts.yml."""

    def say(key: str, **values: str) -> str:
        return str(texts[key]).format(**values)

    if hours is None:
        return say("unknown")
    if hours.always:
        return say("always")
    state = opening_state(hours, now)
    if state.changes is None:
        return say("unknown")
    clock = state.changes.strftime("%H.%M")
    if state.open:
        return say("open", until=clock)
    days = (state.changes.date() - now.astimezone(STOCKHOLM).date()).days
    if days == 0:
        return say("opens_today", time=clock)
    if days == 1:
        return say("opens_tomorrow", time=clock)
    name = texts["days"][state.changes.weekday()]
    if days > 6:
        name = f"{name} den {state.changes.day}/{state.changes.month}"
    return say("opens_later", day=name, time=clock)
