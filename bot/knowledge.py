"""What the city edits under `knowledge/`, read, checked for shape and typed.

Faults are `KnowledgeFault`s: `file:line: what is wrong, what to do`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bot.hours import Hours, parse_hours
from bot.yaml_file import ROOT, KnowledgeFault, YamlFile

FOLDER = ROOT / "knowledge"
Conditions = Mapping[str, tuple[str, ...]]  # slot -> the values that fit


@dataclass(frozen=True)
class Contact:
    """Someone to turn to."""

    id: str
    name: str
    phone: str | None
    say: str
    hours: Hours | None
    hours_text: str
    web: str | None
    for_whom: str
    what_happens: str
    instead: str
    active: bool
    checked: str | None
    owner: str


@dataclass(frozen=True)
class District:
    """One of the eleven districts, and what people call the places in it."""

    id: str
    name: str
    at: str
    phone: str | None
    instead: str
    checked: str | None
    areas: tuple[str, ...]
    only_with_preposition: tuple[str, ...]


@dataclass(frozen=True)
class OtherPlaces:
    """Places outside the City of Stockholm, by how freely their names may be read."""

    names: tuple[str, ...]
    only_with_preposition: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A checked answer, given word for word."""

    id: str
    question: str
    text: str
    simple: str
    source: str
    source_url: str | None
    checked: str | None
    owner: str
    related: tuple[str, ...]


@dataclass(frozen=True)
class FirstRule:
    """Where to turn first when the conditions hold, and why."""

    rule: str
    contact: str
    because: str
    conditions: Conditions
    caution: str | None


@dataclass(frozen=True)
class FurtherContact:
    """A further way, given when the conditions hold."""

    contact: str
    conditions: Conditions


@dataclass(frozen=True)
class Need:
    """Where a need leads."""

    id: str
    button: str
    about_self: bool
    opening: str
    asks: tuple[str, ...]
    first: tuple[FirstRule, ...]
    then: tuple[FurtherContact, ...]
    related: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The ids that everything speaks of."""

    slots: Mapping[str, tuple[str, ...]]
    contacts: tuple[str, ...]
    needs: tuple[str, ...]
    answers: tuple[str, ...]
    conversation: tuple[str, ...]

    @property
    def intents(self) -> tuple[str, ...]:
        """Every label of the classifier."""
        return self.needs + self.answers + self.conversation


@dataclass(frozen=True)
class Knowledge:
    """All of it."""

    vocabulary: Vocabulary
    contacts: Mapping[str, Contact]
    districts: Mapping[str, District]
    other_places: OtherPlaces
    answers: Mapping[str, Answer]
    needs: Mapping[str, Need]
    city_contacts: frozenset[str]
    texts: Mapping[str, Any]
    page: Mapping[str, Any]

    def title(self, label: str) -> str:
        """Return the button text of a need or an answer."""
        return self.needs[label].button if label in self.needs else self.answers[label].question


def _take(file: YamlFile, record: Mapping[str, Any], field: str, kind: type, *place: str, default: Any = ...) -> Any:
    """Return a field of the wanted kind; `default=...` means that it must be there."""
    if field not in record:
        if default is ...:
            raise file.fault(f"{'.'.join(place)}: the field {field} is missing, add it", *place)
        return default
    value = record[field]
    if value is None and (default is None or default == ""):
        return default
    if not isinstance(value, kind) or (kind is str and not str(value).strip()):
        wanted = {str: "text (put numbers and dates in quotation marks)", bool: "true or false", list: "a list"}
        raise file.fault(f"{'.'.join(place)}: {field} must be {wanted.get(kind, 'name: value lines')}", *place, field)
    return " ".join(str(value).split()) if kind is str else value


def _checked(file: YamlFile, record: Mapping[str, Any], *place: str) -> str | None:
    value = record.get("checked", ...)
    if value is ...:
        raise file.fault(f"{place[0]}: checked is missing, write a date or null", *place)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise file.fault(f'{place[0]}: checked must be a date as "2026-11-23", or null', *place, "checked") from None


def _web(file: YamlFile, record: Mapping[str, Any], field: str, *place: str) -> str | None:
    value: str | None = _take(file, record, field, str, *place, default=None)
    if value is not None and not re.fullmatch(r"https://[\w.-]+(/\S*)?", value):
        raise file.fault(f"{place[0]}: {field} must start with https:// or be null", *place, field)
    return value


def _conditions(file: YamlFile, raw: Any, slots: Mapping[str, tuple[str, ...]], *place: str) -> Conditions:
    result = {}
    for slot, values in (raw or {}).items():
        if slot not in slots:
            raise file.fault(f"{place[1]}: unknown slot {slot}, choose among {', '.join(slots)}", *place)
        chosen = tuple(str(v) for v in (values if isinstance(values, list) else [values]))
        for value in chosen:
            if value not in (*slots[slot], "unknown"):
                raise file.fault(f"{place[1]}: {slot} cannot be {value}, choose among {', '.join(slots[slot])}", *place)
        result[slot] = chosen
    return result


def _load_vocabulary(folder: Path) -> Vocabulary:
    file = YamlFile(folder / "vocabulary.yml")
    content = file.content
    for part in ("slots", "contacts", "needs", "answers", "conversation"):
        if part not in content:
            raise file.fault(f"{part} is missing, restore it")
    return Vocabulary(
        slots={slot: tuple(str(v) for v in values) for slot, values in content["slots"].items()},
        contacts=tuple(content["contacts"]),
        needs=tuple(content["needs"]),
        answers=tuple(content["answers"]),
        conversation=tuple(content["conversation"]),
    )


def _same_ids(file: YamlFile, found: set[str], wanted: tuple[str, ...], what: str, *place: str) -> None:
    for missing in sorted(set(wanted) - found):
        raise file.fault(f"{what} {missing} of vocabulary.yml is missing, add a record", *place)
    for unknown in sorted(found - set(wanted)):
        raise file.fault(f"{what} {unknown} is not in vocabulary.yml, correct the id or add it there", *place, unknown)


def _load_contacts(folder: Path, vocabulary: Vocabulary) -> dict[str, Contact]:
    file = YamlFile(folder / "contacts.yml")
    result = {}
    for id_, record in file.content.items():
        phone = _take(file, record, "phone", str, id_, default=None)
        if phone is not None and not re.fullmatch(r"\+?[\d -]{3,}", phone):
            raise file.fault(f"{id_}: phone must be digits, spaces and hyphens, or null", id_, "phone")
        try:
            hours = parse_hours(
                _take(file, record, "hours", str, id_, default=None),
                closed_on_holidays=_take(file, record, "closed_on_holidays", bool, id_, default=False),
            )
        except ValueError as error:
            raise file.fault(f"{id_}: {error}", id_, "hours") from None
        _take(file, record, "source", str, id_)
        result[id_] = Contact(
            id=id_,
            name=_take(file, record, "name", str, id_),
            phone=phone,
            say=_take(file, record, "say", str, id_, default=""),
            hours=hours,
            hours_text=_take(file, record, "hours_text", str, id_, default=""),
            web=_web(file, record, "web", id_),
            for_whom=_take(file, record, "for_whom", str, id_),
            what_happens=_take(file, record, "what_happens", str, id_),
            instead=_take(file, record, "instead", str, id_, default=""),
            active=_take(file, record, "active", bool, id_, default=True),
            checked=_checked(file, record, id_),
            owner=_take(file, record, "owner", str, id_),
        )
    _same_ids(file, set(result), vocabulary.contacts, "the contact")
    return result


def _load_districts(folder: Path, vocabulary: Vocabulary) -> dict[str, District]:
    file = YamlFile(folder / "districts.yml")
    result: dict[str, District] = {}
    owner_of: dict[str, str] = {}
    for id_, record in file.content.items():
        areas = [*_take(file, record, "areas", list, id_), *_take(file, record, "nicknames", list, id_, default=[])]
        for area in areas:
            if owner_of.setdefault(str(area).lower(), id_) != id_:
                raise file.fault(f"{area} stands both here and in {owner_of[area.lower()]}, remove one", id_, "areas")
        result[id_] = District(
            id=id_,
            name=_take(file, record, "name", str, id_),
            at=_take(file, record, "at", str, id_),
            phone=_take(file, record, "phone", str, id_, default=None),
            instead=_take(file, record, "instead", str, id_),
            checked=_checked(file, record, id_),
            areas=tuple(areas),
            only_with_preposition=tuple(_take(file, record, "only_with_preposition", list, id_, default=[])),
        )
    wanted = tuple(v for v in vocabulary.slots["district"] if v not in ("other_municipality", "unknown"))
    _same_ids(file, set(result), wanted, "the district")
    return result


def _load_other_places(folder: Path) -> OtherPlaces:
    content = YamlFile(folder / "other_places.yml").content
    return OtherPlaces(
        names=(*content["municipalities"], *content["areas"]),
        only_with_preposition=tuple(content["only_with_preposition"]),
    )


def _load_answers(folder: Path, vocabulary: Vocabulary) -> dict[str, Answer]:
    result: dict[str, Answer] = {}
    files = [YamlFile(path) for path in sorted((folder / "answers").glob("*.yml"))]
    if not files:
        raise KnowledgeFault("knowledge/answers:1: there is no file here, restore the answers")
    for file in files:
        for id_, record in file.content.items():
            if id_ in result or id_ not in vocabulary.answers:
                raise file.fault(f"{id_} is not in vocabulary.yml or stands twice, correct the id", id_)
            related = tuple(_take(file, record, "related", list, id_))
            for other in related:
                if other not in vocabulary.answers and other not in vocabulary.needs:
                    raise file.fault(f"{id_}: related {other} is not in vocabulary.yml, correct it", id_, "related")
            result[id_] = Answer(
                id=id_,
                question=_take(file, record, "question", str, id_),
                text=_take(file, record, "text", str, id_),
                simple=_take(file, record, "simple", str, id_),
                source=_take(file, record, "source", str, id_),
                source_url=_web(file, record, "source_url", id_),
                checked=_checked(file, record, id_),
                owner=_take(file, record, "owner", str, id_),
                related=related,
            )
    for missing in set(vocabulary.answers) - set(result):
        raise files[-1].fault(f"the answer {missing} of vocabulary.yml is missing, add a record")
    return result


def _load_needs(folder: Path, vocabulary: Vocabulary) -> tuple[dict[str, Need], frozenset[str]]:
    file = YamlFile(folder / "routing.yml")
    records = _take(file, file.content, "needs", dict)
    _same_ids(file, set(records), vocabulary.needs, "the need", "needs")

    def contact(name: Any, *place: str) -> str:
        if name not in vocabulary.contacts:
            raise file.fault(f"{place[1]}: unknown contact {name}, choose one of contacts.yml", *place)
        return str(name)

    result = {}
    for id_, record in records.items():
        place = ("needs", id_)
        asks = tuple(_take(file, record, "asks", list, *place))
        for slot in asks:
            if slot not in vocabulary.slots:
                raise file.fault(f"{id_}: asks for the unknown slot {slot}", *place, "asks")
        first = []
        for raw in _take(file, record, "first", list, *place):
            caution = raw.get("caution")
            if caution not in (None, "emergency", "suicide_line"):
                raise file.fault(f"{id_}: caution must be emergency or suicide_line", *place, "first")
            first.append(
                FirstRule(
                    rule=_take(file, raw, "rule", str, *place, "first"),
                    contact=contact(raw.get("contact"), *place, "first"),
                    because=_take(file, raw, "because", str, *place, "first"),
                    conditions=_conditions(file, raw.get("if"), vocabulary.slots, *place, "first"),
                    caution=caution,
                )
            )
        if not first or first[-1].conditions:
            raise file.fault(
                f"{id_}: the last rule of first must have no if, or somebody gets no contact", *place, "first"
            )
        then = []
        for raw in _take(file, record, "then", list, *place):
            raw = raw if isinstance(raw, dict) else {"contact": raw}
            name = contact(raw.get("contact"), *place, "then")
            then.append(FurtherContact(name, _conditions(file, raw.get("if"), vocabulary.slots, *place, "then")))
        related = tuple(_take(file, record, "related", list, *place))
        for answer in related:
            if answer not in vocabulary.answers:
                raise file.fault(f"{id_}: related {answer} is not an answer of vocabulary.yml", *place, "related")
        result[id_] = Need(
            id=id_,
            button=_take(file, record, "button", str, *place),
            about_self=_take(file, record, "about", str, *place, default="") == "self",
            opening=_take(file, record, "opening", str, *place),
            asks=asks,
            first=tuple(first),
            then=tuple(then),
            related=related,
        )
    return result, frozenset(contact(name, "city_contacts", "city_contacts") for name in file.content["city_contacts"])


# What the code says by name; the rest of texts.yml hangs below these.
_TEXTS = """
greeting.text greeting.buttons menu.text menu.buttons redacted crash.text answer.source answer.checked answer.unchecked
emergency.clear emergency.suicide_now emergency.suicide_now_self emergency.suicide emergency.stay emergency.stay_safe
emergency.caution_emergency emergency.caution_suicide_line
questions.do_not_know questions.rather_not questions.need_not questions.again questions.not_understood
referral.first referral.phone referral.no_phone referral.unconfirmed referral.second referral.second_phone
referral.district referral.district_unknown referral.other_municipality referral.more referral.corrected
referral.unchanged referral.simple referral.simple_no_phone
hours.always hours.open hours.opens_today hours.opens_tomorrow hours.opens_later hours.unknown hours.days
buttons.human buttons.something_else buttons.menu buttons.simplify buttons.or_else
notices.thanks notices.goodbye notices.affirm notices.deny notices.ended notices.decline_to_say notices.noted
notices.nothing_to_repeat notices.out_of_scope notices.abusive notices.declined
fallback.suggest fallback.unsure other_language.default.lang other_language.default.text
errors.unknown_session errors.not_json errors.too_large errors.wrong_field errors.empty_message errors.message_too_long
errors.too_fast errors.too_many_sessions errors.not_found errors.method errors.failure
""".split()


# What the page says by name.
PAGE_TEXTS = """
leave_to page_title title emergency leave skip about_leaving accessibility privacy new_tab conversation move you bot
person choose choices label hint send left over too_long empty wait typing slow unreachable unreachable_at_start
try_again began_again strange idle stay stayed ended start_over live_failed shift_twice shift_once leaving call why
no_phone unconfirmed what_happens also web keep copy copied not_copied print printed plain.you_wrote plain.you_chose
plain.forgets plain.shows_last plain.news plain.no_news plain.back
""".split()


def _load_page(folder: Path) -> dict[str, Any]:
    return _with_all(YamlFile(folder / "page.yml"), PAGE_TEXTS)


def _load_texts(folder: Path, needs: Mapping[str, Need]) -> dict[str, Any]:
    asked = sorted({slot for need in needs.values() for slot in need.asks})
    questions = [f"questions.{slot}.{part}" for slot in asked for part in ("text", "why", "simple", "buttons")]
    return _with_all(YamlFile(folder / "texts.yml"), _TEXTS + questions)


def _with_all(file: YamlFile, names: list[str]) -> dict[str, Any]:
    """Return the file's content. Raises KnowledgeFault where one of `names` is missing."""
    for name in names:
        place = name.split(".")
        value: Any = file.content
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        if not value:
            raise file.fault(f"{name} is missing, write it", *place)
    return file.content


def load(folder: Path = FOLDER) -> Knowledge:
    """Read the knowledge under `folder`. Raises KnowledgeFault at the first fault."""
    vocabulary = _load_vocabulary(folder)
    needs, city_contacts = _load_needs(folder, vocabulary)
    return Knowledge(
        vocabulary=vocabulary,
        contacts=_load_contacts(folder, vocabulary),
        districts=_load_districts(folder, vocabulary),
        other_places=_load_other_places(folder),
        answers=_load_answers(folder, vocabulary),
        needs=needs,
        city_contacts=city_contacts,
        texts=_load_texts(folder, needs),
        page=_load_page(folder),
    )


@cache
def knowledge() -> Knowledge:
    """Return the city's knowledge, read once a process."""
    return load()
