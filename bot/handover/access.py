"""Who is logged in as a coordinator: cookies, their sessions, and what stops guessing and forgery."""

from __future__ import annotations

import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sanic.request import Request

IDLE = 30 * 60.0  # seconds; an open page on duty is use
LONGEST = 10 * 3600.0
_FREE_TRIES = 5
_LONGEST_LOCK = 15 * 60.0
_MOST_NAMES = 1_000


@dataclass
class Login:
    """Somebody's logged-in browser; `token` is what its page must show with each request."""

    name: str
    token: str
    began: float
    used: float


class Logins:
    """All log-ins of this process, by the cookie's value."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logins: dict[str, Login] = {}

    def begin(self, name: str) -> str:
        """Return the value of a new cookie."""
        cookie, now = secrets.token_urlsafe(32), self._clock()
        self._logins[cookie] = Login(name, secrets.token_urlsafe(24), now, now)
        return cookie

    def find(self, cookie: str | None, *, use: bool = True) -> Login | None:
        """Return the log-in if it is still good, and count this as use."""
        now = self._clock()
        self._logins = {
            key: login for key, login in self._logins.items() if now - login.used < IDLE and now - login.began < LONGEST
        }
        login = self._logins.get(cookie or "")
        if login and use:
            login.used = now
        return login

    def end(self, cookie: str | None) -> None:
        """Forget it."""
        self._logins.pop(cookie or "", None)


class Locked(RuntimeError):
    """Too many wrong passwords; `wait` seconds are left."""

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait


class Guesses:
    """Counts wrong passwords by name, known or not: from the fifth on, each doubles the time to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()  # name -> how many, locked until

    def may_try(self, name: str) -> None:
        """Raise Locked while the name has to wait."""
        wait = self._wrong.get(name, (0, 0.0))[1] - self._clock()
        if wait > 0:
            raise Locked(wait)

    def wrong(self, name: str) -> None:
        """Count a wrong password."""
        count = self._wrong.get(name, (0, 0.0))[0] + 1
        lock = min(2.0 ** (count - _FREE_TRIES), _LONGEST_LOCK) if count >= _FREE_TRIES else 0.0
        self._wrong[name] = (count, self._clock() + lock)
        self._wrong.move_to_end(name)
        if len(self._wrong) > _MOST_NAMES:
            self._wrong.popitem(last=False)

    def right(self, name: str) -> None:
        """Forget the wrong ones."""
        self._wrong.pop(name, None)


# ---------------------------------------------------------------- of a request


def public_url() -> str:
    """Return the chat's address as browsers see it, without a slash at the end: CHAT_PUBLIC_URL, or ""."""
    return os.environ.get("CHAT_PUBLIC_URL", "").rstrip("/")


def from_own_page(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this host."""
    origin = request.headers.get("origin")
    own = urlsplit(public_url()).netloc or request.host
    return bool(origin) and urlsplit(origin).netloc == own


def _secure(request: Request) -> bool:
    """Cookies travel over TLS alone, but for a browser on the very machine."""
    if public_url():
        return public_url().startswith("https://")
    return request.host.rsplit(":", 1)[0] not in ("localhost", "127.0.0.1", "[::1]")


def _named(request: Request, name: str) -> str:
    return f"__Host-{name}" if _secure(request) else name


def cookie_of(request: Request, name: str) -> str | None:
    """Return the value of our cookie."""
    value = request.cookies.get(_named(request, name))
    return str(value) if value else None


def set_cookie(request: Request, name: str, value: str, age: float, same_site: str = "Strict") -> dict[str, str]:
    """Return the header that sets our cookie for `age` seconds; 0 removes it."""
    parts = [f"{_named(request, name)}={value}", "Path=/", "HttpOnly", f"SameSite={same_site}", f"Max-Age={age:.0f}"]
    return {"Set-Cookie": "; ".join(parts + ["Secure"] * _secure(request))}
