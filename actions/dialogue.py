"""One turn: from the remembered state and the latest message to replies and the new state.

Pure functions of `Turn`; the Rasa actions in `actions/actions.py` only choose among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.referral import emergency_reply, referral_reply
from actions.replies import (
    Reply,
    answer_reply,
    label_buttons,
    notice,
    question_reply,
    way_on_buttons,
)
from actions.state import OWN_AGE, UNKNOWN, Conversation, Message
from bot.knowledge import Knowledge
from bot.routing import next_question, route

_WAYS_ON = ("/simplify", "/menu", "/talk_to_human")
_ASK_AT_MOST = 2  # times the same question
# Threats told while "are you threatened?" is open answer that question, whatever label they got.
_THREATS = ("threatened_by_group", "victim_of_extremism", "violence_plan", "leave_group", "leave_criminal_network")
_KEEP_NEED_BELOW = 0.75  # a surer label changes the need even if the message also answers the question


@dataclass
class Turn:
    """What a turn works with; `conversation` is changed in place."""

    knowledge: Knowledge
    conversation: Conversation
    message: Message
    now: datetime


# ---------------------------------------------------------------- facts


def _take_facts(turn: Turn) -> bool:
    """Remember what the message tells; return whether anything that was known before changed or came new."""
    told, changed = turn.conversation.told, False
    for name, value in turn.message.facts.items():
        if name == "age_group" and turn.conversation.need and _about_self(turn):
            name = OWN_AGE
        if value != told.get(name) and not (value == UNKNOWN and told.get(name)):
            told[name] = value
            changed = True
    return changed


def _about_self(turn: Turn) -> bool:
    need = turn.conversation.need
    role = turn.conversation.told.get("role")
    return bool(
        need and turn.knowledge.needs[need].about_self and role not in ("relative", "professional", "association")
    )


def _fills_question(turn: Turn) -> bool:
    question = turn.conversation.question
    facts = turn.message.facts
    return question is not None and (question in facts or (question == "age_group" and OWN_AGE in facts))


def _settle(turn: Turn, value: str) -> None:
    """Write `value` as the answer to the open question."""
    slot = turn.conversation.question
    assert slot is not None
    if slot == "age_group" and _about_self(turn):
        slot = OWN_AGE
    turn.conversation.told[slot] = value
    turn.conversation.question = None


def _ask_again(turn: Turn, before: str = "", *, simple: bool = False) -> Reply:
    """Put the open question once more."""
    conversation = turn.conversation
    assert conversation.need and conversation.question
    return question_reply(
        turn.knowledge,
        conversation.need,
        conversation.question,
        about_self=_about_self(turn),
        simple=simple,
        before=before,
    )


# ---------------------------------------------------------------- needs


def _lead(turn: Turn, before: str = "", *, again: bool = False) -> list[Reply]:
    """Ask the next question of the need, or refer."""
    conversation = turn.conversation
    need = turn.knowledge.needs[conversation.need or ""]
    slots = conversation.for_routing(need)
    found = route(turn.knowledge, need.id, slots)
    conversation.question = None
    if found.emergency:
        conversation.moves = [["referral"]]
        return [emergency_reply(turn.knowledge, found, slots, turn.now)]
    slot = next_question(turn.knowledge, need.id, slots)
    if slot is not None:
        if conversation.asked.count(slot) >= _ASK_AT_MOST:
            conversation.question = slot
            _settle(turn, UNKNOWN)
            return _lead(turn, before)
        conversation.question = slot
        conversation.asked.append(slot)
        conversation.moves = [["question"]]
        opening = before or (need.opening if len(conversation.asked) == 1 and not again else "")
        return [question_reply(turn.knowledge, need.id, slot, about_self=_about_self(turn), before=opening)]
    conversation.moves = [["referral"]]
    opening = before or (need.opening if not conversation.asked else "")
    return [referral_reply(turn.knowledge, found, slots, turn.now, before=opening)]


def on_need(turn: Turn) -> list[Reply]:
    """Follow the need that the message tells, or the one under way if the message answers its question."""
    conversation, message = turn.conversation, turn.message
    emergency = message.danger == "clear" and message.intent == message.danger_need
    threats = (
        conversation.question == "threatened"
        and message.intent in _THREATS
        and message.facts.get("threatened") == "yes"
    )
    answers = _fills_question(turn) and message.confidence < _KEEP_NEED_BELOW and not message.button
    if not ((threats and message.danger_need != "immediate_danger") or (answers and not emergency)):
        conversation.take_up(message.intent)
    _take_facts(turn)
    if threats:
        conversation.told["threatened"] = "yes"
    replies = []
    second = message.second or ""
    if second in turn.knowledge.answers:
        replies.append(answer_reply(turn.knowledge, turn.knowledge.answers[second], simple=False))
    lead = _lead(turn)
    if lead[0]["custom"]["kind"] == "emergency":
        return lead + replies
    if second in turn.knowledge.needs:
        lead[-1]["buttons"] = label_buttons(turn.knowledge, [second]) + lead[-1]["buttons"]
    return replies + lead


# ---------------------------------------------------------------- answers


def on_answer(turn: Turn) -> list[Reply]:
    """Answer a question word for word; then take up the open question again."""
    conversation, message = turn.conversation, turn.message
    if _fills_question(turn) and message.confidence < _KEEP_NEED_BELOW and not message.button:
        return on_inform(turn)
    answered = conversation.question is not None and _fills_question(turn)
    _take_facts(turn)
    reply = answer_reply(turn.knowledge, turn.knowledge.answers[message.intent], simple=False)
    question = conversation.question
    if answered:
        return [reply, *_lead(turn)]
    conversation.moves = [["answer", message.intent]]
    second = message.second or ""
    if second in turn.knowledge.needs:
        conversation.take_up(second)
        return [reply, *_lead(turn)]
    if second in turn.knowledge.answers:
        conversation.moves.append(["answer", second])
        return [reply, answer_reply(turn.knowledge, turn.knowledge.answers[second], simple=False)]
    if question and conversation.need:
        conversation.moves.append(["question"])
        again = turn.knowledge.texts["questions"]["again"]
        return [reply, _ask_again(turn, again)]
    return [reply]


# ---------------------------------------------------------------- facts, yes and no


def on_inform(turn: Turn) -> list[Reply]:
    """Take a bare fact: the answer to the open question, or a correction of what was told."""
    conversation = turn.conversation
    question, need = conversation.question, conversation.need
    filled = _fills_question(turn)
    led = _way(turn)
    changed = _take_facts(turn)
    if need is None:
        conversation.moves = [["notice", "noted"]]
        return [_menu_like(turn, "noted")]
    if question and not filled and not changed:
        conversation.moves = []
        return _open_question(turn) if turn.message.facts else on_unclear(turn)
    if question:
        return _lead(turn)
    if not changed:
        return on_unclear(turn)
    return _lead(turn, before=turn.knowledge.texts["referral"]["unchanged" if _way(turn) == led else "corrected"])


def _way(turn: Turn) -> tuple[str, ...]:
    """Where one is led by what has been told, and in which district."""
    need = turn.knowledge.needs.get(turn.conversation.need or "")
    if need is None:
        return ()
    slots = turn.conversation.for_routing(need)
    contacts = route(turn.knowledge, need.id, slots).contacts
    return (*contacts, slots.get("district", "")) if "district_social_services" in contacts else contacts


def on_yes(turn: Turn) -> list[Reply]:
    """Yes: to "are you threatened?", else an invitation."""
    if turn.message.facts and turn.conversation.need:
        return on_inform(turn)
    if turn.conversation.question == "threatened":
        _settle(turn, "yes")
        return _lead(turn)
    if turn.conversation.question == "when":
        _settle(turn, "now")
        return _lead(turn)
    if turn.conversation.question:
        return on_unclear(turn)
    return _notice(turn, "affirm", turn.knowledge.texts["menu"]["buttons"])


def on_no(turn: Turn) -> list[Reply]:
    """No: to "are you threatened?" or to a question that one need not answer, else a way on."""
    if _fills_question(turn):
        return on_inform(turn)
    if turn.conversation.question == "threatened":
        _settle(turn, "no")
        return _lead(turn)
    if turn.conversation.question == "when":
        _settle(turn, "later")
        return _lead(turn)
    if turn.conversation.question:
        return on_decline(turn)
    return _notice(turn, "deny", ["menu", "talk_to_human"])


def on_decline(turn: Turn) -> list[Reply]:
    """Don't know, or won't say: go on without it."""
    if _fills_question(turn) and UNKNOWN not in turn.message.facts.values():
        return on_inform(turn)
    if turn.conversation.question:
        _settle(turn, UNKNOWN)
        return _lead(turn)
    return _notice(turn, "decline_to_say", turn.knowledge.texts["menu"]["buttons"])


# ---------------------------------------------------------------- talk


def _menu_like(turn: Turn, name: str) -> Reply:
    return notice(turn.knowledge, name, turn.knowledge.texts["notices"][name], turn.knowledge.texts["menu"]["buttons"])


def _notice(turn: Turn, name: str, labels: list[str] | tuple[str, ...] = (), custom: str | None = None) -> list[Reply]:
    texts = turn.knowledge.texts["notices"][name]
    repeated = turn.conversation.moves[:1] == [["notice", f"{name} 0"]]
    which = 1 if repeated and isinstance(texts, list) else 0
    text = texts[which] if isinstance(texts, list) else texts
    turn.conversation.moves = [["notice", f"{name} {which}"]]
    return [notice(turn.knowledge, custom or name, text, labels)]


def on_greet(turn: Turn) -> list[Reply]:
    """Say what this is, that one is anonymous, and what to do in danger."""
    greeting = turn.knowledge.texts["greeting"]
    turn.conversation.moves = [["greeting"]]
    replies = [notice(turn.knowledge, "greeting", greeting["text"], greeting["buttons"])]
    return replies + _open_question(turn)


def _open_question(turn: Turn) -> list[Reply]:
    conversation = turn.conversation
    if conversation.question and conversation.need:
        conversation.moves.append(["question"])
        again = turn.knowledge.texts["questions"]["again"]
        return [_ask_again(turn, again)]
    return []


def on_menu(turn: Turn) -> list[Reply]:
    """Show the choices."""
    menu = turn.knowledge.texts["menu"]
    turn.conversation.question = None
    turn.conversation.moves = [["menu"]]
    return [notice(turn.knowledge, "menu", menu["text"], menu["buttons"])]


def on_notice(turn: Turn) -> list[Reply]:
    """Thanks, goodbye, out of scope, abuse, harmful requests."""
    labels: dict[str, list[str]] = {
        "thanks": ["menu"],
        "goodbye": [],
        "out_of_scope": ["menu", "talk_to_human"],
        "abusive": ["menu", "talk_to_human"],
        "harmful_request": ["own_thoughts", "leave_group", "talk_to_human"],
    }
    name = turn.message.intent
    shown = {"harmful_request": "declined"}.get(name, name)
    replies = _notice(turn, shown, labels[name])
    return replies + (_open_question(turn) if name == "thanks" else [])


def on_other_language(turn: Turn) -> list[Reply]:
    """Answer shortly in the visitor's language where it is known, with the way to an interpreter."""
    texts = turn.knowledge.texts["other_language"]
    code = turn.message.language
    known = code in texts and code != "default"
    text = texts[code] if known else texts["default"]["text"]
    turn.conversation.moves = [["notice", "other_language"]]
    language = code if known else texts["default"]["lang"]
    return [notice(turn.knowledge, "other_language", text, ["interpreter"], language=language)]


def on_restart(turn: Turn) -> list[Reply]:
    """Forget everything told."""
    fresh = Conversation()
    turn.conversation.__dict__.update(fresh.__dict__)
    return _notice(turn, "ended", turn.knowledge.texts["greeting"]["buttons"], custom="restart")


def on_unclear(turn: Turn) -> list[Reply]:
    """Not understood: suggestions, else an honest "det vet jag inte" with a way on; never the same twice."""
    conversation, message = turn.conversation, turn.message
    if conversation.need and (_fills_question(turn) or (message.facts and not message.suggestions)):
        return on_inform(turn) if _fills_question(turn) else _unsure(turn)
    if conversation.question and conversation.need:
        slot = conversation.question
        if conversation.asked.count(slot) >= _ASK_AT_MOST or not message.suggestions:
            if conversation.asked.count(slot) >= _ASK_AT_MOST:
                _settle(turn, UNKNOWN)
                return _lead(turn)
            conversation.asked.append(slot)
            before = turn.knowledge.texts["questions"]["not_understood"]
            conversation.moves = [["question"]]
            return [_ask_again(turn, before)]
    return _unsure(turn)


def _unsure(turn: Turn) -> list[Reply]:
    conversation, message, knowledge = turn.conversation, turn.message, turn.knowledge
    texts = knowledge.texts["fallback"]
    suggestions = [label for label in message.suggestions if label != "talk_to_human"]
    if suggestions and conversation.moves != [["suggest"]]:
        text, conversation.moves = texts["suggest"], [["suggest"]]
    else:
        variants = texts["unsure"]
        text = variants[conversation.unclear % len(variants)]
        conversation.unclear += 1
        conversation.moves = [["unsure"]]
    labels = suggestions or knowledge.texts["greeting"]["buttons"][:3]
    buttons = label_buttons(knowledge, labels) + way_on_buttons(knowledge)
    return [{"text": text, "buttons": buttons, "custom": {"kind": "fallback", "suggestions": list(labels)}}]


# ---------------------------------------------------------------- again, simpler


def on_repeat(turn: Turn, *, simple: bool = False) -> list[Reply]:
    """Say what was said last again, or more simply."""
    conversation, knowledge = turn.conversation, turn.knowledge
    replies: list[Reply] = []
    for move in conversation.moves:
        kind, *rest = move
        if kind == "answer":
            replies.append(answer_reply(knowledge, knowledge.answers[rest[0]], simple=simple))
        elif kind == "question" and conversation.need and conversation.question:
            replies.append(_ask_again(turn, simple=simple))
        elif kind == "referral" and conversation.need:
            slots = conversation.for_routing(knowledge.needs[conversation.need])
            found = route(knowledge, conversation.need, slots)
            replies.append(
                emergency_reply(knowledge, found, slots, turn.now)
                if found.emergency
                else referral_reply(knowledge, found, slots, turn.now, simple=simple)
            )
        elif kind == "greeting":
            replies.append(
                notice(
                    knowledge, "greeting", knowledge.texts["greeting"]["text"], knowledge.texts["greeting"]["buttons"]
                )
            )
        elif kind in ("menu", "suggest", "unsure"):
            replies += on_menu(turn)
        elif kind == "notice" and rest[0].split()[0] in knowledge.texts["notices"]:
            name, _, which = rest[0].partition(" ")
            texts = knowledge.texts["notices"][name]
            text = texts[int(which or 0)] if isinstance(texts, list) else texts
            replies.append(notice(knowledge, name, text, ["menu"]))
    return replies or _notice(turn, "nothing_to_repeat", knowledge.texts["menu"]["buttons"])


def on_simplify(turn: Turn) -> list[Reply]:
    """Explain what was said last in simpler words."""
    return on_repeat(turn, simple=True)


# ---------------------------------------------------------------- what else it could mean


def with_alternatives(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """Let a visitor who may have been misread go on by one button, on the reply to what the message was taken for."""
    message, knowledge = turn.message, turn.knowledge
    taken = (
        reply
        for reply in replies
        if message.intent in (reply["custom"].get(kind) for kind in ("answer", "need", "notice"))
    )
    reply = next(taken, None)
    if reply is None or message.button or not message.suggestions:
        return replies
    others = label_buttons(knowledge, message.suggestions)
    for button in others:
        button["title"] = knowledge.texts["buttons"]["or_else"].format(title=button["title"])
    if reply["custom"]["kind"] == "question":
        reply["buttons"] = [*reply["buttons"], *others]
    else:
        ways_on = [button for button in reply["buttons"] if button["payload"] in _WAYS_ON]
        known = [button["payload"] for button in (*others, *ways_on)]
        related = [button for button in reply["buttons"] if button["payload"] not in known]
        reply["buttons"] = (others + related)[:3] + ways_on
    reply["custom"]["suggestions"] = list(message.suggestions)
    return replies


# ---------------------------------------------------------------- possible danger


def with_caution(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """Open the first reply with one line on where to turn, where danger is possible but not clear."""
    if not replies or any(reply["custom"].get("kind") == "emergency" for reply in replies):
        return replies
    texts, message = turn.knowledge.texts["emergency"], turn.message
    custom: dict[str, Any] = replies[0]["custom"]
    later = next((reply["custom"]["caution"] for reply in replies if reply["custom"].get("caution")), None)
    if message.danger != "none":
        caution = "suicide_line" if message.danger_need == "suicidal" else "emergency"
    elif later:
        caution = later[0]
    else:
        return replies
    custom["caution"] = [caution]
    line = texts[f"caution_{caution}"]
    replies[0]["text"] = f"{line}\n{replies[0]['text']}"
    if "lead" in custom:
        custom["lead"] = [line, *custom["lead"]]
    return replies
