"""From a need and what has been told to the contacts, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from bot.knowledge import Conditions, FirstRule, Knowledge

Slots = Mapping[str, str]  # only what is told; "unknown" counts as told


@dataclass(frozen=True)
class Route:
    """Where to turn: `contacts` in order, by which rule, and why."""

    need: str
    contacts: tuple[str, ...]
    rule: str
    because: str
    caution: str | None
    other_municipality: bool

    @property
    def emergency(self) -> bool:
        """Whether this is what the contract calls an emergency."""
        return self.contacts[0] in ("emergency", "suicide_line")


def _fits(conditions: Conditions, slots: Slots) -> bool:
    return all(slots.get(slot, "unknown") in values for slot, values in conditions.items())


def _first_rule(knowledge: Knowledge, need: str, slots: Slots) -> FirstRule:
    return next(rule for rule in knowledge.needs[need].first if _fits(rule.conditions, slots))


def route(knowledge: Knowledge, need: str, slots: Slots) -> Route:
    """Return the route for `need` given what has been told."""
    rule = _first_rule(knowledge, need, slots)
    wanted = [rule.contact] + [each.contact for each in knowledge.needs[need].then if _fits(each.conditions, slots)]
    elsewhere = slots.get("district") == "other_municipality"
    if elsewhere:
        wanted = ["own_municipality" if name in knowledge.city_contacts else name for name in wanted]
    active = [name for name in dict.fromkeys(wanted) if knowledge.contacts[name].active]
    return Route(need, tuple(active), rule.rule, rule.because, rule.caution, elsewhere and "own_municipality" in active)


def next_question(knowledge: Knowledge, need: str, slots: Slots) -> str | None:
    """Return the next slot to ask for, or None when nothing is left that could change where this leads.

    A slot is skipped when it is told, and when no value of it, whatever the other open ones turn out to be,
    changes the contacts or the district whose record is shown. Where there is a threat, only what changes the first
    contact is worth a question.
    """
    hurry = route(knowledge, need, slots).caution is not None
    open_slots = [slot for slot in knowledge.needs[need].asks if slot not in slots]
    for slot in open_slots:
        rest = [other for other in open_slots if other != slot]
        domains = [knowledge.vocabulary.slots[other] for other in rest]
        for values in product(*domains):
            told = {**slots, **dict(zip(rest, values, strict=True))}
            if len({_shown(knowledge, need, {**told, slot: v}, hurry) for v in knowledge.vocabulary.slots[slot]}) > 1:
                return slot
    return None


def families(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """Return for each need those that ask the same and turn to the same contacts first: telling them apart can wait."""

    def way(need: str) -> tuple[object, ...]:
        rules = knowledge.needs[need].first
        return (knowledge.needs[need].asks, tuple((rule.contact, tuple(rule.conditions.items())) for rule in rules))

    return {need: frozenset(other for other in knowledge.needs if way(other) == way(need)) for need in knowledge.needs}


def _shown(knowledge: Knowledge, need: str, slots: Slots, hurry: bool) -> tuple[object, ...]:
    found = route(knowledge, need, slots)
    if hurry:
        return (found.contacts[0],)
    local = slots.get("district") if found.contacts[0] == "district_social_services" else None
    return (found.contacts, found.caution, local)
