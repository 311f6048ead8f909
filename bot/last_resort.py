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


def danger_in(message: str) -> str | None:
    """Return the need if the words alone tell of clear danger."""
    danger = _patterns().read(read(normalise(message)))
    return danger.need if danger.level == "clear" else None


def emergency_for(need: str) -> Reply:
    """Return the emergency reply to a need, without knowing more."""
    return emergency_reply(knowledge(), route(knowledge(), need, {}), {}, datetime.now(STOCKHOLM))


def last_resort(message: str) -> list[Reply]:
    """Return the replies to `message` without model, dialogue or state."""
    need = danger_in(message)
    return [emergency_for(need) if need else crash_reply()]
