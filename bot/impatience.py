"""Cuts off whoever sends a request too slowly. Sanic 21.12 does so for headers only, and each byte wins more time."""

from __future__ import annotations

from typing import Any

from sanic.exceptions import RequestTimeout
from sanic.http import Stage
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

_TO_WRITE_THE_ERROR = 1.0  # seconds


class ImpatientProtocol(WebSocketProtocol):
    """Sanic's protocol, with REQUEST_TIMEOUT for a whole request: headers and body, from the first byte."""

    __slots__ = ("_awaited", "_since")

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._awaited: Any = None  # the request whose end is waited for, and since when
        self._since = 0.0

    def check_timeouts(self) -> None:
        """Hang up if the request under way takes too long; called by Sanic every few seconds."""
        http = self._http
        if not self._task or http is None:
            return
        if not (http.stage is Stage.REQUEST or (http.stage is Stage.HANDLER and http.request_body)):
            self._awaited = None
            return super().check_timeouts()
        awaited = http.request or http
        if self._awaited is not awaited:
            self._awaited, self._since = awaited, self.loop.time()
        if self.loop.time() - self._since < self.request_timeout:
            self.loop.call_later(self.request_timeout / 2, self.check_timeouts)
            return
        http.exception = RequestTimeout("")
        self._task.cancel()
        self.loop.call_later(_TO_WRITE_THE_ERROR, self.abort)
