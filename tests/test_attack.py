"""What strangers may try: generated requests, forged payloads, others' chats, packed bodies, endless patterns."""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Knowledge, knowledge
from bot.payloads import as_rasa_reads_it
from nlu.emergency import EmergencyPatterns
from nlu.mask import mask
from nlu.slots import SlotReader
from nlu.swedish import normalise, read
from tests.attack.attack import attack_bot
from tests.conftest import Bot


def test_no_generated_request_breaks_it_or_gets_back_what_it_sent(bot: Bot) -> None:
    statuses = attack_bot(bot.base, 600)  # make attack: 20,000
    assert {200, 201, 400, 403, 404, 405, 422} <= set(statuses)


def test_two_hundred_interleaved_visitors_each_keep_their_own_state(bot: Bot, city: Knowledge) -> None:
    """Each tells another part of the city, in a mixed order; asked again, each gets the own one back."""
    places = [(area, district.id) for district in city.districts.values() for area in district.areas[:2]]
    visitors = [(bot.session(), *places[number % len(places)]) for number in range(200)]
    order = random.Random(3)

    def say(visitor: tuple[str, str, str], message: str) -> list[dict[str, Any]]:
        answer = bot.post("message", {"session": visitor[0], "message": message})
        assert answer.status_code == 200
        return answer.json()  # type: ignore[no-any-return]

    def told(replies: list[dict[str, Any]]) -> set[str]:
        return {reply["custom"]["district"] for reply in replies if reply["custom"].get("district")}

    with ThreadPoolExecutor(16) as together:
        for message in ("min son är 15 och har börjat hänga med nazister", "vi bor i {}", "vad sa du?"):
            order.shuffle(visitors)
            answers = list(together.map(lambda visitor: say(visitor, message.format(visitor[1])), visitors))  # noqa: B023
    for (_, place, district), replies in zip(visitors, answers, strict=True):
        assert told(replies) == {district}, place


_INNER = st.dictionaries(st.text(max_size=9), st.one_of(st.text(max_size=9), st.integers(), st.none()), max_size=3)


@settings(max_examples=500, deadline=None)
@given(st.from_regex(r"/{1,3}[a-z_]{1,20}", fullmatch=True), _INNER)
def test_a_payload_that_no_button_offers_is_only_text(intent: str, entities: dict[str, Any]) -> None:
    read_as = as_rasa_reads_it(f"{intent}{json.dumps(entities)}")
    if read_as.startswith("/"):
        (slot,) = entities
        assert intent == "/inform" and entities[slot] in knowledge().vocabulary.slots[slot]


@pytest.mark.parametrize("payload", ["/action_listen", "/session_start", "/restart{}", '/inform{"need": "suicidal"}'])
def test_known_forgeries_are_only_text(payload: str) -> None:
    assert not as_rasa_reads_it(payload).startswith("/")


def test_a_packed_body_is_not_unpacked(bot: Bot) -> None:
    body = gzip.compress(json.dumps({"session": bot.session(), "message": "a" * 10_000_000}).encode())
    answer = bot.http.post(f"{bot.base}/message", content=body[:16_000], headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400


def test_markup_comes_back_from_nowhere_as_a_page(bot: Bot) -> None:
    script = "<script>alert(1)</script>"
    for answer in (
        bot.post("message", {"session": bot.session(), "message": script}),
        bot.post("message", {"session": script, "message": script}),
        bot.http.get(f"{bot.base}/{script}"),
    ):
        assert "script" not in answer.text and answer.headers["Content-Type"] == "application/json"


# ---------------------------------------------------------------- patterns that never end

_DANGER, _FACTS = EmergencyPatterns(), SlotReader(knowledge())
_READERS: dict[str, Callable[[str], object]] = {
    "masking": mask,
    "normalising": normalise,
    "danger": lambda text: _DANGER.read(read(text)),
    "facts": lambda text: _FACTS.read(read(text)),
    "payloads": as_rasa_reads_it,
}
# What a pattern could stumble on: long runs of what it repeats, without the end that it waits for.
_RUNS = (
    *(
        "a",
        "1",
        "A",
        "@",
        ".",
        " ",
        "-",
        "_",
        "å",
        ":",
        "{",
        '"',
        "\n",
        "e\u0301",
        "1 ",
        "a ",
        "a.",
        "a@",
        "1-",
        "A1",
        "1.",
    ),
    *(
        "a:",
        "070 ",
        "4111 ",
        "Anna ",
        "SE12 ",
        "ring ",
        "han heter ",
        "www.",
        "2001:",
        "19",
        "instagram.com/",
        "/inform{",
    ),
)


def _seconds(read_by: Callable[[str], object], text: str) -> float:
    best = 60.0
    for _ in range(3):
        started = time.process_time()
        read_by(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("reader", _READERS)
def test_reading_time_grows_no_faster_than_a_square(reader: str) -> None:
    """Twice the length: at most four times the work, and some noise. A nested repetition would give a thousandfold."""
    read_by = _READERS[reader]
    read_by("hej")
    for run in _RUNS:
        half, whole = ((run * 1_000)[:length] + "!" for length in (1_000, 2_000))
        once = _seconds(read_by, half)
        if once > 0.02:  # less is noise; growth beyond a square would still be seen from here on
            assert _seconds(read_by, whole) < 7 * once, run


def _patterns_of_our_code() -> Iterator[str]:
    """Yield every regular expression that our modules hold or that reading a message compiles."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("bot", "nlu", "actions"):
            yield from (str(value.pattern) for value in vars(module).values() if isinstance(value, re.Pattern))


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every pattern that goes through `re` from here on."""
    seen: set[str] = set()
    compile_ = re._compile  # type: ignore[attr-defined]

    def note(pattern: object, flags: int) -> object:
        if isinstance(pattern, str):
            seen.add(pattern)
        return compile_(pattern, flags)

    monkeypatch.setattr(re, "_compile", note)
    return seen


_ENDLESS = 64  # repetitions; more count as without end


def _nested(parsed: Any, inside: bool = False) -> bool:
    """Return whether an endless repetition stands inside of another, which is what makes time explode."""
    for kind, value in parsed:
        repeats = kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
        endless = repeats and value[1] > _ENDLESS
        if endless and inside:
            return True
        inner = [value[2]] if repeats else [part for part in _parts(value) if isinstance(part, _parser.SubPattern)]
        if any(_nested(part, inside or endless) for part in inner):
            return True
    return False


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for part in value:
            if isinstance(part, _parser.SubPattern):
                yield part
            else:
                yield from _parts(part)


def test_no_pattern_repeats_without_end_inside_a_repetition_without_end(used: set[str]) -> None:
    for text in (
        "min son heter Ahmed, ring 070-123 45 67, ip 1.2.3.4",
        "insta @kalle_99",
        "ärende 12-345",
        "/inform{}",
    ):
        mask(text), normalise(text), as_rasa_reads_it(text)
    EmergencyPatterns(), SlotReader(knowledge())
    patterns = {*used, *_patterns_of_our_code()}
    assert len(patterns) > 60
    for pattern in patterns:
        assert not _nested(_parser.parse(pattern)), pattern


@pytest.mark.parametrize(
    ("pattern", "endless"), [(r"(a+)+b", True), (r"(\w*x)*", True), (r"(a{1,3})+", False), ("a+b+", False)]
)
def test_the_check_of_patterns_can_fail(pattern: str, endless: bool) -> None:
    assert _nested(_parser.parse(pattern)) == endless
