"""Ages in every form that people write: "hon är 15", "går i åttan", "född 2009", "femton", "fyller 18 i maj"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from spacy.tokens import Doc, Token

NUMBERS = {
    "ett": 1, "tva": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "atta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18,
    "aderton": 18, "nitton": 19, "tjugo": 20, "tjugoett": 21, "tjugotva": 22, "tjugotre": 23, "tjugofyra": 24,
    "tjugofem": 25, "tjugosex": 26, "tjugosju": 27, "tjugoatta": 28, "tjugonio": 29, "trettio": 30, "trettiofem": 35,
    "fyrtio": 40, "fyrtiofem": 45, "femtio": 50, "sextio": 60, "sjuttio": 70, "attio": 80,
}  # fmt: skip
_CLASSES = {
    "ettan": 7, "tvaan": 8, "trean": 9, "fyran": 10, "femman": 11, "sexan": 12, "sjuan": 13, "attan": 14,
    "nian": 15, "1an": 7, "2an": 8, "3an": 9, "4an": 10, "5an": 11, "6an": 12, "7an": 13, "8an": 14, "9an": 15,
}  # fmt: skip
_SCHOOLS = {
    "forskola", "forskolan", "dagis", "lagstadiet", "mellanstadiet", "hogstadiet", "grundskolan", "grundskola",
    "hogstadieelev", "hogstadieelever", "mellanstadieelev", "sjundeklassare", "attondeklassare", "niondeklassare",
    "sjatteklassare", "femteklassare", "minderarig", "minderariga", "smabarn", "bebis", "gymnasieettan",
}  # fmt: skip
_GYMNASIUM = {"gymnasiet", "gymnasie", "gymnasium", "gymnasieskolan", "gymnasiesarskolan", "gymnasieelev", "gymn"}
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
    "minuter", "min", "timmar", "timme", "dagar", "veckor", "vecka", "manader", "manad", "kr", "kronor", "procent",
    "personer", "st", "stycken", "ganger", "gang", "elever", "barn", "km", "meter", "kilo", "kg", "kl", "klockan",
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december", "tusen", "killar", "tjejer", "pers", "syskon",
}  # fmt: skip
_AGE_WORD = re.compile(r"(\d{1,3})[- ]?ar(?:ig|iga|ige|ing|ingen|ingar|s)?")
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
        if text in _GROWN or (text in _GROWN_KIN and before[-1:] == ["min"]):
            yield i, "over_20", "other"
            continue
        number = _number(token)
        if number is None or not 3 <= number <= 99:
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
        }:
            continue
        if unit:
            later = _words(doc, i + 2, i + 4)
            duration = set(before[-1:]) & _DURATION_BEFORE or set(later) & {"sen", "sedan", "fangelse", "tillbaka"}
            if duration and not words[i + 1].startswith("aring"):
                continue
        elif not (
            set(before) & _BEFORE
            or len(doc) <= 3
            or _after_kin(before)
            or (after in (",", ".", "") and i > 0 and words[i - 1] == ",")
        ):
            continue
        elif token.norm_ in NUMBERS and number < 10:
            continue  # "fem" without "år" is seldom an age
        age = number - 1 if set(before) & _NOT_YET and "fyllde" not in before else number
        if "over" in before[-1:] and number == 20:
            age = 21
        if "under" in before[-1:]:
            age = number - 1
        yield i, group(age), ""


def _after_kin(before: list[str]) -> bool:
    return bool(before) and before[-1] in {
        "son", "sonen", "dotter", "dottern", "bror", "brorsan", "syster", "syrran", "kille", "tjej", "grabb", "grabben",
        "lillebror", "lillasyster", "elev", "kusin", "(",
    }  # fmt: skip


def _school_year(doc: Doc, i: int, about_gymnasium: bool) -> Iterator[tuple[int, str, str]]:
    text = doc[i].norm_
    if text in _CLASSES:
        # Third year of gymnasiet may be 18 or not; the first two are not.
        if about_gymnasium and text in ("trean", "3an"):
            return
        if set(_words(doc, i - 3, i)) & {"i", "gar", "går", "pa", "ga", "elev", "klass", "borjat", "fran"}:
            yield i, "under_18", ""
    elif text in ("ak", "arskurs", "klass"):
        near = doc[i + 1 : i + 2]
        if near and re.fullmatch(r"[1-9][a-f]?", near[0].norm_):
            yield i, "under_18", ""
    elif i + 1 < len(doc) and doc[i + 1].norm_ in ("klass", "arskurs", "klassen"):
        yield i, "under_18", ""
