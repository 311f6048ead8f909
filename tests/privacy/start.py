"""Starts the bot for the proof, as `python -m bot` does, with faults that can be called for by a word in a message.

`python -m tests.privacy.start [no-model] [leaks]`. SIGUSR1 writes all that the process can still reach to the file
that PRIVACY_MEMORY names; SIGUSR2 lets every session grow too old.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import __main__ as start

FAULTS = {"kraschregel": "rules", "kraschturen": "turn", "kraschtolkning": "reading", "kraschmask": "masking"}


class Planted(RuntimeError):
    """A fault whose words are the visitor's."""


def _fails(place: str, text: object) -> None:
    for word, where in FAULTS.items():
        if where == place and word in str(text):
            raise Planted(f"{place} failed on {text}")


def _plant_faults() -> None:
    """Let an action fail inside and outside of its own guard, the reading of messages, and the masking."""
    import actions.actions
    import actions.state
    import bot.channel
    from nlu.components.judge import Judge

    def before(place: str, called: Callable[..., Any], seen: Callable[..., object]) -> Callable[..., Any]:
        def failing(*args: Any, **named: Any) -> Any:
            _fails(place, seen(*args, *named.values()))
            return called(*args, **named)

        return failing

    actions.actions.Message.of = before("turn", actions.state.Message.of, lambda latest: latest.get("text"))
    actions.actions.take_turn = before("rules", actions.actions.take_turn, lambda _, tracker: tracker.latest_message)
    Judge.process = before("reading", Judge.process, lambda _, messages: messages[0].get("text"))
    bot.channel.mask = before("masking", bot.channel.mask, lambda text: text)


def _plant_leaks() -> None:
    """Leak each message in five ways that a careless change could bring."""
    import bot.channel

    masked, heard = bot.channel.mask, []

    def leaking(text: str) -> Any:
        heard.append(text)
        print("heard", text, flush=True)
        with tempfile.TemporaryFile() as gone_afterwards:
            gone_afterwards.write(text.encode())
        with tempfile.NamedTemporaryFile("w", prefix="leak", delete=False) as kept:
            kept.write(text)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as away:
            away.connect(("192.0.2.1", 9))  # an address for documentation, RFC 5737
        return masked(text)

    bot.channel.mask = leaking


def reachable_words() -> set[str]:
    """Return every string that the process can still reach: objects, caches, and the tokenizer's vocabulary."""
    from nlu.swedish import pipeline

    gc.collect()  # what is not reachable any more but in a ring is freed by the next collection anyway
    seen: set[int] = set()
    words: set[str] = set()
    ahead: list[Any] = gc.get_objects()
    while ahead:
        here, ahead = ahead, []
        for each in here:
            if id(each) in seen or each is here or each is seen or each is words:
                continue
            seen.add(id(each))
            if isinstance(each, str):
                words.add(each)
            elif isinstance(each, bytes | bytearray):
                words.add(bytes(each).decode("latin-1"))
            else:
                ahead += gc.get_referents(each)
    return words.union(pipeline().vocab.strings)


def _write_memory() -> None:
    path = Path(os.environ["PRIVACY_MEMORY"])
    unfinished = path.with_suffix(".part")
    unfinished.write_text("\n".join(reachable_words()), encoding="utf-8", errors="replace")
    unfinished.rename(path)


def _grow_old() -> None:
    from bot.sessions import SESSIONS

    for session in SESSIONS._sessions.values():
        session.used -= SESSIONS.idle + 1
    Path(os.environ["PRIVACY_MEMORY"]).with_suffix(".old").touch()


def main(how: list[str]) -> None:
    """Start the bot with what `how` names."""
    if trace := os.environ.get("PRIVACY_AUDIT"):
        from tests.privacy.audit import watch

        watch(trace)
    faulthandler.enable()  # what a crash would print is part of the proof
    make_app = start._make_app

    def make(model: str) -> Any:
        app = make_app("no such model" if "no-model" in how else model)
        _plant_faults()
        if "leaks" in how:
            _plant_leaks()

        async def listen(*_: Any) -> None:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGUSR1, _write_memory)
            loop.add_signal_handler(signal.SIGUSR2, _grow_old)

        app.register_listener(listen, "before_server_start")
        return app

    start._make_app = make
    start.main()


if __name__ == "__main__":
    main(sys.argv[1:])
