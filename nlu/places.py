"""Districts and other municipalities, by the names that people use for the places in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein
from spacy.tokens import Doc

from bot.knowledge import Knowledge
from nlu.swedish import fold, read

_PREPOSITIONS = {"i", "pa", "vid", "fran", "till", "kring", "runt", "bor", "nara", "utanfor", "mot"}
_TOGETHER = {"vi", "han", "hon", "hen"}
_LIVES = {"bor", "bo", "bodde", "boende", "hemma"}
_ANSWER_LENGTH = 3  # a text of so few words is taken for an answer to "where?"
_FUZZY_FROM = 6  # letters; shorter names are too near to ordinary words


@dataclass(frozen=True)
class _Name:
    district: str
    needs_preposition: bool


class Places:
    """Finds places in a read text."""

    def __init__(self, knowledge: Knowledge, ordinary_words: frozenset[str]) -> None:
        self._names: dict[tuple[str, ...], _Name] = {}
        self._ordinary = ordinary_words
        for name in knowledge.other_places.names:
            self._add(name, "other_municipality", False)
        for name in knowledge.other_places.only_with_preposition:
            self._add(name, "other_municipality", True)
        for district in knowledge.districts.values():
            guarded = {fold(name) for name in district.only_with_preposition}
            for name in (*district.areas, district.name):
                self._add(name, district.id, fold(name) in guarded)
        self._longest = max(len(words) for words in self._names)
        self._single = [words[0] for words, each in self._names.items()
                        if len(words) == 1 and len(words[0]) >= _FUZZY_FROM and not each.needs_preposition]  # fmt: skip

    def _add(self, name: str, district: str, needs_preposition: bool) -> None:
        self._names[tuple(token.norm_ for token in read(name))] = _Name(district, needs_preposition)

    def _look_up(self, words: tuple[str, ...]) -> _Name | None:
        found = self._names.get(words)
        if found is None and words[-1].endswith("s"):
            found = self._names.get((*words[:-1], words[-1][:-1]))
            found = None if found and found.needs_preposition else found
        if found is None and len(words) == 1 and words[0].endswith("bo") and len(words[0]) > 5:
            found = self._names.get((words[0][:-2],))
        return found

    def _near(self, word: str) -> _Name | None:
        """A misspelt name: one slip, in a word that is no ordinary one."""
        if len(word) < _FUZZY_FROM or not word.isalpha() or word in self._ordinary:
            return None
        hits = {
            self._names[(name,)].district
            for name in self._single
            if abs(len(name) - len(word)) <= 1 and name[0] == word[0] and DamerauLevenshtein.distance(name, word) <= 1
        }
        return _Name(hits.pop(), True) if len(hits) == 1 else None

    def by_weight(self, doc: Doc, others: frozenset[str]) -> list[tuple[int, int, str]]:
        """Return the places of `find`, first where somebody has moved to or lives, the visitor after others."""
        words = [token.norm_ for token in doc]

        def weight(start: int) -> int:
            before = words[max(0, start - 6) : start]
            if "mot" in before[-1:]:
                return 0  # a match against them
            if "till" in before[-1:] and any(word.startswith("flytta") for word in before):
                return 6
            lives = [at for at, word in enumerate(before) if word in _LIVES]
            if lives:
                near = set(before[max(0, lives[-1] - 2) : lives[-1] + 2])
                return 5 if near & _TOGETHER else 4 if near & others else 3 if "jag" in near else 2
            return 4 if set(before[-2:-1]) & others else 1

        found = [(weight(place[0]), place) for place in self.find(doc)]
        return [place for value, place in sorted(found, key=lambda each: -each[0]) if value]

    def find(self, doc: Doc) -> Iterator[tuple[int, int, str]]:
        """Yield (first token, token after the last, district) for each place named."""
        words = [token.norm_ for token in doc]
        content = [word for word in words if re.search(r"\w", word)]
        i = 0
        while i < len(words):
            for length in range(min(self._longest, len(words) - i), 0, -1):
                part = tuple(words[i : i + length])
                found = self._look_up(part)
                if (
                    found is None
                    and length == 1
                    and (i == 0 or words[i - 1] in _PREPOSITIONS or len(content) <= _ANSWER_LENGTH)
                ):
                    found = self._near(part[0])
                if found is None:
                    continue
                anchored = (i > 0 and words[i - 1] in _PREPOSITIONS) or len(content) <= _ANSWER_LENGTH
                if found.needs_preposition and not anchored:
                    continue
                yield i, i + length, found.district
                i += length - 1
                break
            i += 1
