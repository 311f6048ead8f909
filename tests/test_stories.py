"""`rasa test` on the stories, and `rasa data validate` on domain and rules."""

import subprocess
import sys
from pathlib import Path

from bot.training import quiet_environment
from bot.yaml_file import ROOT


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=ROOT,
        env=quiet_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_stories_hold(model: str, tmp_path: Path) -> None:
    stories = ("--stories", "tests/stories", "--model", model, "--out", str(tmp_path), "--fail-on-prediction-errors")
    run = rasa("test", "core", *stories, "--endpoints", "bot/endpoints.yml")
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert not (tmp_path / "failed_test_stories.yml").read_text().count("story:")
