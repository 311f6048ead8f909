"""How the bot starts, and when it refuses to."""

import pytest

import bot.__main__ as start
from bot import knowledge as city_knowledge
from bot.training import TrainingFailed
from bot.yaml_file import ROOT, fault
from tests.conftest import free_port


@pytest.fixture(autouse=True)
def port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(free_port()))


def test_a_fault_in_the_knowledge_stops_the_start_with_file_and_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise fault(ROOT / "knowledge" / "contacts.yml", 12, "police: name is missing, add it")

    monkeypatch.setattr(city_knowledge, "knowledge", broken)
    with pytest.raises(SystemExit, match=r"^knowledge/contacts.yml:12: police: name is missing, add it"):
        start.main()


def test_a_missing_model_is_trained_and_a_failure_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise TrainingFailed("Training failed. The last lines of its output:\nno memory")

    monkeypatch.setattr(start, "model_path", lambda: ROOT / "models" / "none.tar.gz")
    monkeypatch.setattr(start, "train", fails)
    with pytest.raises(SystemExit, match="Training failed"):
        start.main()
    assert "No model for today's data yet" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1"])
def test_a_wrong_port_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SystemExit, match="between 1 and 65535"):
        start.main()
