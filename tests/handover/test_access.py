"""Who gets in as a coordinator, and who does not."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import websockets
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.handover import accounts
from bot.handover.access import IDLE, LONGEST, Guesses, Locked, Logins
from bot.handover.oidc import NotAllowed, Provider, ProviderFault
from bot.yaml_file import ROOT
from tests.conftest import Bot
from tests.handover.conftest import PASSWORD, log_in

Now = list[float]


def test_a_login_ends_when_unused_and_at_the_latest_after_ten_hours() -> None:
    now: Now = [0.0]
    logins = Logins(lambda: now[0])
    cookie = logins.begin("anna")
    now[0] = IDLE - 1
    assert logins.find(cookie)
    now[0] += IDLE
    assert logins.find(cookie) is None
    cookie = logins.begin("anna")
    began = now[0]
    while now[0] - began < LONGEST:
        assert logins.find(cookie)
        now[0] += IDLE - 1
    assert logins.find(cookie) is None and logins.find(None) is None


def test_guessing_has_to_wait_longer_and_longer_and_for_one_name_only() -> None:
    now: Now = [0.0]
    guesses = Guesses(lambda: now[0])
    waits = []
    for _ in range(20):
        guesses.may_try("anna")
        guesses.wrong("anna")
        try:
            guesses.may_try("anna")
        except Locked as locked:
            waits.append(locked.wait)
            now[0] += locked.wait
    assert waits[:4] == [1, 2, 4, 8] and waits[-1] == 15 * 60
    guesses.may_try("bo")
    guesses.right("anna")
    guesses.wrong("anna")
    guesses.may_try("anna")


def test_the_command_keeps_a_hash_and_refuses_what_is_weak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_ACCOUNTS", str(tmp_path / "accounts.json"))
    assert not accounts.fits("anna", "") and not accounts.fits("anna", PASSWORD)
    accounts.add("anna", PASSWORD)
    kept = (tmp_path / "accounts.json").read_text()
    assert "$argon2id$" in kept and PASSWORD not in kept
    assert (tmp_path / "accounts.json").stat().st_mode & 0o077 == 0
    assert accounts.fits("anna", PASSWORD) and not accounts.fits("anna", PASSWORD + "x")
    for name, password in (("anna", "kort"), ("an na", PASSWORD), ("", PASSWORD)):
        with pytest.raises(ValueError):
            accounts.add(name, password)
    accounts.remove("anna")
    assert accounts.read() == {}


def test_the_command_without_arguments_says_how_it_is_used() -> None:
    ran = subprocess.run([sys.executable, "-m", "bot.handover.accounts"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1 and "add NAME" in ran.stderr


def login(bot: Bot, name: str, password: str, origin: str | None = None) -> httpx.Response:
    headers = {"Origin": origin or bot.base.removesuffix("/webhooks/chat")}
    return bot.http.post(f"{bot.base}/samordnare/login", json={"name": name, "password": password}, headers=headers)


def test_a_wrong_password_and_an_unknown_name_sound_the_same(staffed: Bot) -> None:
    wrong, unknown = login(staffed, "cilla", "fel"), login(staffed, "nobody", "fel")
    assert wrong.status_code == unknown.status_code == 401 and wrong.json() == unknown.json()
    for _ in range(4):
        login(staffed, "nobody", "fel")
    locked = login(staffed, "nobody", "fel")
    assert locked.status_code == 429 and int(locked.headers["Retry-After"]) >= 0


def test_the_cookie_is_for_this_host_scripts_and_other_sites_do_not_get_it(staffed: Bot) -> None:
    here = login(staffed, "cilla", PASSWORD)
    assert here.status_code == 204
    assert all(each in here.headers["Set-Cookie"] for each in ("HttpOnly", "SameSite=Strict", "Path=/"))
    behind_tls = staffed.http.post(
        f"{staffed.base}/samordnare/login",
        json={"name": "cilla", "password": PASSWORD},
        headers={"Host": "stod.example", "Origin": "https://stod.example"},
    ).headers["Set-Cookie"]
    assert behind_tls.startswith("__Host-") and "Secure" in behind_tls and "Domain" not in behind_tls


def test_other_sites_cannot_post_frame_or_listen(staffed: Bot) -> None:
    assert login(staffed, "cilla", PASSWORD, "https://elak.example").status_code == 403
    headers, token = log_in(staffed, "cilla")
    event, where = {"type": "duty", "on": True}, f"{staffed.base}/samordnare/event"
    assert staffed.http.post(where, json=event, headers=headers).status_code == 401, "without the page's token"
    own = {**headers, "X-CSRF-Token": token}
    assert staffed.http.post(where, json=event, headers={**own, "Origin": "https://elak.example"}).status_code == 403
    page = staffed.http.get(f"{staffed.base}/samordnare/")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY" and page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("wrong", ["no cookie", "wrong token"])
async def test_the_stream_opens_to_our_own_page_only(staffed: Bot, wrong: str) -> None:
    headers, token = log_in(staffed, "cilla")
    if wrong == "no cookie":
        del headers["Cookie"]
    where = f"{staffed.base.replace('http', 'ws')}/samordnare/ws"
    async with websockets.connect(where, extra_headers=headers) as socket:
        await socket.send(json.dumps({"token": "x" if wrong == "wrong token" else token, "page": "1"}))
        frame = json.loads(await socket.recv())
    assert frame["error"] == "not_logged_in" and frame["message"].endswith(".")


async def test_the_stream_does_not_open_to_another_site(staffed: Bot) -> None:
    headers, _ = log_in(staffed, "cilla")
    where = f"{staffed.base.replace('http', 'ws')}/samordnare/ws"
    with pytest.raises(websockets.exceptions.InvalidHandshake):
        async with websockets.connect(where, extra_headers={**headers, "Origin": "https://elak.example"}):
            pass


def test_nothing_is_told_without_a_login(staffed: Bot) -> None:
    assert staffed.http.get(f"{staffed.base}/samordnare/me").json() == {"provider": False}
    for path in ("kunskap", "statistik"):
        assert staffed.http.get(f"{staffed.base}/samordnare/{path}").status_code == 401
    headers, token = log_in(staffed, "cilla")
    found = staffed.http.get(f"{staffed.base}/samordnare/kunskap", headers=headers).json()
    assert {"title", "text"} == set(found[0]) and any("112" in each["title"] for each in found)
    own = {**headers, "X-CSRF-Token": token}
    assert staffed.http.post(f"{staffed.base}/samordnare/logout", json={}, headers=own).status_code == 204
    assert staffed.http.get(f"{staffed.base}/samordnare/kunskap", headers=headers).status_code == 401


# ---------------------------------------------------------------- OpenID Connect


class City:
    """A small identity provider: one user, and a way to lie."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.lie: dict[str, object] = {}
        self.sign_with = self.key
        self.asked: dict[str, str] = {}
        city = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def give(self, content: object) -> None:
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path == "/keys":
                    self.give({"keys": [city.key.as_dict(private=False)]})
                else:
                    names = {"authorization_endpoint": "login", "token_endpoint": "token", "jwks_uri": "keys"}
                    self.give({"issuer": city.issuer} | {name: f"{city.issuer}/{at}" for name, at in names.items()})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                if create_s256_code_challenge(form["code_verifier"][0]) != city.asked["code_challenge"]:
                    self.send_error(400)
                    return
                claims = {
                    "iss": city.issuer,
                    "aud": "stod",
                    "sub": "1",
                    "preferred_username": "cilla",
                    "nonce": city.asked["nonce"],
                    "exp": int(time.time()) + 60,
                    "groups": ["samordnare", "alla"],
                } | city.lie
                token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, city.sign_with)
                self.give({"access_token": "x", "token_type": "Bearer", "id_token": token})

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def agrees(self, address: str) -> str:
        """Log the user in at `address` and return the state that the browser brings back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return self.asked["state"]


@pytest.fixture
def city_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    city = City()
    monkeypatch.setenv("OIDC_ISSUER", city.issuer)
    monkeypatch.setenv("OIDC_CLIENT_ID", "stod")
    monkeypatch.setenv("OIDC_ROLE", "groups=samordnare")
    monkeypatch.setenv("CHAT_PUBLIC_URL", "https://stod.example")
    yield city
    city.server.shutdown()


async def test_the_citys_account_leads_in_by_code_flow_with_pkce(city_provider: City) -> None:
    provider = Provider()
    assert provider.configured
    address, browser = await provider.begin()
    state = city_provider.agrees(address)
    assert city_provider.asked["code_challenge_method"] == "S256" and city_provider.asked["response_type"] == "code"
    assert city_provider.asked["redirect_uri"] == "https://stod.example/webhooks/chat/samordnare/oidc/callback"
    assert await provider.finish(state, "code", browser) == "cilla (staden)"
    with pytest.raises(ProviderFault):
        await provider.finish(state, "code", browser)


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://elak.example"},
        {"aud": "other"},
        {"nonce": "old"},
        {"exp": 1},
        {"sub": None},
        "other key",
        "other browser",
        "other state",
    ],
    ids=str,
)
async def test_what_the_provider_did_not_say_to_this_browser_lets_nobody_in(city_provider: City, lie: object) -> None:
    provider = Provider()
    address, browser = await provider.begin()
    state = city_provider.agrees(address)
    if isinstance(lie, dict):
        city_provider.lie = lie
    elif lie == "other key":
        city_provider.sign_with = RSAKey.generate_key(2048, parameters={"kid": "1"})
    browser = "another" if lie == "other browser" else browser
    state = "another" if lie == "other state" else state
    with pytest.raises(ProviderFault):
        await provider.finish(state, "code", browser)


async def test_a_user_of_the_city_without_the_role_is_not_let_in(city_provider: City) -> None:
    provider = Provider()
    address, browser = await provider.begin()
    state = city_provider.agrees(address)
    city_provider.lie = {"groups": ["alla"]}
    with pytest.raises(NotAllowed):
        await provider.finish(state, "code", browser)


async def test_without_a_role_named_nobody_comes_in_this_way(
    city_provider: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OIDC_ROLE")
    assert not Provider().configured
