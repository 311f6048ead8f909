"""The city's papers and the page on privacy say only what a test shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.privacy_page import statements
from bot.yaml_file import ROOT
from tests.conftest import Bot

_PAPERS = [ROOT / "docs" / name for name in ("asvs.md", "dpia.md", "retention.md")]
_NO_PROMISE = ("Det här kan vi inte lova",)


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / file
    return path.exists() and bool(
        re.search(rf"^(?:async )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


@pytest.mark.parametrize("paper", _PAPERS, ids=lambda paper: paper.name)
def test_every_test_that_a_paper_names_exists(paper: Path) -> None:
    named = re.findall(r"tests/\w+\.py::\w+", paper.read_text(encoding="utf-8"))
    assert len(named) >= 8
    assert [test for test in named if not _exists(test)] == []


def test_every_promise_of_the_page_is_shown_by_a_test() -> None:
    for section in statements()["sections"]:
        assert section["shown_by"] or section["heading"] in _NO_PROMISE, section["heading"]
        assert [test for test in section["shown_by"] if not _exists(test)] == []


def test_the_page_on_privacy_is_served_without_any_script(bot: Bot) -> None:
    page = bot.http.get(f"{bot.base}/integritet")
    assert page.status_code == 200
    assert "script" not in page.text and all(section["heading"] in page.text for section in statements()["sections"])
    assert bot.http.get(f"{bot.base}/integritet.css").headers["Content-Type"].startswith("text/css")
