"""A small language for spaCy's Matcher, so that patterns can be read and edited as data.

A pattern is words with spaces between them, matched without regard to case and dots:

- `han|hon` either word; `skjut~` any word that begins so; `~bomb` that ends so; `~bomb~` that holds it
- `<name>` any word of the list `name` in the same file
- `ord?` may be missing
- `..` up to three words in between, `...` up to seven; never across a full stop
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.yaml_file import YamlFile, fault
from nlu.swedish import fold, pipeline

_GAP = {"..": 3, "...": 7}
_STOP = {"NORM": {"NOT_IN": [".", "!", "?", "\n"]}, "OP": "?"}


def _token(word: str, lists: Mapping[str, list[str]]) -> dict[str, Any]:
    operator = "?" if word.endswith("?") and len(word) > 1 else None
    word = word.removesuffix("?") if operator else word
    names: list[str] = []
    for part in word.split("|"):
        match = re.fullmatch(r"<(\w+)>", part)
        names += lists[match[1]] if match else [part]
    whole = [fold(name) for name in names if "~" not in name]
    parts = [re.escape(fold(name)).replace("\\~", "~").replace("~", r"\w*") for name in names if "~" in name]
    if parts:
        expression = "|".join([*(re.escape(name) for name in whole), *parts])
        token: dict[str, Any] = {"NORM": {"REGEX": f"^(?:{expression})$"}}
    else:
        token = {"NORM": {"IN": whole}}
    if operator:
        token["OP"] = operator
    return token


def compile_pattern(pattern: str, lists: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Return the Matcher's token pattern. Raises KeyError for an unknown list."""
    tokens: list[dict[str, Any]] = []
    for word in pattern.split():
        if word in _GAP:
            tokens += [_STOP] * _GAP[word]
        else:
            tokens.append(_token(word, lists))
    return tokens


class PatternFile:
    """A YAML file of `lists:` and `patterns: {name: [pattern …]}`."""

    def __init__(self, path: Path) -> None:
        file = YamlFile(path)
        lists: dict[str, list[str]] = {}
        for name, words in (file.content.get("lists") or {}).items():
            lists[name] = str(words).split()
        self._matcher = Matcher(pipeline().vocab)
        for name, patterns in file.content["patterns"].items():
            try:
                compiled = [compile_pattern(str(pattern), lists) for pattern in patterns]
            except KeyError as error:
                raise fault(path, file.line("patterns", name), f"{name}: there is no list {error}, add it") from None
            self._matcher.add(name, compiled)
        self.lists = {name: frozenset(map(fold, words)) for name, words in lists.items()}
        self.names: Iterable[str] = tuple(file.content["patterns"])

    def find(self, doc: Doc) -> list[tuple[str, int, int]]:
        """Return (name, first token, token after the last) of every match, in order of place."""
        strings = doc.vocab.strings
        return sorted(
            ((strings[key], start, end) for key, start, end in self._matcher(doc)), key=lambda found: found[1:]
        )
