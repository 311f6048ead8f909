"""The recipe of the encoder, and where its parts lie."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
MODEL = HERE / "model"
WORK = HERE / ".work"
LEXICON = HERE / "lexicon.tsv"
SENTENCES = HERE / "sentences.tsv"


@cache
def recipe() -> dict[str, Any]:
    """Read `recipe.yml`."""
    result: dict[str, Any] = yaml.safe_load((HERE / "recipe.yml").read_text(encoding="utf-8"))
    return result
