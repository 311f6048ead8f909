"""Whole conversations with the bot in this process: is the visitor led to the right contact first?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu.encoder.progress import progress
from nlu.evaluation.held_out import Talk

_MOST_TURNS = 8


@dataclass(frozen=True)
class Outcome:
    """A conversation and whom the visitor was led to first; `questions` is how many were asked, clicks excepted."""

    talk: Talk
    contact: str | None
    questions: int
    clicks: int

    @property
    def right(self) -> bool:
        """Whether it is the contact that the visitor should be led to."""
        return self.contact == self.talk.first_contact


async def hold(agent: Any, talk: Talk, sender: str) -> Outcome:
    """Hold one conversation: say everything, answer questions, press the need's button once where it is offered."""
    from bot.channel import Replies

    waiting, questions, clicks = list(talk.says), 0, 0
    for _ in range(_MOST_TURNS):
        if not waiting:
            break
        output = Replies()
        await agent.handle_text(waiting.pop(0), output_channel=output, sender_id=sender)
        replies = [message["custom"] | {"buttons": message.get("buttons", [])} for message in output.messages]
        led = next((reply for reply in replies if reply["kind"] in ("referral", "emergency")), None)
        if led and (not waiting or led["kind"] == "emergency"):
            return Outcome(talk, led["contacts"][0], questions, clicks)
        if waiting:
            continue
        question = next((reply for reply in replies if reply["kind"] == "question"), None)
        offered = {button["payload"] for reply in replies for button in reply["buttons"]}
        on_the_matter = question is not None and question["need"] == talk.button
        if f"/{talk.button}" in offered and not clicks and not on_the_matter:
            clicks += 1
            waiting.append(f"/{talk.button}")
        elif question:
            questions += 1
            waiting.append(talk.answers.get(question["slot"], "vet inte"))
    return Outcome(talk, None, questions, clicks)


async def hold_all(agent: Any, talks: Sequence[Talk]) -> list[Outcome]:
    """Hold every conversation in a session of its own."""
    from bot.sessions import SESSIONS

    return [await hold(agent, talk, SESSIONS.issue()) for talk in progress(talks, "holds conversations")]


def talk_figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the share with the right first contact, and how many questions it took in the mean."""
    count = max(1, len(outcomes))
    return {
        "conversations, right first contact": round(sum(each.right for each in outcomes) / count, 3),
        "questions a conversation, mean": round(sum(each.questions for each in outcomes) / count, 2),
    }
