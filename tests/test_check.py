"""`make check` names each fault by file and line, and says what to do."""

import shutil
from pathlib import Path

import pytest

from bot.check import faults
from bot.knowledge import FOLDER, Knowledge


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_knowledge_as_it_is_has_no_fault() -> None:
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("contacts.yml", 'phone: "112"', "phone: 112x", "phone must be digits"),
        ("contacts.yml", "hours: dygnet runt", "hours: alltid", "write"),
        ("contacts.yml", "  name: Polisen\n", "", "the field name is missing"),
        ("contacts.yml", "police:", "polis:", "police"),
        ("routing.yml", "contact: suicide_line", "contact: suicide_lines", "unknown contact suicide_lines"),
        ("routing.yml", "if: {age_group: under_18}", "if: {age_group: child}", "age_group cannot be child"),
        ("routing.yml", "asks: [age_group, district]", "asks: [age, district]", "unknown slot age"),
        ("districts.yml", "- Abrahamsberg", "- Tensta", "Tensta stands both here"),
        ("answers/secrecy.yml", 'checked: "2026-11-23"', "checked: igår", "checked must be a date"),
        ("answers/school.yml", "Skolan kan lyssna", "Ring 08-123 45 67. Skolan kan lyssna", "no confirmed number"),
        ("answers/school.yml", "Skolan kan lyssna", "Enligt 14 kap. 1 § kan skolan lyssna", "must not be claimed"),
        ("answers/school.yml", "Skolan kan lyssna", "Soc berättar aldrig för polisen. Skolan", "must not be claimed"),
        ("texts.yml", "greeting:", "greeting: [", "check indentation"),
        ("texts.yml", "  unsure:", "  unsur:", "fallback.unsure is missing"),
    ],
)
def test_a_fault_is_named_by_file_and_line(copy: Path, name: str, old: str, new: str, said: str) -> None:
    change(copy, name, old, new)
    found = list(faults(copy))
    assert any(said in line for line in found), found
    assert all(line.split(":")[1].isdigit() for line in found)


def test_a_release_wants_every_number_confirmed(city: Knowledge) -> None:
    found = "\n".join(faults(release=True))
    for contact in city.contacts.values():
        if contact.active and contact.checked is None:
            assert f"{contact.id} is not confirmed" in found


def test_every_answer_has_a_way_to_its_source_and_an_owner(city: Knowledge) -> None:
    for answer in city.answers.values():
        assert answer.source and answer.owner
        assert answer.simple != answer.text and len(answer.simple) < len(answer.text)
