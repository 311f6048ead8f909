"""Fifty visitors and five coordinators at once."""

from __future__ import annotations

import asyncio
import random

from tests.conftest import Bot
from tests.handover.conftest import NAMES, Colleague, asks

VISITORS, MESSAGES = 50, 5


async def test_no_message_is_lost_doubled_reordered_or_misdelivered(staffed: Bot) -> None:
    chance = random.Random(7)
    colleagues = [await Colleague.open(staffed, name) for name in NAMES]
    visitors = [await asks(staffed) for _ in range(VISITORS)]

    async def takes(colleague: Colleague) -> None:
        for _ in range(VISITORS // len(colleagues)):
            tried = colleague.state["waiting"][0]["chat"] if colleague.state["waiting"] else None
            while tried is None or all(each["chat"] != tried for each in colleague.state["chats"]):
                waiting = [each["chat"] for each in colleague.state["waiting"]]
                if waiting:
                    tried = chance.choice(waiting)
                    errors = len(colleague.errors)
                    await colleague.send({"type": "take", "chat": tried})
                    await colleague.until(
                        lambda chat=tried, errors=errors: (
                            len(colleague.errors) > errors
                            or any(each["chat"] == chat for each in colleague.state["chats"])
                        )
                    )
                await asyncio.sleep(0.01)

    await asyncio.gather(*map(takes, colleagues))
    for visitor in visitors:
        await visitor.becomes("joined")

    async def writes(number: int) -> None:
        visitor = visitors[number]
        for at in range(MESSAGES):
            if at == MESSAGES // 2 and number % 5 == 0:  # some lose their connection in the middle
                visitor = visitors[number] = await visitor.again(staffed)
            await visitor.write(f"visitor {number} line {at}")
            await asyncio.sleep(chance.random() / 50)

    async def answers(colleague: Colleague) -> None:
        answered = 0
        while answered < VISITORS // len(colleagues) * MESSAGES:
            for line in colleague.lines[answered:]:
                await colleague.say(line["chat"], f"answer to {line['text']}")
                answered += 1
            await asyncio.sleep(0.01)

    await asyncio.gather(*map(writes, range(VISITORS)), *map(answers, colleagues))
    for number, visitor in enumerate(visitors):
        wanted = [f"answer to visitor {number} line {at}" for at in range(MESSAGES)]
        await visitor.until(lambda visitor=visitor: len(visitor.heard) >= MESSAGES)
        assert visitor.heard == wanted
        numbers = [reply["seq"] for reply in visitor.replies]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    for colleague in colleagues:
        by_chat: dict[str, list[str]] = {}
        for line in colleague.lines:
            by_chat.setdefault(line["chat"], []).append(line["text"])
        assert len(by_chat) == VISITORS // len(colleagues)
        for lines in by_chat.values():
            who = lines[0].rsplit(" line ", 1)[0]
            assert lines == [f"{who} line {at}" for at in range(MESSAGES)]
    for colleague in colleagues:
        await colleague.leave()
    for visitor in visitors:
        await visitor.drop()
