"""The page's own words are complete, and none is left over."""

from __future__ import annotations

import json
import re

from bot.knowledge import PAGE_TEXTS, Knowledge
from bot.pages import PAGE, PHONES, parts_script


def _used() -> set[str]:
    scripts = " ".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
    templates = " ".join(path.read_text(encoding="utf-8") for path in PAGE.glob("templates/*.html"))
    pages = (PAGE.parent / "pages.py").read_text(encoding="utf-8")
    plain = re.findall(r'plain\["(\w+)"\]', pages) + re.findall(r"page\.plain\.(\w+)", templates)
    own = re.findall(r'\.page\["(?!plain)(\w+)"\]', pages) + re.findall(r"page\.(?!plain)(\w+)", templates)
    return {*re.findall(r"texts\.(\w+)", scripts), *own, *(f"plain.{name}" for name in plain)}


def test_every_word_that_the_page_asks_for_is_checked_to_be_there_and_none_is_left_over(city: Knowledge) -> None:
    written = {
        f"{name}.{part}" if isinstance(text, dict) else name
        for name, text in city.page.items()
        for part in (text if isinstance(text, dict) else [""])
    }
    assert _used() == set(PAGE_TEXTS) == written


def test_the_script_is_given_texts_style_and_limits() -> None:
    lines = dict(re.findall(r"^export const (\w+) = (.*);$", parts_script(), flags=re.MULTILINE))
    assert json.loads(lines["longest"]) == 2000
    assert "prefers-color-scheme" in json.loads(lines["css"])
    assert json.loads(lines["texts"])["leave"] == "Lämna sidan"


def test_every_number_of_the_register_becomes_a_link_and_no_date_does(city: Knowledge) -> None:
    for contact in city.contacts.values():
        if contact.phone:
            assert re.findall(PHONES, f"Ring {contact.phone}.") == [contact.phone], contact.id
    assert not re.search(PHONES, "Kontrollerad 2026-11-23. Lagen (2018:1937), 26 kap. 1 §, 18-20 år, klockan 08-17.")
