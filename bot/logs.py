"""What may stand in a log: when, how grave, which place in which code, and the kind of an error. Nothing of a visitor.

The one rule for every logger, Rasa's, Sanic's and other libraries' included, at every level: a record's own words are
kept only where our code wrote them, and our code never writes what came from outside.
"""

from __future__ import annotations

import logging
import os
import sys
from types import TracebackType
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_OURS = ("bot", "actions", "nlu")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class BadLogLevel(ValueError):
    """CHAT_LOG_LEVEL is none of the levels."""


def level() -> int:
    """Return the level that CHAT_LOG_LEVEL asks for, else WARNING. Raises BadLogLevel."""
    name = os.environ.get("CHAT_LOG_LEVEL", "WARNING").upper()
    if name not in LEVELS:
        raise BadLogLevel(f"CHAT_LOG_LEVEL is {name!r}: choose among {', '.join(LEVELS)}.")
    return int(getattr(logging, name))


class WordlessRecord(logging.LogRecord):
    """A record without the words of others, values, tracebacks or stacks."""

    def __init__(
        self,
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        *_: Any,
        **__: Any,
    ) -> None:
        ours = name.split(".")[0] in _OURS
        kind = _kind(exc_info)
        said = msg if ours and isinstance(msg, str) else f"line {lineno} of {os.path.basename(pathname)}"
        super().__init__(name, level, pathname, lineno, f"{said}{kind}", args if ours else (), None)


def _kind(exc_info: Any) -> str:
    error = exc_info[0] if isinstance(exc_info, tuple) else type(exc_info) if exc_info else None
    return f" ({error.__name__})" if isinstance(error, type) else ""


def _last_words(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """Write an uncaught error by kind and place."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"line {trace.tb_lineno} of {os.path.basename(trace.tb_frame.f_code.co_filename)}" if trace else "?"
    print(f"stopped by {kind.__name__} at {place}", file=sys.stderr)


def keep_words_out() -> None:
    """Apply the rule to every logger, warning and uncaught error of this process."""
    chosen = level()
    logging.setLogRecordFactory(WordlessRecord)
    logging.captureWarnings(True)
    sys.excepthook = _last_words
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.basicConfig(level=chosen, handlers=[handler], force=True)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(chosen)
