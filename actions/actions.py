"""The Rasa actions. Each reads the tracker, lets `dialogue` take the turn, and never raises."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import dialogue
from actions.dialogue import Turn
from actions.replies import Reply
from actions.state import Conversation, Message
from bot.hours import STOCKHOLM
from bot.knowledge import knowledge

log = logging.getLogger(__name__)


def crash_reply() -> Reply:
    """Return what is said when something fails: the emergency numbers, always."""
    crash = knowledge().texts["crash"]
    return {
        "text": crash["text"],
        "buttons": [],
        "custom": {"kind": "notice", "notice": "failure", "caution": ["emergency"]},
    }


def take_turn(handler: Callable[[Turn], list[Reply]], tracker: Tracker) -> tuple[list[Reply], dict[str, Any]]:
    """Return the replies and the new slots. A fault gives the emergency numbers and leaves the state as it was."""
    try:
        conversation = Conversation.of(tracker.slots)
        turn = Turn(knowledge(), conversation, Message.of(tracker.latest_message), datetime.now(STOCKHOLM))
        if turn.message.danger == "clear" and turn.message.intent == turn.message.danger_need:
            handler = dialogue.on_need
        replies = dialogue.with_caution(turn, dialogue.with_alternatives(turn, handler(turn)))
        if handler not in (dialogue.on_unclear, dialogue.on_inform):
            conversation.unclear = 0
        return replies, conversation.slots()
    except Exception as error:  # nothing of the message may reach a log: kind and place only
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place else "unknown place"
        log.error("a turn failed: %s in %s", type(error).__name__, where)
        return [crash_reply()], {}


class _TurnAction(Action):
    """An action that is one handler of `dialogue`."""

    handler: Callable[[Turn], list[Reply]]

    def name(self) -> str:
        """Return action_need for NeedAction, and so on."""
        return f"action_{type(self).__name__.removesuffix('Action').lower()}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Take the turn."""
        replies, slots = take_turn(type(self).handler, tracker)
        for reply in replies:
            dispatcher.utter_message(text=reply["text"], buttons=reply["buttons"], json_message=reply["custom"])
        return [SlotSet(name, value) for name, value in slots.items() if tracker.slots.get(name) != value]


class NeedAction(_TurnAction):
    """A need is told."""

    handler = staticmethod(dialogue.on_need)


class AnswerAction(_TurnAction):
    """A question is asked."""

    handler = staticmethod(dialogue.on_answer)


class InformAction(_TurnAction):
    """A bare fact or a correction."""

    handler = staticmethod(dialogue.on_inform)


class YesAction(_TurnAction):
    """Yes."""

    handler = staticmethod(dialogue.on_yes)


class NoAction(_TurnAction):
    """No."""

    handler = staticmethod(dialogue.on_no)


class DeclineAction(_TurnAction):
    """Does not know or will not say."""

    handler = staticmethod(dialogue.on_decline)


class GreetAction(_TurnAction):
    """Hello."""

    handler = staticmethod(dialogue.on_greet)


class MenuAction(_TurnAction):
    """Show the choices."""

    handler = staticmethod(dialogue.on_menu)


class NoticeAction(_TurnAction):
    """Thanks, goodbye and what is declined."""

    handler = staticmethod(dialogue.on_notice)


class LanguageAction(_TurnAction):
    """Another language."""

    handler = staticmethod(dialogue.on_other_language)


class StartOverAction(_TurnAction):
    """Start over."""

    handler = staticmethod(dialogue.on_restart)


class RepeatAction(_TurnAction):
    """Say that again."""

    handler = staticmethod(dialogue.on_repeat)


class SimplifyAction(_TurnAction):
    """Say that more simply."""

    handler = staticmethod(dialogue.on_simplify)


class SuggestAction(_TurnAction):
    """Not understood."""

    handler = staticmethod(dialogue.on_unclear)
