"""Runs the actions in the bot's own process: no second server, no port, no tracker sent over HTTP."""

from __future__ import annotations

from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class InProcessEndpoint(EndpointConfig):
    """Stands where Rasa expects the address of an action server."""

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        self._executor.register_package("actions.actions")

    async def request(self, method: str = "post", json: Any = None, **_: Any) -> dict[str, Any]:
        """Run the action that `json` names and return its events and responses."""
        result = await self._executor.run(json or {})
        return result or {"events": [], "responses": []}
