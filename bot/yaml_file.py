"""YAML files that people edit: every fault is told as `file:line: what is wrong, what to do`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


class KnowledgeFault(ValueError):
    """A fault in a file under `knowledge/`, as one line for the person who edits it."""


def fault(path: Path, line: int, what: str) -> KnowledgeFault:
    """Return the fault as `file:line: what`, the file named from the project's root."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return KnowledgeFault(f"{shown}:{line}: {what}")


class YamlFile:
    """The content of one YAML mapping, with the line on which each record starts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise fault(path, 1, "the file is missing, restore it") from None
        except UnicodeDecodeError:
            raise fault(path, 1, "is not UTF-8, save it as UTF-8") from None
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            self.content: dict[str, Any] = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise fault(path, line, f"{error.problem}, check indentation, colons and quotation marks") from None
        if not isinstance(node, yaml.MappingNode):
            raise fault(path, 1, "expected `name: value` lines")
        self._lines: dict[tuple[str, ...], int] = {}
        self._walk(node, ())

    def _walk(self, node: yaml.MappingNode, above: tuple[str, ...]) -> None:
        for key, value in node.value:
            place = (*above, str(key.value))
            if place in self._lines:
                raise fault(self.path, key.start_mark.line + 1, f"{key.value} stands twice, remove one")
            self._lines[place] = key.start_mark.line + 1
            if isinstance(value, yaml.MappingNode):
                self._walk(value, place)

    def line(self, *place: str) -> int:
        """Return the line of the deepest known part of `place`."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def fault(self, what: str, *place: str) -> KnowledgeFault:
        """Return a fault at `place`."""
        return fault(self.path, self.line(*place), what)
