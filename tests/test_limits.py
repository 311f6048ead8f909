"""How fast one session may write, and how sessions vanish."""

import pytest

from bot.limits import BURST, Pace, TooFast
from bot.sessions import Sessions, TooManySessions, UnknownSession


def test_a_session_that_writes_too_fast_is_told_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAT_RATE_LIMIT", raising=False)
    pace = Pace()
    with pytest.raises(TooFast) as fast:
        for _ in range(BURST + 5):
            pace.take()
    assert fast.value.wait >= 1


def test_the_limit_can_be_lifted_for_a_load_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_RATE_LIMIT", "0")
    pace = Pace()
    for _ in range(BURST * 10):
        pace.take()


def test_an_idle_session_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(idle=10)
    now = [0.0]
    monkeypatch.setattr("bot.sessions.time.monotonic", lambda: now[0])
    old = sessions.issue()
    now[0] = 8.0
    new = sessions.issue()
    sessions.touch(old)
    now[0] = 18.5
    with pytest.raises(UnknownSession):
        sessions.touch(new)
    assert len(sessions) == 0


def test_the_number_of_sessions_is_bounded() -> None:
    sessions = Sessions(most=3)
    for _ in range(3):
        sessions.issue()
    with pytest.raises(TooManySessions):
        sessions.issue()


def test_an_ended_session_leaves_nothing() -> None:
    sessions = Sessions()
    sessions.end(sessions.issue())
    assert len(sessions) == 0
