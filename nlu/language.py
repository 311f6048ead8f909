"""Whether a message is in Swedish, and else in which language."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nlu.swedish import fold

SWEDISH = "sv"
_SCRIPTS = (
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ti", re.compile(r"[\u1200-\u137f]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u0d7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
)
_PERSIAN = re.compile("[پچژگکی]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
# Short words that hardly any other language has in this company.
_SWEDISH_WORDS = frozenset(
    "jag är och att det inte som han hon på med för en ett min mitt mina men om vad hur har ska vi ni dom dem mig dig"
    " sig till från av nu ja nej hej tack varför vem var när kan vill måste får blir bli ju bara också så då här där"
    " nån något någon ngn hjälp vet ar ocksa sa nar aldrig alla kommer ringa min son dotter bror".split()
)
_NOT_EVIDENCE = frozenset("en men min var den for i de som an alla ni vi son la om de ar sa nar".split())
_SURE = 0.75


@cache
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    names = (
        "SWEDISH ENGLISH ARABIC PERSIAN SOMALI TURKISH POLISH SPANISH FRENCH GERMAN RUSSIAN UKRAINIAN FINNISH BOSNIAN"
        " ALBANIAN DANISH BOKMAL ITALIAN PORTUGUESE ROMANIAN HUNGARIAN DUTCH CROATIAN SERBIAN"
    )
    languages = [getattr(Language, name) for name in names.split()]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def detect_language(text: str) -> str:
    """Return an ISO 639-1 code; Swedish unless the text is long enough and clearly another language."""
    letters = re.sub(r"[^\w]|\d|_", "", text)
    for code, script in _SCRIPTS:
        if len(script.findall(text)) > len(letters) / 2:
            if code == "ar" and _PERSIAN.search(text):
                return "fa"
            return "uk" if code == "ru" and _UKRAINIAN.search(text) else code
    words = re.findall(r"[^\W\d_]+", text.lower())
    swedish = sum(word in _SWEDISH_WORDS and word not in _NOT_EVIDENCE for word in words)
    if len(words) < 3 or len(letters) < 10 or swedish * 4 > len(words) or (set("åäö") & set(text.lower()) and swedish):
        return SWEDISH
    values = _detector().compute_language_confidence_values(text)
    if not values or values[0].value < _SURE:
        return SWEDISH
    code = str(values[0].language.iso_code_639_1.name).lower()
    folded = sum(fold(word) in _SWEDISH_WORDS and word not in _NOT_EVIDENCE for word in words)
    if code in ("nb", "da", "nn", "nl") and folded:
        return SWEDISH
    return "bs" if code in ("hr", "sr") else code
