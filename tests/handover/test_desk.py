"""The desk alone, with a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.handover import visitor
from bot.handover.desk import Desk, Refusal
from bot.handover.mailbox import MOST, Full, Mailbox
from bot.handover.settings import load
from bot.hours import STOCKHOLM
from bot.knowledge import FOLDER
from bot.sessions import SESSIONS
from bot.yaml_file import KnowledgeFault

SETTINGS = load(FOLDER / "handover.yml")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=STOCKHOLM)


class Clock:
    time = 1000.0

    def __call__(self) -> float:
        return self.time


class Here:
    """A desk on a Monday morning."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.clock, self.audit = Clock(), list[tuple[str, str]]()
        self.dead = set[str]()
        self.desk = Desk(
            SETTINGS,
            clock=self.clock,
            now=lambda: now,
            alive=lambda session, used: session not in self.dead,
            audit=lambda what, name: self.audit.append((what, name)),
        )

    def on_duty(self, *names: str) -> None:
        for name in names:
            self.desk.came(name)
            self.desk.duty(name, True)

    def waits(self, session: str) -> str:
        visit = self.desk.visit(session)
        self.desk.enter(visit, {})
        self.desk.visitor_came(visit)
        return self.desk.queue[-1].id

    def passes(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.clock.time += 1
            self.desk.tick()

    def told(self, session: str) -> list[str]:
        return [reply["custom"]["state"] for _, reply in self.desk.visit(session).mailbox.after(0)]


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.mark.parametrize(
    ("day", "hour", "duty", "state", "text"),
    [
        (23, 10, True, "offered", "free"),
        (23, 10, False, "unavailable", "nobody"),
        (23, 20, True, "unavailable", "closed"),
        (22, 10, True, "unavailable", "closed"),
    ],
)
def test_the_tree_says_whether_a_person_can_take_over(day: int, hour: int, duty: bool, state: str, text: str) -> None:
    here = Here(MONDAY.replace(day=day, hour=hour))
    if duty:
        here.on_duty("anna")
    branch, position = here.desk.availability()
    assert (branch.state, branch.text, position) == (state, text, 1)


def test_a_holiday_is_closed_though_it_is_a_thursday() -> None:
    here = Here(datetime(2026, 12, 24, 10, 0, tzinfo=STOCKHOLM))
    here.on_duty("anna")
    assert here.desk.availability()[0].text == "closed"


def test_who_comes_when_all_are_busy_is_told_the_place_and_a_full_queue_is_said(here: Here) -> None:
    here.on_duty("anna")
    for number in range(SETTINGS.chats_each):
        here.desk.take("anna", here.waits(f"with anna {number}"))
    for number in range(SETTINGS.most_waiting):
        branch, position = here.desk.availability()
        assert (branch.text, position) == ("queue", number + 1)
        here.waits(f"waiting {number}")
    assert here.desk.availability()[0].text == "full"


def test_the_second_to_take_is_told_that_a_colleague_was_first(here: Here) -> None:
    here.on_duty("anna", "bo")
    chat = here.waits("visitor")
    here.desk.take("anna", chat)
    with pytest.raises(Refusal, match="taken"):
        here.desk.take("bo", chat)
    with pytest.raises(Refusal, match="not_yours"):
        here.desk.say("bo", chat, 1, "hej")


def test_a_lost_coordinator_is_said_within_thirty_seconds_of_the_last_answered_ping() -> None:
    times = SETTINGS.times
    assert times["ping"] + times["pong"] + times["coordinator_grace"] + 1 <= 30


def test_after_the_grace_the_visitor_waits_first_in_line_for_a_colleague(here: Here) -> None:
    here.on_duty("anna", "bo")
    chat = here.waits("visitor")
    here.desk.take("anna", chat)
    here.waits("other")
    anna = here.desk.coordinator("anna")
    assert anna
    here.desk.went(anna)
    here.passes(SETTINGS.times["coordinator_grace"])
    assert here.told("visitor") == ["joined"]
    here.passes(1)
    assert here.told("visitor")[-1] == "waiting" and [each.visit.session for each in here.desk.queue] == [
        "visitor",
        "other",
    ]
    assert ("off duty, connection lost", "anna") in here.audit


def test_without_a_colleague_the_visitors_go_back_to_the_bot(here: Here) -> None:
    here.on_duty("anna")
    here.desk.take("anna", here.waits("visitor"))
    here.waits("waiting")
    anna = here.desk.coordinator("anna")
    assert anna
    here.desk.went(anna)
    here.passes(SETTINGS.times["coordinator_grace"] + 1)
    assert here.told("visitor")[-1] == "closed" and here.told("waiting")[-1] == "unavailable"
    assert here.desk.visit("visitor").chat is None


def test_the_last_to_go_off_duty_sends_the_queue_back_to_the_bot(here: Here) -> None:
    here.on_duty("anna")
    here.waits("visitor")
    here.desk.duty("anna", False)
    assert here.told("visitor") == ["unavailable"] and not here.desk.queue
    assert here.audit == [("on duty", "anna"), ("off duty", "anna")]


def test_a_visitor_without_a_connection_is_waited_for_a_minute(here: Here) -> None:
    here.on_duty("anna")
    here.desk.take("anna", here.waits("visitor"))
    here.desk.visitor_went(here.desk.visit("visitor"))
    here.passes(SETTINGS.times["visitor_grace"])
    assert here.desk.state("anna")["chats"]
    here.passes(1)
    assert not here.desk.state("anna")["chats"] and here.desk.find("visitor") is None


def test_silence_brings_a_question_and_then_the_end(here: Here) -> None:
    here.on_duty("anna")
    here.desk.take("anna", here.waits("visitor"))
    here.passes(SETTINGS.times["idle_warning"] + 1)
    assert here.told("visitor") == ["joined", "joined"]
    here.passes(SETTINGS.times["idle"] - SETTINGS.times["idle_warning"])
    assert here.told("visitor")[-1] == "closed"


def test_a_session_that_has_expired_leaves_nothing(here: Here) -> None:
    here.on_duty("anna")
    here.waits("visitor")
    here.dead.add("visitor")
    here.passes(1)
    assert here.desk.find("visitor") is None and not here.desk.queue


def test_an_outcome_is_a_count_and_nothing_else(here: Here) -> None:
    here.on_duty("anna")
    chat = here.waits("visitor")
    here.desk.take("anna", chat)
    here.desk.close("anna", chat, "referred")
    assert dict(here.desk.outcomes) == {"referred": 1}
    with pytest.raises(Refusal, match="gone"):
        here.desk.close("anna", chat, "referred")


def test_a_mailbox_keeps_order_until_it_is_read_and_has_a_bound() -> None:
    box = Mailbox()
    for item in "abc":
        box.put(item)
    assert box.after(1) == [(2, "b"), (3, "c")]
    box.taken(2)
    assert box.after(0) == [(3, "c")] and box.put("d") == 4
    with pytest.raises(Full):
        for _ in range(MOST):
            box.put("x")


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ("{then: offered, text: queue}", "{if: someone_free, then: offered, text: queue}", "must have no if"),
        ("if: holiday", "if: full_moon", "full_moon"),
        ("text: nobody}", "text: silence}", "a text of texts"),
        ("vardagar 09-16", "ibland", "hours"),
        ("own_thoughts, ", "fame, ", "fame"),
        ("  ping: 5", "  ping: 0", "above 0"),
    ],
)
def test_a_fault_in_the_file_is_told_by_line(tmp_path: Path, was: str, becomes: str, line: str) -> None:
    text = (FOLDER / "handover.yml").read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "handover.yml"
    path.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(KnowledgeFault, match=line) as fault:
        load(path)
    assert str(fault.value).startswith(f"{path}:")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(visitor, "DESK", Here(MONDAY.replace(hour=20)).desk)
    session = SESSIONS.issue()
    yield session
    SESSIONS.end(session)


def test_outside_hours_it_is_said_when_it_opens_and_how_else_to_reach_a_person(closed: str) -> None:
    referral = {"text": "Ring.", "custom": {"kind": "referral", "need": "talk_to_human"}}
    first, second = visitor.with_offer(closed, [referral])
    assert first["custom"] == {"kind": "handover", "state": "unavailable"}
    assert "i morgon klockan 09.00" in first["text"] and second is referral


def test_nobody_is_offered_a_person_unasked_outside_hours(closed: str) -> None:
    fallback = {"text": "?", "custom": {"kind": "fallback"}}
    for _ in range(5):
        assert visitor.with_offer(closed, [fallback]) == [fallback]


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens in whatever order: each chat has one place, and each message one reader."""

    def __init__(self) -> None:
        super().__init__()
        self.here = Here()
        self.desk = self.here.desk
        self.heard: dict[str, list[str]] = {}
        self.said: dict[str, list[str]] = {}
        self.count = 0

    names = st.sampled_from(("anna", "bo"))

    @rule(name=names)
    def comes(self, name: str) -> None:
        if self.desk.coordinator(name) is None:
            self.here.on_duty(name)

    @rule(name=names)
    def dies(self, name: str) -> None:
        coordinator = self.desk.coordinator(name)
        if coordinator:
            while coordinator.links:
                self.desk.went(coordinator)
            self.here.passes(SETTINGS.times["coordinator_grace"] + 1)

    @rule(name=names)
    def goes(self, name: str) -> None:
        if self.desk.coordinator(name):
            try:
                self.desk.duty(name, False)
            except Refusal:
                assert self.desk.state(name)["chats"]

    @rule()
    def visitor_comes(self) -> None:
        if self.desk.availability()[0].state == "offered":
            self.count += 1
            session = f"visitor {self.count}"
            self.heard[session], self.said[session] = [], []
            self.here.waits(session)

    @precondition(lambda self: self.desk.queue)
    @rule(name=names)
    def takes(self, name: str) -> None:
        chat = self.desk.queue[0]
        try:
            self.desk.take(name, chat.id)
            assert chat.owner == name
        except Refusal as refused:
            assert refused.error in ("off_duty", "enough")

    @rule(name=names, other=names)
    def passes_on(self, name: str, other: str) -> None:
        for chat, _ in self.desk.lines(name)[:1]:
            try:
                self.desk.hand_over(name, chat, other)
            except Refusal as refused:
                assert refused.error == "no_colleague"

    @rule(name=names)
    def says(self, name: str) -> None:
        for each in self.desk.state(name)["chats"] if self.desk.coordinator(name) else []:
            session = next(s for s in self.said if (c := self.desk.visit(s).chat) and c.id == each["chat"])
            self.count += 1
            text = f"text {self.count}"
            for _ in range(2):  # sent again, as after a broken connection
                self.desk.say(name, each["chat"], each["said"] + 1, text)
            self.said[session].append(text)

    @rule(name=names)
    def closes(self, name: str) -> None:
        for chat, _ in self.desk.lines(name)[:1]:
            self.desk.close(name, chat, "other")

    @invariant()
    def each_waits_or_is_with_one_who_is_on_duty(self) -> None:
        assert len({chat.id for chat in self.desk.queue}) == len(self.desk.queue)
        assert [chat.position for chat in self.desk.queue] == list(range(1, len(self.desk.queue) + 1))
        for session in self.said:
            chat = self.desk.visit(session).chat
            if chat and chat.owner:
                owner = self.desk.coordinator(chat.owner)
                assert owner and owner.on_duty and chat not in self.desk.queue
            elif chat:
                assert chat in self.desk.queue

    @invariant()
    def each_text_is_heard_once_in_order(self) -> None:
        for session, said in self.said.items():
            box = self.desk.visit(session).mailbox
            heard = [reply["text"] for _, reply in box.after(0) if reply["custom"].get("from") == "coordinator"]
            assert heard == said


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)
