"""Log-in at the city's identity provider: OpenID Connect, code flow with PKCE.

OIDC_ISSUER, OIDC_CLIENT_ID and, unless the client is public, OIDC_CLIENT_SECRET; OIDC_ROLE says who may come in, as
`claim=value` (a claim that is text or a list); CHAT_PUBLIC_URL is the chat's address as browsers see it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from bot.handover.access import public_url

PENDING_SECONDS = 600.0
_MOST_PENDING = 1_000
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_SECONDS = 10.0  # to wait for the provider
_CLOCKS_APART = 60  # seconds


class NotAllowed(RuntimeError):
    """The provider knows the person, who lacks the role."""


class ProviderFault(RuntimeError):
    """The provider's answer cannot be trusted, or did not come."""


@dataclass
class _Pending:
    browser: str  # value of the cookie of the browser that began
    verifier: str
    nonce: str
    began: float


class Provider:
    """One identity provider, as the environment names it."""

    def __init__(self) -> None:
        self._pending: OrderedDict[str, _Pending] = OrderedDict()

    @property
    def configured(self) -> bool:
        """Whether one can log in this way."""
        names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_ROLE", "CHAT_PUBLIC_URL")
        return all(os.environ.get(name) for name in names) and "=" in os.environ["OIDC_ROLE"]

    def _client(self) -> AsyncOAuth2Client:
        secret = os.environ.get("OIDC_CLIENT_SECRET")
        return AsyncOAuth2Client(
            os.environ["OIDC_CLIENT_ID"],
            secret,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            redirect_uri=f"{public_url()}/webhooks/chat/samordnare/oidc/callback",
            scope="openid profile",
            code_challenge_method="S256",
            timeout=_SECONDS,
        )

    async def _metadata(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        issuer = os.environ["OIDC_ISSUER"]
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = await client.request("GET", address, withhold_token=True)
        metadata: dict[str, Any] = answer.raise_for_status().json()
        if metadata.get("issuer") != issuer:
            raise ProviderFault
        return metadata

    async def begin(self) -> tuple[str, str]:
        """Return the provider's address to send the browser to, and the value of the browser's cookie.

        Raises ProviderFault.
        """
        waiting = _Pending(
            secrets.token_urlsafe(24), secrets.token_urlsafe(48), secrets.token_urlsafe(24), time.monotonic()
        )
        try:
            async with self._client() as client:
                endpoint = (await self._metadata(client))["authorization_endpoint"]
                address, state = client.create_authorization_url(
                    endpoint, code_verifier=waiting.verifier, nonce=waiting.nonce
                )
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise ProviderFault from error
        self._pending[state] = waiting
        if len(self._pending) > _MOST_PENDING:
            self._pending.popitem(last=False)
        return str(address), waiting.browser

    async def finish(self, state: str, code: str, browser: str | None) -> str:
        """Return the name of who has logged in. Raises ProviderFault or NotAllowed."""
        waiting = self._pending.pop(state, None)
        if waiting is None or waiting.browser != browser or time.monotonic() - waiting.began > PENDING_SECONDS:
            raise ProviderFault
        try:
            async with self._client() as client:
                metadata = await self._metadata(client)
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    code=code,
                    code_verifier=waiting.verifier,
                    grant_type="authorization_code",
                )
                answer = await client.request("GET", metadata["jwks_uri"], withhold_token=True)
                keys = answer.raise_for_status().json()
            claims = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims
            JWTClaimsRegistry(
                leeway=_CLOCKS_APART,
                iss={"essential": True, "value": os.environ["OIDC_ISSUER"]},
                aud={"essential": True, "value": os.environ["OIDC_CLIENT_ID"]},
                nonce={"essential": True, "value": waiting.nonce},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(claims)
        except Exception as error:  # whatever is wrong with what came: nobody gets in
            raise ProviderFault from error
        claim, _, wanted = os.environ["OIDC_ROLE"].partition("=")
        has = claims.get(claim)
        if wanted not in (has if isinstance(has, list) else [has]):
            raise NotAllowed
        # The brackets keep it apart from local accounts, whose names have none.
        return f"{str(claims.get('preferred_username') or claims['sub'])[:40]} (staden)"
