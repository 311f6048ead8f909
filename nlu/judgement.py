"""The decision on one message, as a function of what the parts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.knowledge import Vocabulary
from nlu.emergency import ORDER, Danger
from nlu.language import SWEDISH

UNSURE = "nlu_fallback"
OTHER_LANGUAGE = "other_language"
INFORM = "inform"
OUT_OF_SCOPE = "out_of_scope"
DECLINED = frozenset((OUT_OF_SCOPE, "harmful_request"))


@dataclass(frozen=True)
class Thresholds:
    """Probabilities at which things are done, chosen on utterances kept apart (`nlu.evaluation.thresholds`).

    A missed danger costs more than a line too much. Acting early costs little where the other meanings go along as
    buttons.
    """

    sure: float = 0.30  # act on the label
    declined: float = 0.25  # decline, of out of scope and harmful together
    second: float = 0.25  # a second matter beside it
    suggested: float = 0.03  # offered as a button
    certain: float = 0.85  # acted on without offering what else it could mean
    danger_clear: float = 0.25  # emergency reply first
    danger_agreed: float = 0.08  # the same, where the patterns find it clear
    danger_possible: float = 0.05  # one line of caution
    acute: float = 0.45  # of the suicidal probability
    language: float = 0.01  # other_language, where the detector finds another language
    swedish: float = 0.60  # the same, where it finds Swedish


@dataclass(frozen=True)
class Judgement:
    """`danger` is clear, possible or none; `suggestions` are what it could mean, or could mean instead."""

    intent: str
    confidence: float
    danger: str
    danger_need: str | None
    acute: bool
    suggestions: list[str]
    second: str | None
    language: str
    patterns: str  # what the patterns alone say
    danger_probability: float  # what the classifier gives the dangerous needs together

    def as_dict(self) -> dict[str, Any]:
        """Return it as it goes into the message."""
        return asdict(self)


def danger_probability(probabilities: Mapping[str, float]) -> float:
    """Return what the classifier gives the dangerous needs together."""
    return sum(probabilities.get(need, 0.0) for need in ORDER)


def _danger(probabilities: Mapping[str, float], patterns: Danger, thresholds: Thresholds) -> Danger:
    if not probabilities:  # no model: the patterns alone
        return patterns
    by_need = {need: probabilities.get(need, 0.0) for need in ORDER}
    total = danger_probability(probabilities)
    likeliest = max(by_need, key=lambda need: by_need[need])
    if total >= thresholds.danger_clear:
        return Danger("clear", likeliest)
    if patterns.level == "clear" and total >= thresholds.danger_agreed:
        return Danger("clear", patterns.need)
    if total >= thresholds.danger_possible:
        return Danger("possible", likeliest)
    if patterns.level == "clear" or (patterns.level == "possible" and total >= thresholds.danger_agreed / 2):
        return Danger("possible", patterns.need)
    return Danger("none")


def judge(
    probabilities: Mapping[str, float],
    patterns: Danger,
    language: str,
    *,
    words: int,
    facts: bool,
    vocabulary: Vocabulary,
    thresholds: Thresholds,
    families: Mapping[str, frozenset[str]] | None = None,
) -> Judgement:
    """Decide. `probabilities` by label may be empty when there is no model.

    Needs of one family (see `bot.routing.families`) lead the same way, so their probabilities count together.
    """
    danger = _danger(probabilities, patterns, thresholds)
    by_label = sorted(((p, label) for label, p in probabilities.items() if label in vocabulary.intents), reverse=True)
    confidence, intent = by_label[0] if by_label else (0.0, UNSURE)
    family = DECLINED if intent in DECLINED else (families or {}).get(intent, frozenset())
    if family and intent not in ORDER:
        confidence = sum(probabilities.get(each, 0.0) for each in family)
    leads = [label for p, label in by_label if p >= thresholds.suggested and label not in vocabulary.conversation]
    acute_share = probabilities.get("acute", 0.0) / max(probabilities.get("suicidal", 0.0), 1e-9)
    acute = danger.need == "suicidal" and acute_share >= thresholds.acute

    if danger.level == "clear" and danger.need:
        intent, confidence = danger.need, max(confidence, thresholds.danger_clear)
    elif language != SWEDISH and (not probabilities or probabilities.get(OTHER_LANGUAGE, 0.0) >= thresholds.language):
        intent, confidence = OTHER_LANGUAGE, max(probabilities.get(OTHER_LANGUAGE, 0.0), thresholds.sure)
    elif intent in ORDER:  # likely, but not clear enough for an emergency reply
        rest = [(p, label) for p, label in by_label if label not in ORDER]
        confidence, intent = rest[0]
        if confidence < thresholds.sure:
            intent = UNSURE
    elif not words:
        intent, confidence = UNSURE, 0.0
    elif intent == OTHER_LANGUAGE and language == SWEDISH and confidence < thresholds.swedish:
        intent = UNSURE
    elif confidence < (thresholds.declined if intent in DECLINED else thresholds.sure):
        intent = INFORM if facts and words <= 6 else UNSURE
    seconds = [label for p, label in by_label[:3] if p >= thresholds.second and label != intent]
    second = next((label for label in seconds if label not in vocabulary.conversation and label not in ORDER), None)
    if intent in (UNSURE, INFORM):
        suggestions = leads[:3]
    elif (
        danger.level == "clear"
        or confidence >= thresholds.certain
        or intent not in (*vocabulary.needs, *vocabulary.answers, OUT_OF_SCOPE)
    ):
        suggestions = []
    else:
        suggestions = [label for label in leads if label not in (intent, second, *family)][:2]
    return Judgement(
        intent=intent,
        confidence=confidence,
        danger=danger.level,
        danger_need=danger.need,
        acute=acute,
        suggestions=suggestions,
        second=second,
        language=language,
        patterns=patterns.level,
        danger_probability=danger_probability(probabilities),
    )
