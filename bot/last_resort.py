"""What a visitor gets when the model or the actions fail: emergencies by the patterns alone, else the numbers."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from actions.actions import crash_reply
from actions.referral import emergency_reply
from actions.replies import Reply
from bot.hours import STOCKHOLM
from bot.knowledge import knowledge
from bot.routing import route
from nlu.emergency import EmergencyPatterns
from nlu.swedish import normalise, read


@cache
def _patterns() -> EmergencyPatterns:
    return EmergencyPatterns()


def last_resort(message: str) -> list[Reply]:
    """Return the replies to `message` without model, dialogue or state."""
    danger = _patterns().read(read(normalise(message)))
    if danger.level == "clear" and danger.need:
        found = route(knowledge(), danger.need, {})
        return [emergency_reply(knowledge(), found, {}, datetime.now(STOCKHOLM))]
    return [crash_reply()]
