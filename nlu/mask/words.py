"""The word lists of `words.yml`."""

from functools import cache
from pathlib import Path

from bot.yaml_file import YamlFile


@cache
def listed(name: str) -> frozenset[str]:
    """Return a list of words.yml, in lower case."""
    value = YamlFile(Path(__file__).parent / "words.yml").content[name]
    return frozenset(value.split() if isinstance(value, str) else value)
