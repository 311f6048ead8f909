"""What both sides' WebSockets share: reading, writing and asking whether the other end is still there, all at once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.connection import State

log = logging.getLogger(__name__)
Send = Callable[[Any], Awaitable[None]]


class Hangup(Exception):
    """This link is over; `frame` is the last thing to say."""

    def __init__(self, frame: Any = None) -> None:
        super().__init__()
        self.frame = frame


def sender(ws: Any) -> Send:
    """Return what sends a frame as JSON."""

    async def send(frame: Any) -> None:
        await ws.send(json.dumps(frame, ensure_ascii=False))

    return send


async def _next(ws: Any) -> Any:
    """Do what `ws.recv` of Sanic 21.12 would, had it not given coroutines to asyncio.wait (a TypeError since 3.11)."""
    if ws.connection.state is not State.OPEN and not ws.assembler.message_complete.is_set():
        raise Hangup
    closes = ws.recv_cancel = asyncio.get_running_loop().create_future()  # Sanic cancels it when the other end closes
    got = asyncio.ensure_future(ws.assembler.get())
    try:
        await asyncio.wait({closes, got, ws.connection_lost_waiter}, return_when=asyncio.FIRST_COMPLETED)
        if not got.done():
            raise Hangup
        return got.result()
    finally:
        got.cancel()
        ws.recv_cancel = None


async def receive(ws: Any) -> dict[str, Any]:
    """Return the next frame, `{}` for what is no JSON object. Raises Hangup when the other end closes."""
    raw = await _next(ws)
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError, TypeError):
        return {}
    return frame if isinstance(frame, dict) else {}


async def converse(ws: Any, times: dict[str, float], *jobs: Awaitable[None]) -> None:
    """Run the jobs of a link until one ends, or until the other end answers no ping."""
    tasks = [asyncio.ensure_future(job) for job in (*jobs, _still_there(ws, times))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Hangup):
            if error.frame is not None and ws.connection.state is State.OPEN:
                await sender(ws)(error.frame)
        elif isinstance(error, Exception):
            log.debug("a link ended: %s", type(error).__name__)


async def _still_there(ws: Any, times: dict[str, float]) -> None:
    """Browsers answer pings even where a page's timers sleep in the background."""
    while True:
        await asyncio.sleep(times["ping"])
        pong = await ws.ping()
        await asyncio.wait_for(pong, times["pong"])
