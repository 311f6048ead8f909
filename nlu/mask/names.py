"""Names of private persons: by lists (names.tsv, made by `build_names.py`) and by what stands around a word.

A name's class in the lists says how much context it needs:

- `sure`, `near`: also in lower case, anywhere ("ahmed är borta")
- `far`: a name of another country; with a capital in mid-sentence, or in a context
- `word`: also an ordinary word ("björn", "linn"); with a capital in mid-sentence, or in a context
- `hard`: mostly an ordinary word ("hans", "per"); in a clear context

A word in no list is a name after "heter", and with a capital after kin ("min son Xhemil") or before what people do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import simplemma

from bot.knowledge import knowledge
from bot.yaml_file import YamlFile
from nlu.mask.words import listed

FOLDER = Path(__file__).parent
TABLE = FOLDER / "names.tsv"
_WORD = re.compile(r"[^\W\d_]+(?:[-'’´][^\W\d_]+){0,20}")
_LETTERS = str.maketrans({"ı": "i", "ø": "ö", "æ": "ä", "ß": "ss", "đ": "d", "ł": "l", "ə": "e", "ð": "d", "þ": "th"})
_PARTICLES = frozenset(
    "al el bin ibn abu abo umm bint von van de der den da di del dos la le ben ait af ould bat".split()
)
_POSSESSIVES = frozenset("min mitt mina din ditt dina vår vårt våra sin sitt hans hennes deras er ert mans ens".split())
_PERSONS = ("jag", "han", "hon", "hen")
_NAMED_BETWEEN = frozenset("är ju faktiskt tydligen nu alltså då också mig mej honom henne för sig".split())
_KUNYA = frozenset(("abu", "abo", "umm"))
_LONGEST_NAME = 5  # words
_COMPOUND = (
    "en",
    "et",
    "na",
    "ning",
    "het",
    "skap",
    "bomb",
    "grupp",
    "klubb",
    "front",
    "bund",
    "isten",
    "ister",
    "ist",
)


def fold(text: str) -> str:
    """Return `text` in lower case, without accents other than å, ä and ö."""
    return "".join(
        each if each in "åäö" else unicodedata.normalize("NFD", each)[0] for each in text.lower().translate(_LETTERS)
    )


@cache
def words(name: str) -> frozenset[str]:
    """Return a list of words.yml, folded."""
    return frozenset(map(fold, listed(name)))


@cache
def _public_persons() -> frozenset[tuple[str, ...]]:
    value: str = YamlFile(FOLDER / "words.yml").content["public_persons"]
    return frozenset(tuple(fold(person).split()) for person in value.split("|"))


@cache
def _table() -> dict[str, tuple[str, str]]:
    rows = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {name: (first, last) for name, first, last in rows}


@cache
def places() -> frozenset[str]:
    """Return every word of the knowledge base's places, folded."""
    areas = [area for district in knowledge().districts.values() for area in (*district.areas, district.name)]
    return frozenset(fold(word) for name in (*areas, *knowledge().other_places.names) for word in name.split())


@cache
def _last_ending() -> re.Pattern[str]:
    endings = map(fold, YamlFile(FOLDER / "names.yml").content["last_endings"].split())
    return re.compile(rf"[a-zåäö]{{3,20}}(?:{'|'.join(endings)})")


@cache
def _respelt() -> dict[str, str]:
    """The sure names by a rough spelling: Mohammed, Muhamed and Mohamad are written in many ways."""
    return {rough(name): name for name, (first, _) in _table().items() if first == "sure" and len(name) > _ROUGH_FROM}


_ROUGH_FROM = 5  # letters


def rough(name: str) -> str:
    """Return `name` without the differences between transcriptions."""
    for ending, plain in (
        ("ou", "u"),
        ("oo", "u"),
        ("ee", "i"),
        ("kh", "h"),
        ("ph", "f"),
        ("y", "i"),
        ("q", "k"),
        ("w", "v"),
    ):
        name = name.replace(ending, plain)
    return re.sub(r"(.)\1", r"\1", name.replace("ck", "k").replace("c", "k"))


# Words of visitors are never cached.
_DICTIONARY = simplemma.Lemmatizer(cache_max_size=0)


def ordinary(word: str) -> bool:
    """Tell whether a word in lower case is in the Swedish dictionary as something else than a name."""
    return simplemma.is_known(word, lang="sv") and _DICTIONARY.lemmatize(word, lang="sv").islower()


def foreign_or_compound(word: str) -> bool:
    """Tell whether a word that no Swedish dictionary has is an English one, or looks like a Swedish compound."""
    return len(word) > 11 or word.endswith(_COMPOUND) or simplemma.is_known(word, lang="en")


@dataclass(frozen=True)
class Word:
    """A word of a message, how it is written, and what the lists say of it (without a genitive s, if it has one)."""

    start: int
    end: int
    key: str
    whole: str
    first: str
    last: str
    capital: bool
    opens: bool  # at the start of a sentence, where a capital says nothing

    @property
    def genitive(self) -> bool:
        return self.key != self.whole

    @property
    def marked(self) -> bool:
        return self.capital and not self.opens


def _classes(key: str) -> tuple[str, str]:
    found = _table().get(key)
    if found:
        return found
    if "-" in key:
        parts = [_table().get(part, ("", "")) for part in key.split("-")]
        if all(first or last for first, last in parts) and any(first in ("sure", "near") for first, _ in parts):
            return "sure", "sure"
    if re.match(r"(?:al|el|ben|abd|abdul|as|ash|an|ad|at|az)-[a-z]{3}", key):
        return "", "rule"
    if re.match(r"(?:o['’]|mc|mac)[a-z]{4}", key) and not ordinary(key):
        return "", "rule"
    if _last_ending().fullmatch(key) and not ordinary(key):
        return "", "sure" if key.endswith(("sson", "qvist", "kvist")) else "rule"
    if len(key) > _ROUGH_FROM and rough(key) in _respelt() and not ordinary(key):
        return "near", ""
    return "", ""


def _look_up(whole: str) -> tuple[str, str, str]:
    """Return the name that `whole` is, or is the genitive of, with its classes; itself where it is none."""
    first, last = _classes(whole)
    stem = re.sub(r"['’´:]?s$", "", whole)
    if stem != whole and len(stem) > 2:
        of_stem = _classes(stem)
        listed_whole = first or last not in ("", "rule")
        if (any(of_stem) and not listed_whole) or (of_stem[0] == "sure" and first not in ("sure", "near", "word")):
            return stem, *of_stem
    return whole, first, last


def _read(text: str) -> list[Word]:
    letters = [each for each in text if each.isalpha()]
    shouted = len(letters) > 12 and sum(map(str.isupper, letters)) > 0.7 * len(letters)
    found = []
    for match in _WORD.finditer(text):
        written = match[0]
        whole = fold(written)
        key, first, last = _look_up(whole)
        before = text[: match.start()].rstrip(" \t\"'”“(*_")
        after_line = "\n" in text[len(before) : match.start()]
        opens = not before or after_line or before[-1] in ".!?:;…–\n"
        capital = (
            written[0].isupper() and not shouted and (len(written) < 2 or not written.isupper() or first == "sure")
        )
        end = match.end() - (len(whole) - len(key) if len(whole) == len(written) else 0)
        found.append(Word(match.start(), end, key, whole, first, last, capital, opens))
    return found


class _Message:
    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _read(text)

    def key(self, index: int) -> str:
        return self.words[index].whole if 0 <= index < len(self.words) else ""

    def gap(self, index: int) -> str:
        """What stands between the word at `index` and the next."""
        if not 0 <= index < len(self.words) - 1:
            return "\n"
        return self.text[self.words[index].start + len(self.words[index].whole) : self.words[index + 1].start]

    def joined(self, index: int) -> bool:
        """The word at `index` and the next stand side by side."""
        return self.gap(index) in (" ", "  ", "\u00a0")

    # -- context

    def named(self, i: int, before: str = "named") -> bool:
        """ "heter X", "heter ju X"."""
        j = i - 1
        if self.key(j) in _NAMED_BETWEEN and self.joined(j):
            j -= 1
        if self.key(j) not in words(before) or self.gap(j).strip(" :\"'”"):
            return False
        reach = 3 if before == "named" else 1  # "gruppen vi hade hette X", but "killen i gruppen kallas X"
        return not any(
            self.key(back) in words("things") and (before == "named" or self.key(back - 1) not in ("i", "på"))
            for back in range(j - reach, j)
        )

    def kin(self, i: int) -> bool:
        return (
            self.key(i - 1) in words("kin")
            and self.gap(i - 1).strip(' ,:("”') == ""
            and not ("," in self.gap(i - 1) and self.key(i) in words("conjunctions"))
        )

    def acts(self, i: int, verbs: str = "verbs") -> bool:
        """A verb follows, or an age, or a class: "X är", "X, 15", "X (15)", "X i 8b"."""
        word = self.words[i]
        if word.genitive:
            return self.key(i + 1) in words("belongings") and self.joined_after(i)
        if self.key(i + 1) in words(verbs) and self.joined(i):
            return True
        if self.key(i + 1) in _POSSESSIVES and self.key(i + 2) in words("kin") and self.gap(i).strip(" ,") == "":
            return True
        return self.aged(i)

    def aged(self, i: int) -> bool:
        """An age or a class follows."""
        word = self.words[i]
        return bool(
            re.match(
                r" är 1?\d\b|,? \(?1?\d\)? ?(?:år|[a-f]\b|[,.)])| \(\d{1,2}\)| i (?:[1-9][a-f]?|min klass|vår klass)\b|, \d{1,2} år",  # noqa: E501
                self.text[word.end : word.end + 14],
            )
        )

    def joined_after(self, i: int) -> bool:
        return i + 1 < len(self.words) and self.text[self.words[i].end : self.words[i + 1].start].strip("s'’´: ") == ""

    def kin_says(self, i: int) -> bool:
        """ "X är min bror"."""
        return self.key(i + 1) in ("är", "e") and self.key(i + 2) in _POSSESSIVES and self.key(i + 3) in words("kin")

    def place(self, i: int) -> bool:
        """A place, or a name that is also one and stands like one."""
        word = self.words[i]
        if self.key(i - 1) in words("not_private_before") and self.joined(i - 1):
            return True
        if self.key(i - 2) in words("works") and self.key(i - 1) in ("av", "om") and self.joined(i - 1):
            return True
        for ahead in (1, 2):
            if self.key(i + ahead) in words("not_private_after") and self.joined(i) and word.capital:  # noqa: SIM102
                if ahead == 1 or (self.joined(i + 1) and self.words[i + 1].capital):
                    return True
        after_preposition = self.key(i - 1) in words("place_before") and self.joined(i - 1)
        if word.key in words("name_and_place") or word.whole in words("name_and_place"):
            person = self.kin(i) or self.named(i) or self.acts(i) or (word.marked and word.first in ("sure", "word"))
            return after_preposition or not person
        return word.whole in places() or (word.key in places() and word.first not in ("sure", "word"))

    # -- decisions

    def is_name(self, i: int) -> bool:
        """Tell whether a name begins, or stands, at the word `i`."""
        word = self.words[i]
        if self.place(i):
            return False
        named, kin = self.named(i), self.kin(i)
        if word.key in words("not_names") or word.whole in words("not_names"):
            return (named or kin) and word.capital and word.first in ("sure", "near", "word")
        if word.whole in words("kin"):
            return False
        if word.key in words("common_words") or word.whole in words("common_words"):
            return bool(word.first and word.marked and (named or kin or self.acts(i)))
        if word.genitive and (ordinary(word.whole) or word.first != "sure") and not (word.marked or self.acts(i)):
            return False
        if word.first in ("sure", "near"):
            return len(word.key) > 2 or word.capital
        if word.last == "sure" and (word.marked or not ordinary(word.key)):
            return word.capital or word.key.endswith(("sson", "qvist", "kvist"))
        if named and word.key not in words("conjunctions") and self.key(i + 1) not in words("kin"):
            # "han heter X": any word that no dictionary has; elsewhere a long one may be a compound.
            longest = 30 if self.key(i - 2) in _PERSONS or self.key(i - 2) in words("kin") else 12
            return bool(word.capital or word.first or (not ordinary(word.key) and 2 < len(word.key) <= longest))
        following = self.words[i + 1] if self.joined(i) else None
        if following and following.capital and following.key not in words("not_names"):  # noqa: SIM102
            if word.first and word.capital and (following.last or following.first):
                return True
        if word.first and word.capital and self.kin_says(i):
            return True
        if self.named(i, "nicknamed") and (word.marked or word.first not in ("", "hard")):
            return True
        if word.first == "far":
            return word.marked or kin or (self.acts(i) and not ordinary(word.whole))
        if word.first == "word":
            return self._word(i, kin)
        if word.first == "hard":
            return self._hard(i, kin)
        if word.last == "rule":
            return word.marked
        if word.key in words("verbs") | words("conjunctions") or len(word.key) < 3:
            return False
        if ordinary(word.key):
            return word.marked and kin and self.key(i - 2) in _POSSESSIVES and self.acts(i)
        if word.capital and re.match(
            r" i [1-9][a-f]\b| (?:och|o) (?:jag|hans|hennes)\b", self.text[word.end : word.end + 12]
        ):
            return True
        if word.opens and word.capital:
            return self.acts(i) and not foreign_or_compound(word.whole)
        if word.marked:
            between = (
                self.gap(i - 1) == ", " and self.gap(i).startswith(",") and self.key(i + 1) in ("som", "har", "är")
            )
            return kin or between or self.key(i - 1) in words("about_person") or self.acts(i, "human_verbs")
        return kin and len(word.key) > 3 and self.key(i - 2) in _POSSESSIVES and self.key(i + 1) in words("verbs")

    def _word(self, i: int, kin: bool) -> bool:
        word = self.words[i]
        if word.marked or kin or (len(self.words) == 1 and word.capital):
            return True
        if self.key(i - 1) in words("about_person") and self.joined(i - 1):
            return not self.joined(i) or self.key(i + 1) in words("verbs") | words("conjunctions")
        starts = word.opens or self.key(i - 1) in words("conjunctions") or "," in self.gap(i - 1)
        return starts and self.acts(i)

    def _hard(self, i: int, kin: bool) -> bool:
        word = self.words[i]
        if word.key in words("months") and not kin:
            return False
        if word.marked or (kin and self.acts(i)):
            return True
        return word.opens and word.capital and self.acts(i) and self.key(i + 2) not in words("no_person")

    def goes_on(self, i: int) -> bool:
        """Tell whether the word `i` belongs to the name that stands right before it."""
        word = self.words[i]
        if word.key in words("not_names") or word.whole in places() or word.key in words("verbs"):
            return False
        if word.capital and len(word.whole) == 1:
            return word.whole not in "iåo"
        if word.key in words("common_words"):
            return False
        if word.capital:
            return word.whole not in words("conjunctions") | words("kin") | words("place_before") | words("belongings")
        if word.first in ("hard", "word") or ordinary(word.whole):
            return False
        return bool(word.last) or word.first in ("sure", "near", "far")

    def end(self, i: int, alone: bool) -> int:
        """Where the name ends whose last word is `i`: a final s belongs to a family name ("Robin Williams")."""
        word = self.words[i]
        if word.genitive and not alone and _classes(word.whole)[1] and not self.acts(i):
            return word.start + len(word.whole)
        return word.end

    def end_of_name(self, i: int) -> int:
        """Return the index of the last word of the name that begins at `i`."""
        j = i
        while j - i < _LONGEST_NAME and self.joined(j) and not self.words[j].genitive:
            particle = self.key(j + 1) in _PARTICLES and self.joined(j + 1)
            if particle and (self.words[j + 2].capital or self.goes_on(j + 2)):
                j += 2
            elif self.goes_on(j + 1):
                j += 1
            else:
                break
        return j


def _public(message: _Message) -> set[int]:
    """The words that belong to the whole name of a public or historical person."""
    found: set[int] = set()
    for i in range(len(message.words)):
        for length in range(2, _LONGEST_NAME + 1):
            part = message.words[i : i + length]
            key, whole = (tuple(each) for each in zip(*((word.key, word.whole) for word in part), strict=True))
            compound = (*whole[:-1], whole[-1].partition("-")[0])  # "Olof Palme-mordet"
            if {key, whole, compound} & _public_persons():
                found.update(range(i, i + length))
    return found


def names(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each name of a private person in `text`, a full name as one."""
    message = _Message(text)
    public = _public(message)
    i = 0
    while i < len(message.words):
        if i in public or not message.is_name(i):
            i += 1
            continue
        kunya = i and message.joined(i - 1) and message.words[i - 1].key in _KUNYA
        last = message.end_of_name(i)
        yield message.words[i - 1 if kunya else i].start, message.end(last, alone=last == i)
        i = last + 1
