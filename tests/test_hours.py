"""Opening hours over nights, weekends and holidays."""

from datetime import datetime

import pytest

from bot.hours import STOCKHOLM, is_holiday, opening_text, parse_hours
from bot.knowledge import Knowledge


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("hours", "moment", "said"),
    [
        ("dygnet runt", "2026-12-24T03:00", "Öppet dygnet runt."),
        ("vardagar 09-15", "2026-11-23T14:59", "Öppet nu, till klockan 15.00."),
        ("vardagar 09-15", "2026-11-23T15:00", "Stängt just nu. Öppnar i morgon klockan 09.00."),
        ("vardagar 09-15", "2026-11-23T08:00", "Stängt just nu. Öppnar i dag klockan 09.00."),
        ("vardagar 09-15", "2026-11-27T16:00", "Stängt just nu. Öppnar måndag klockan 09.00."),
        ("vardagar 09-15", "2026-12-23T16:00", "Stängt just nu. Öppnar måndag klockan 09.00."),
        ("vardagar 09-15", "2026-06-18T16:00", "Stängt just nu. Öppnar måndag klockan 09.00."),
        ("alla dagar 21-06", "2026-11-23T23:30", "Öppet nu, till klockan 06.00."),
        ("alla dagar 21-06", "2026-11-24T05:59", "Öppet nu, till klockan 06.00."),
        ("alla dagar 21-06", "2026-11-24T06:00", "Stängt just nu. Öppnar i dag klockan 21.00."),
        ("måndag 12-18, torsdag 09-13", "2026-11-24T10:00", "Stängt just nu. Öppnar torsdag klockan 09.00."),
        (None, "2026-11-24T10:00", "Jag vet inte vilka tider de har öppet."),
    ],
)
def test_the_visitor_is_told_whether_it_is_open_or_when_it_opens(
    city: Knowledge, hours: str | None, moment: str, said: str
) -> None:
    assert opening_text(parse_hours(hours, closed_on_holidays=True), at(moment), city.texts["hours"]) == said


@pytest.mark.parametrize("day", ["2026-01-06", "2026-06-19", "2026-12-24", "2026-12-31", "2027-03-26"])
def test_offices_are_closed_on_public_holidays_and_their_eves(day: str) -> None:
    assert is_holiday(datetime.fromisoformat(day).date())


def test_the_day_before_christmas_eve_is_a_working_day() -> None:
    assert not is_holiday(datetime(2026, 12, 23).date())


@pytest.mark.parametrize("text", ["9-15", "vardagar", "lördar 9-15", "vardagar 25-26", "vardagar 09-15 och ibland"])
def test_hours_that_cannot_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|not a time"):
        parse_hours(text)
