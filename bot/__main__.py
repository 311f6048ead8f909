"""Starts the bot: `python -m bot` (make run). PORT and HOST in the environment move it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import warnings
from typing import Any

from bot.dumps import keep_memory_off_disk
from bot.limits import BadProxies, proxies
from bot.logs import BadLogLevel, keep_words_out, level
from bot.origins import BadOrigin, listed
from bot.training import TrainingFailed, model_path, quiet_environment, train
from bot.yaml_file import KnowledgeFault

warnings.filterwarnings("ignore")  # of the pinned libraries, for their makers
os.environ.update({k: v for k, v in quiet_environment().items() if k not in ("PYTHONPATH",)})


def _port() -> int:
    text = os.environ.get("PORT", "5005")
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT is {text!r}: give a number between 1 and 65535.")
    return int(text)


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            sys.exit(f"Port {port} is taken. Stop what uses it, or choose another: PORT={port + 1} make run")


async def _load_agent(model: str) -> Any:
    from rasa.core.agent import Agent
    from rasa.core.lock_store import InMemoryLockStore

    from actions.in_process import InProcessEndpoint
    from bot.sessions import ForgetfulTrackerStore

    agent = Agent(
        tracker_store=ForgetfulTrackerStore(None), lock_store=InMemoryLockStore(), action_endpoint=InProcessEndpoint()
    )
    agent.load_model(model)
    return agent


def _make_app(model: str) -> Any:
    from rasa.core.channels.channel import register
    from sanic import Sanic

    from bot.channel import ChatChannel, answer, handle_errors
    from bot.door import guard
    from bot.handover.visitor import DESK
    from bot.sessions import SESSIONS

    app = Sanic("stod_chatt", configure_logging=False)
    app.config.update({"ACCESS_LOG": False, "FALLBACK_ERROR_FORMAT": "json"})
    app.ctx.agent = None
    register([ChatChannel()], app, route="/webhooks/")
    handle_errors(app)
    guard(app)

    async def load(app: Any, _: Any) -> None:
        try:
            app.ctx.agent = await _load_agent(model)
            # The first message of a process is slow; let it not be a visitor's.
            session = SESSIONS.issue()
            await answer(app, session, "hej")
            SESSIONS.end(session)
        except Exception as error:
            print(
                f"The model cannot be loaded ({type(error).__name__}: {error}). Only emergency numbers are given.",
                file=sys.stderr,
            )

    async def tell(app: Any, _: Any) -> None:
        print(
            f"Ready: http://{os.environ.get('HOST', 'localhost')}:{_port()}/webhooks/chat/  (Ctrl-C stops it)",
            flush=True,
        )

    async def forget(app: Any, _: Any) -> None:
        SESSIONS.clear()
        DESK.clear()

    app.register_listener(load, "before_server_start")
    app.register_listener(tell, "after_server_start")
    app.register_listener(forget, "before_server_stop")
    return app


def main() -> None:
    """Check, train where needed, and serve."""
    port, host = _port(), os.environ.get("HOST", "127.0.0.1")
    try:
        level()
        listed()
        proxies()
    except (BadLogLevel, BadOrigin, BadProxies) as bad:
        sys.exit(str(bad))
    _must_be_free(host, port)
    from bot.handover.settings import settings
    from bot.knowledge import knowledge

    try:
        knowledge()
        settings()
    except KnowledgeFault as fault:
        sys.exit(f"{fault}\nThe bot does not start with a fault in its knowledge. `make check` shows all.")
    model = model_path()
    if not model.exists():
        print("No model for today's data yet. It is trained once:", flush=True)
        try:
            train()
        except TrainingFailed as failed:
            sys.exit(str(failed))
    print("Loading …", flush=True)
    keep_words_out()
    keep_memory_off_disk()
    asyncio.set_event_loop(asyncio.new_event_loop())
    from bot.impatience import ImpatientProtocol

    _make_app(str(model)).run(
        host=host, port=port, protocol=ImpatientProtocol, access_log=False, debug=False, motd=False
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()
