"""Ages in every form that people write: "hon är 15", "går i åttan", "född 2009", "femton", "fyller 18 i maj"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from spacy.tokens import Doc, Token

_UNITS = "ett tva tre fyra fem sex sju atta nio".split()
_TEENS = "tio elva tolv tretton fjorton femton sexton sjutton arton nitton".split()
_TENS = {"tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "attio": 80, "nittio": 90}
_SPOKEN = {ten.removesuffix("o") if ten.endswith("tio") else "tju": number for ten, number in _TENS.items()}
NUMBERS = {word: number for number, word in enumerate((*_UNITS, *_TEENS), 1)} | {"aderton": 18} | _TENS | _SPOKEN
NUMBERS |= {ten + unit: number + one for ten, number in (_TENS | _SPOKEN).items() for one, unit in enumerate(_UNITS, 1)}
_CLASSES = {
    "1:an": 7, "2:an": 8, "3:an": 9, "4:an": 10, "5:an": 11, "6:an": 12, "7:an": 13, "8:an": 14, "9:an": 15,
    "ettan": 7, "tvaan": 8, "trean": 9, "fyran": 10, "femman": 11, "sexan": 12, "sjuan": 13, "attan": 14,
    "nian": 15, "1an": 7, "2an": 8, "3an": 9, "4an": 10, "5an": 11, "6an": 12, "7an": 13, "8an": 14, "9an": 15,
}  # fmt: skip
_SCHOOLS = {
    "forskola", "forskolan", "dagis", "lagstadiet", "mellanstadiet", "hogstadiet", "grundskolan", "grundskola",
    "hogstadieelev", "hogstadieelever", "mellanstadieelev", "sjundeklassare", "attondeklassare", "niondeklassare",
    "sjatteklassare", "femteklassare", "sjatteklass", "sjundeklass", "attondeklass", "niondeklass", "minderarig",
    "minderariga", "smabarn", "bebis", "gymnasieettan",
}  # fmt: skip
_GYMNASIUM = {"gymnasiet", "gymnasie", "gymnasium", "gymnasieskolan", "gymnasiesarskolan", "gymnasieelev", "gymn"}
_PARENTS = {"farsan", "farsa", "morsan", "morsa"}  # my own, also without "min"
_GROWN = {"pensionar", "pensionaren", "pensionerad", "medelalders", "gubbe", "gubben"}
_GROWN_KIN = {
    "pappa", "farsa", "farsan", "mamma", "morsa", "morsan", "farfar", "farmor", "morfar", "mormor", "styvpappa",
    "styvfar", "svarfar", "svarmor", "svarfadern", "far", "mor", "morbror", "farbror", "moster", "faster", "plastpappa",
}  # fmt: skip
_YEAR_UNITS = {
    "ar",
    "års",
    "ars",
    "arig",
    "ariga",
    "arige",
    "aring",
    "aringen",
    "aringar",
    "arring",
    "år",
    "bast",
    "jordsnurr",
}
_NOT_AGES = {
    "minuter", "min",
    "dar", "kap", "kap.", "timmar", "timme", "dagar", "veckor", "vecka", "manader", "manad", "kr", "kronor", "procent",
    "personer", "st", "stycken", "ganger", "gang", "elever", "barn", "km", "meter", "kilo", "kg", "kl", "klockan",
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december", "tusen", "killar", "tjejer", "pers", "syskon",
}  # fmt: skip
_AGE_WORD = re.compile(r"(\d{1,3})[- ]?ar(?:ig|iga|ige|ing|ingen|ingar|s|saldern|saldrarna)?")
_TEAM = re.compile(r"[pf](\d{1,2})(?:-?lag(?:et)?)?")
_PAST = {"var", "va", "gick"}
_SHORT = 6  # tokens; a text so short with a number in it is an answer to "how old?"
_COMPOUND = re.compile(r"([a-z]+?)(?:arig|ariga|arige|aring|aringen|aringar)")
_BEFORE = set(
    "ar e blev fyllt fyllde fyller blir ba alder aldern nyss precis bara typ ungefar ca runt kring over under snart"
    " nastan knappt nog ju".split()
)
_NOT_YET = {"fyller", "blir", "snart", "nastan", "fylla", "bli"}
_DURATION_BEFORE = {"i", "for", "pa", "sen", "sedan", "inom", "efter", "varje", "om"}


def _number(token: Token) -> int | None:
    text = token.norm_
    if re.fullmatch(r"\d{1,2}", text):
        return int(text)
    return NUMBERS.get(text)


def group(age: int) -> str:
    """Return the age group of an age in years."""
    return "under_18" if age < 18 else "18_to_20" if age <= 20 else "over_20"


def _words(doc: Doc, start: int, end: int) -> list[str]:
    return [token.norm_ for token in doc[max(0, start) : max(0, end)]]


def _born(doc: Doc, i: int, today: date) -> int | None:
    """Read the year after "född"."""
    for token in doc[i + 1 : i + 5]:
        digits = re.fullmatch(r"[-'´’]?(\d{4}|\d{2})(?:a|:?an)?", token.norm_)
        if digits:
            year = int(digits[1])
            if year < 100:
                year += 2000 if year <= today.year % 100 else 1900
            if 1900 < year <= today.year:
                return today.year - year
    return None


def find_ages(doc: Doc, today: date | None = None) -> Iterator[tuple[int, str, str]]:
    """Yield (token index, age group, holder) for each age told in `doc`; holder is "other" or "" (look around)."""
    today = today or date.today()
    words = [token.norm_ for token in doc]
    about_gymnasium = bool(_GYMNASIUM & set(words))
    for i, token in enumerate(doc):
        text = token.norm_
        before = _words(doc, i - 3, i)
        after = words[i + 1] if i + 1 < len(words) else ""
        if text.startswith("fodd") or text in ("fott", "fodelsear"):
            age = _born(doc, i, today)
            if age is not None:
                yield i, group(age), ""
            continue
        glued = _AGE_WORD.fullmatch(text)
        compound = _COMPOUND.fullmatch(text)
        if glued or (compound and compound[1] in NUMBERS):
            age = int(glued[1]) if glued else NUMBERS[compound[1]]  # type: ignore[index]
            ago = _words(doc, i + 1, i + 2)
            if age <= 110 and not (
                text.endswith("ar") and (set(before[-1:]) & _DURATION_BEFORE or set(ago) & {"sen", "sedan"})
            ):
                yield i, group(age), ""
            continue
        if text in _CLASSES or text in ("ak", "arskurs", "klass", "ars9", "nionde", "attonde", "sjunde", "sjatte"):
            yield from _school_year(doc, i, about_gymnasium)
            continue
        if text in _SCHOOLS:
            yield i, "under_18", ""
            continue
        if text in ("forsta", "andra") and "aret" in words[i : i + 3] and about_gymnasium:
            yield i, "under_18", ""
            continue
        if text in _GROWN or text in _PARENTS or (text in _GROWN_KIN and before[-1:] == ["min"]):
            yield i, "over_20", "other"
            continue
        team = _TEAM.fullmatch(text)
        if team and int(team[1]) <= 19:
            yield i, group(int(team[1])), "other"
            continue
        if text == "myndig" and "inte" in before:
            yield i, "under_18", ""
            continue
        number = _number(token)
        if number is None or not 3 <= number <= 99 or _long_ago(words, i):
            continue
        unit = after in _YEAR_UNITS or (
            after == "-" and _words(doc, i + 2, i + 3)[:1] and words[i + 2].startswith("aring")
        )
        if after in _NOT_AGES or set(before[-1:]) & {
            "kl",
            "klockan",
            "vid",
            "nummer",
            "nr",
            "buss",
            "linje",
            "§",
            "kap",
            "efter",
            "fore",
        }:
            continue
        if unit:
            later = _words(doc, i + 2, i + 4)
            duration = set(before[-1:]) & _DURATION_BEFORE or set(later) & {"sen", "sedan", "fangelse", "tillbaka"}
            if duration and not words[i + 1].startswith("aring"):
                continue
        elif not (
            set(before) & _BEFORE
            or (len(doc) <= _SHORT and not set(before[-1:]) & _DURATION_BEFORE)
            or _after_kin(before)
            or (before[-1:] == ["pa"] and _after_kin(before[:-1]))
            or (after in (",", ".", "") and i > 0 and words[i - 1] == ",")
        ):
            continue
        elif token.norm_ in NUMBERS and number < 10:
            continue  # "fem" without "år" is seldom an age
        not_yet = set(before) & _NOT_YET and "fyllde" not in before
        soon = not {"fyllde", "fyllt"} & set(before) and after == "i" and set(words[i + 2 : i + 3]) & _NOT_AGES
        age = number - 1 if not_yet or soon else number
        if "over" in before[-1:] and number == 20:
            age = 21
        if "under" in before[-1:]:
            age = number - 1
        yield i, group(age), ""


def _long_ago(words: list[str], i: int) -> bool:
    """ "när han var 12": not an age of today."""
    before = words[max(0, i - 5) : i]
    return bool(_PAST & set(before[-2:])) and ("nar" in before or "nar" in words[i + 1 : i + 3])


def _after_kin(before: list[str]) -> bool:
    return bool(before) and before[-1] in {
        "son", "sonen", "dotter", "dottern", "bror", "brorsa", "brorsan", "syster", "syrra", "syrran", "kille", "tjej",
        "grabb", "grabben", "pojke", "flicka", "man", "kvinna", "lillebror", "lillasyster", "elev", "kusin", "unge",
        "kompis", "polare", "barnbarn", "sonson", "dotterson", "(",
    }  # fmt: skip


def _school_year(doc: Doc, i: int, about_gymnasium: bool) -> Iterator[tuple[int, str, str]]:
    text = doc[i].norm_
    if text in _CLASSES:
        # Third year of gymnasiet may be 18 or not; the first two are not.
        if about_gymnasium and text in ("trean", "3an", "3:an"):
            return
        if "gick" in _words(doc, i - 3, i):
            return
        here = {"i", "gar", "går", "pa", "ga", "elev", "klass", "borjat", "fran"}
        if about_gymnasium or set(_words(doc, i - 3, i)) & here:
            yield i, "under_18", ""
    elif text in ("ak", "arskurs", "klass"):
        near = doc[i + 1 : i + 2]
        if near and re.fullmatch(r"[1-9][a-f]?", near[0].norm_):
            yield i, "under_18", ""
    elif i + 1 < len(doc) and doc[i + 1].norm_ in ("klass", "arskurs", "klassen"):
        yield i, "under_18", ""
