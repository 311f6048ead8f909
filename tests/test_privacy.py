"""Nothing that a visitor writes or sends is kept: shown on a running bot, with every write of its processes traced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from bot.yaml_file import ROOT
from tests.privacy.proof import prove
from tests.privacy.visits import personal


def test_no_canary_is_found_in_any_place_that_the_bot_writes_to(model: str) -> None:
    report = prove()
    assert report.requests > 70 and report.canaries > 300
    assert report.clean, str(report)


def test_a_planted_leak_is_found_wherever_it_goes(model: str) -> None:
    report = prove((personal,), ("leaks",), memory=False)
    found = "\n".join(report.found)
    assert "in stdout and stderr" in found
    assert "/tmp/leak" in found, "a file that stays"
    if report.tracer.startswith("strace"):
        assert "in all that was written" in found, "a file that is removed at once"
    assert any("192.0.2.1" in call for call in report.connections_away)


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    program = f"""
import os, resource, sys
sys.path.insert(0, {str(ROOT)!r})
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
from bot.dumps import keep_memory_off_disk
keep_memory_off_disk()
print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.abort()
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, env=os.environ)
    assert ran.returncode == -signal.SIGABRT and ran.stdout == "(0, 0)\n"
    assert list(tmp_path.iterdir()) == []
