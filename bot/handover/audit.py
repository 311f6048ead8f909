"""One line for each log-in and change of duty: when, who, what. Nothing of chats or visitors."""

from __future__ import annotations

import logging

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)  # written whatever CHAT_LOG_LEVEL says


def audit(what: str, name: str) -> None:
    """Write the line; `name` is an account's."""
    _LOG.info("coordinator %s: %s", name, what)
