"""No log at any level holds what a visitor wrote."""

import os
import subprocess
import sys

import pytest

from bot.logs import BadLogLevel, level
from bot.yaml_file import ROOT

CANARY = "kanariefågel 19121212-1212"
_PROGRAM = f"""
import logging, warnings, structlog
from bot.logs import keep_words_out
keep_words_out()
canary = {CANARY!r}
for name in ("rasa.core.processor", "sanic.error", "sanic.access", "rasa_sdk", "asyncio", "unknown.library", ""):
    logger = logging.getLogger(name)
    logger.debug(canary)
    logger.info("text %s", canary, extra={{"text": canary}})
    logger.warning({{"text": canary}})
    try:
        raise ValueError(canary)
    except ValueError:
        logger.exception(canary, stack_info=True)
structlog.get_logger("rasa.engine").debug("graph", text=canary, sender_id=canary)
structlog.get_logger("rasa.engine").error("graph", event_info=canary)
warnings.warn(canary)
logging.getLogger("bot.channel").error("a message failed: %s", "ValueError")
raise RuntimeError(canary)
"""


def test_no_logger_lets_words_through_even_at_debug() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=ROOT,
        env=os.environ | {"CHAT_LOG_LEVEL": "DEBUG"},
        capture_output=True,
        text=True,
    )
    written = ran.stdout + ran.stderr
    assert "kanarie" not in written and "1212" not in written
    assert "a message failed: ValueError" in written
    assert "(ValueError)" in written and "stopped by RuntimeError" in written
    assert written.count("rasa.core.processor") == 4


def test_a_wrong_log_level_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_LOG_LEVEL", "loud")
    with pytest.raises(BadLogLevel, match="choose among DEBUG"):
        level()
