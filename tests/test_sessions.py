"""What a session keeps between two messages: ids and values that the project itself has chosen, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.__main__ import _load_agent
from bot.channel import answer
from bot.knowledge import Knowledge
from bot.sessions import SESSIONS, Sessions, UnknownSession
from tests.privacy.canaries import Canaries


@pytest.fixture(scope="module")
def app(model: str) -> Any:
    """What the channel needs of Sanic: a place where the agent lies."""
    return SimpleNamespace(ctx=SimpleNamespace(agent=asyncio.run(_load_agent(model))))


def leaves(value: object) -> Iterator[object]:
    """Yield every key and every value inside of `value`, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from leaves(inner)
    elif hasattr(value, "__dict__"):
        yield from leaves(vars(value))
    else:
        yield value


async def test_only_ids_and_values_of_the_vocabulary_outlive_the_turn(app: Any, city: Knowledge) -> None:
    canaries, session = Canaries(7), SESSIONS.issue()
    told = list(canaries.personal_data().values())
    messages = [
        "/greet",
        f"min son är 15 o har börjat hänga me nazister vi bor i tensta {canaries.word()}",
        *told,
        f"{canaries.word()} {canaries.word()}",
        f"jag vill hoppa av, de har hotat mig, {', '.join(told)}",
        f"berättar ni för polisen {canaries.word()}",
        "vad sa du?",
        f'/inform{{"district": "{canaries.word()}"}}',
    ]
    words = {value for values in city.vocabulary.slots.values() for value in values}
    known = words | set(city.vocabulary.slots) | set(city.vocabulary.needs) | set(city.vocabulary.answers)
    for message in messages:
        await answer(app, session, message)
        kept = SESSIONS.find(session)
        assert kept is not None
        for leaf in leaves(vars(kept)):
            assert not isinstance(leaf, bytes)
            if isinstance(leaf, str):
                assert leaf in known or re.fullmatch(r"[a-z_]+( \d)?", leaf), leaf
                assert not any(needle.lower() in leaf.lower() for needle in canaries.needles)
    assert kept.slots["district"] == "jarva", "state is kept"
    store = app.ctx.agent.tracker_store
    assert not any(needle in str(list(leaves(vars(store)))) for needle in canaries.needles)
    assert app.ctx.agent.lock_store.conversation_locks == {}
    SESSIONS.end(session)


async def test_nothing_is_carried_into_a_new_session(app: Any) -> None:
    first = SESSIONS.issue()
    await answer(app, first, "min son är 15 o har börjat hänga me nazister vi bor i tensta")
    SESSIONS.end(first)
    second = SESSIONS.issue()
    tracker = await app.ctx.agent.tracker_store.retrieve(second)
    assert {slot.value for slot in tracker.slots.values()} <= {None}
    assert [event.type_name for event in tracker.events] == ["action"]
    SESSIONS.end(second)


async def test_a_turn_of_an_ended_session_leaves_nothing(app: Any) -> None:
    session = SESSIONS.issue()
    before = len(SESSIONS)
    SESSIONS.end(session)
    await answer(app, session, "jag vill hoppa av")
    assert len(SESSIONS) == before - 1


def test_an_id_cannot_be_found_in_what_the_store_keeps() -> None:
    sessions = Sessions()
    id_ = sessions.issue()
    assert id_ not in str(vars(sessions)) and sessions.touch(id_)
    for wrong in (id_[:-1], id_ + "A", id_.swapcase(), "\ud800", ""):
        with pytest.raises(UnknownSession):
            sessions.touch(wrong)
