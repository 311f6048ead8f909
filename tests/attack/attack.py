"""Sends generated requests and checks every answer against bot/openapi.yml."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from jsonschema import Draft202012Validator

from bot.yaml_file import ROOT
from tests.attack.requests import ALIVE, MARK, Attack, attacks

DESCRIPTION = yaml.safe_load((ROOT / "bot" / "openapi.yml").read_text(encoding="utf-8"))
_OF_THE_CODE = ("Traceback", 'File "', ".py", "Exception", "sanic", "rasa")
_OF_HTTP = {408, 417, 431}  # what any request can meet
_ELSEWHERE = {*_OF_HTTP, 204, 400, 403, 404, 405, 413}  # no path of ours, or not its method


def _schema(content: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**content["application/json"]["schema"], "components": DESCRIPTION["components"]})


def _described(attack: Attack, status: int) -> dict[str, Any]:
    responses: dict[str, Any] = DESCRIPTION["components"]["responses"]
    operation = DESCRIPTION["paths"].get(f"/{attack.path.split('?')[0]}", {}).get(attack.method.lower())
    if operation is None or status in _OF_HTTP:
        assert status in _ELSEWHERE, f"{status} for {attack}"
        return responses["Error"] if status >= 400 else {}
    found: dict[str, Any] | None = operation["responses"].get(str(status))
    assert found is not None, f"{attack.method} {attack.path} answers {status}, which bot/openapi.yml does not know"
    name = found.get("$ref", "").rpartition("/")[2]
    return responses[name] if name else found


def check(attack: Attack, answer: httpx.Response) -> None:
    """Raise AssertionError unless the answer is one that the description promises and tells nothing of the request."""
    assert answer.status_code < 500, f"{answer.status_code} for {attack}"
    described = _described(attack, answer.status_code)
    if "content" in described and attack.method != "HEAD":
        _schema(described["content"]).validate(answer.json())
        assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    told = answer.text + str(answer.headers)
    assert MARK not in told, "what was sent comes back"
    assert not any(word in told for word in _OF_THE_CODE), told


def attack_bot(base: str, count: int) -> Counter[int]:
    """Send `count` generated requests; return how often each status came. Raises AssertionError at the first fault."""
    statuses: Counter[int] = Counter()
    http = httpx.Client(timeout=120)

    def session() -> str:
        return str(http.post(f"{base}/session", json={}).json()["session"])

    alive = [session()]

    @seed(5)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(attacks())
    def send(attack: Attack) -> None:
        body = attack.body.replace(ALIVE.encode(), alive[0].encode())
        try:
            answer = http.request(attack.method, f"{base}/{attack.path}", content=body, headers=attack.headers)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            statuses[0] += 1  # it hung up on what is no HTTP; it must still be there
            assert http.get(f"{base}/health").status_code == 200
            return
        statuses[answer.status_code] += 1
        check(attack, answer)
        if attack.path.startswith("end") and answer.status_code == 204:
            alive[0] = session()

    send()
    return statuses
