"""Asking a provider of OpenID Connect who somebody is: Authorization Code flow with PKCE.

What a sign-in is known by (state, nonce, verifier) is worked out from the one secret that the
browser keeps, so that nothing of it is stored. HTTP is ours; the forms of the messages, and what an
ID token must hold, are authlib's and joserfc's.
"""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Mapping
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import quote_plus

import httpx
import msgspec
import structlog
from authlib.common.security import is_secure_transport  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from http_api.problems import HttpProblem
from http_api.settings import OpenId
from ledger.openid import Claimed
from policies.refusals_sign_in import ProviderRefused

log = structlog.get_logger()

STEP_SECONDS = 5.0  # how long the provider may say nothing
WHOLE_SECONDS = 10.0  # how long one of our questions to it may take in all
HELD_SECONDS = 3600.0  # how long what a provider says about itself is taken without asking again
SKEW_SECONDS = 60  # how far its clock and ours may differ
SCOPE = "openid email"
# Signatures that only the provider can make: none of those that whoever knows a secret of ours can.
SIGNED_BY = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
# Microsoft Entra ID never says "email_verified". Of the address in an ID token it says, where it is
# told to, whether it is of a domain that the directory has shown to be its own.
ENTRA_VERIFIED = "xms_edov"
TRUE = (True, "true", "1")  # some send it as text
BASIC, POST = "client_secret_basic", "client_secret_post"
TOO_MANY, FAULT = 429, 500

T = TypeVar("T")


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says about itself, as far as we need it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = (BASIC,)
    authorization_response_iss_parameter_supported: bool = False


class Published(msgspec.Struct, frozen=True):
    """The keys that a provider signs with."""

    keys: tuple[dict[str, Any], ...]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back with somebody's browser."""

    code: str = ""
    error: str = ""
    iss: str = ""


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider gives for a code; ``error`` says why it gives nothing."""

    id_token: str = ""
    access_token: str = ""
    error: str = ""


class Provider:
    """The provider people may sign in with. ``name`` is what they call it."""

    def __init__(self, settings: OpenId) -> None:
        self.name = settings.name
        self._settings = settings
        self._client: httpx.AsyncClient | None = None  # of the loop that serves
        self._said: tuple[float, Discovered] | None = None
        self._keys: KeySet | None = None

    async def address(self, secret: str, back: str) -> str:
        """Where somebody goes to show who they are; ``back`` is where they come back to.

        Raises a 503 problem, and ProviderRefused.
        """
        said = await self._asked(self._discovered())
        return str(
            prepare_grant_uri(
                said.authorization_endpoint,
                client_id=self._settings.client_id,
                response_type="code",
                redirect_uri=back,
                scope=SCOPE,
                state=state_of(secret),
                nonce=_derived(secret, "nonce"),
                code_challenge=create_s256_code_challenge(_derived(secret, "verifier")),
                code_challenge_method="S256",
            )
        )

    async def claimed(self, answered: Answered, secret: str, back: str, at: datetime) -> Claimed:
        """Who came back. Raises a 503 problem, and ProviderRefused."""
        return await self._asked(self._claimed(answered, secret, back, at))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _asked(self, asking: Awaitable[T]) -> T:
        """What a question to the provider comes to, in time, or one of our ways to say no."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await asking
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("the provider is away", issuer=self._settings.issuer, error=repr(error))
            if _refuses_us(error):
                raise self._refused() from error
            raise HttpProblem(
                503,
                "provider-away",
                f"{self.name} does not answer: try again in a moment, or sign in with a password.",
            ) from error
        except (JoseError, ValueError, KeyError, TypeError) as error:  # what it sent is no answer
            log.warning("the provider is not understood", error=repr(error))
            raise self._refused() from error

    async def _claimed(self, answered: Answered, secret: str, back: str, at: datetime) -> Claimed:
        said = await self._discovered()
        if answered.iss or said.authorization_response_iss_parameter_supported:
            self._check(answered.iss == said.issuer, "the answer is of another issuer")
        self._check(bool(answered.code) and not answered.error, answered.error or "no code")
        granted = await self._granted(said, answered.code, secret, back)
        self._check(bool(granted.id_token) and not granted.error, granted.error or "no ID token")
        token = await self._verified(said, granted.id_token)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": said.issuer},
                "aud": {"essential": True, "value": self._settings.client_id},
                "sub": {"essential": True, "allow_blank": False},
                "nonce": {"essential": True, "value": _derived(secret, "nonce")},
            },
            {"client_id": self._settings.client_id, "access_token": granted.access_token},
        )
        claims.validate(now=int(at.timestamp()), leeway=SKEW_SECONDS)
        told = await self._told(said, claims, granted.access_token)
        return Claimed(
            issuer=said.issuer,
            subject=claims["sub"],
            email=str(told.get("email") or ""),
            verified=told.get("email_verified", told.get(ENTRA_VERIFIED)) in TRUE,
        )

    async def _discovered(self) -> Discovered:
        if self._said is not None and monotonic() - self._said[0] < HELD_SECONDS:
            return self._said[1]
        issuer = self._settings.issuer
        _check_private(issuer)
        where = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        said = msgspec.convert(await self._got(where), Discovered)
        if said.issuer != issuer:
            raise ValueError(f"the issuer calls itself {said.issuer}, and is set to be {issuer}")
        ends = (said.authorization_endpoint, said.token_endpoint, said.jwks_uri)
        for end in (*ends, said.userinfo_endpoint or issuer):
            _check_private(end)
        self._said, self._keys = (monotonic(), said), None
        return said

    async def _granted(self, said: Discovered, code: str, secret: str, back: str) -> Granted:
        ours = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": _derived(secret, "verifier"),
        }
        auth: httpx.Auth = httpx.Auth()
        methods = said.token_endpoint_auth_methods_supported
        if not ours.client_secret:
            form["client_id"] = ours.client_id
        elif BASIC not in methods and POST in methods:
            form |= {"client_id": ours.client_id, "client_secret": ours.client_secret}
        else:  # RFC 6749, section 2.3.1: both are encoded as in a form first
            auth = httpx.BasicAuth(quote_plus(ours.client_id), quote_plus(ours.client_secret))
        answer = await self._http().post(said.token_endpoint, data=form, auth=auth)
        if answer.status_code not in {200, 400, 401}:
            answer.raise_for_status()
        return msgspec.convert(answer.json(), Granted)

    async def _verified(self, said: Discovered, text: str) -> jwt.Token:
        """The ID token, if one of the provider's keys signed it; the keys are asked for anew once,
        since a provider changes them now and then."""
        registry = JWSRegistry(algorithms=SIGNED_BY, strict_check_header=False)
        if self._keys is not None:
            try:
                return jwt.decode(text, self._keys, registry=registry)
            except (InvalidKeyIdError, BadSignatureError):
                pass
        found = msgspec.convert(await self._got(said.jwks_uri), Published)
        self._keys = KeySet.import_key_set({"keys": list(found.keys)})
        return jwt.decode(text, self._keys, registry=registry)

    async def _told(
        self, said: Discovered, claims: Mapping[str, Any], access_token: str
    ) -> Mapping[str, Any]:
        """What is said of the address: in the ID token, or where user information is asked for."""
        verified = claims.keys() & {"email_verified", ENTRA_VERIFIED}
        if ("email" in claims and verified) or not said.userinfo_endpoint:
            return claims
        headers = {"Authorization": f"Bearer {access_token}"}
        told = msgspec.convert(await self._got(said.userinfo_endpoint, headers), dict[str, Any])
        self._check(told.get("sub") == claims["sub"], "the user information is of another")
        return told if "email" in told else claims

    async def _got(self, where: str, headers: Mapping[str, str] | None = None) -> Any:
        answer = await self._http().get(where, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=STEP_SECONDS)
        return self._client

    def _check(self, holds: bool, otherwise: str) -> None:
        if not holds:
            log.warning("the provider did not say who it is", error=otherwise)
            raise self._refused()

    def _refused(self) -> ProviderRefused:
        return ProviderRefused(
            f"{self.name} did not say who you are, or not so that it can be relied on: try again."
        )


def _check_private(address: str) -> None:
    """Refuse an address that others can listen at: neither https nor on this computer."""
    if not is_secure_transport(address):
        raise ValueError(f"{address} is no https address")


def _refuses_us(error: Exception) -> bool:
    """Whether a provider refuses what we ask it, rather than being away."""
    if not isinstance(error, httpx.HTTPStatusError):
        return isinstance(error, httpx.InvalidURL)
    status = error.response.status_code
    return status < FAULT and status != TOO_MANY


def state_of(secret: str) -> str:
    """What the answer to a sign-in must bring back."""
    return _derived(secret, "state")


def _derived(secret: str, purpose: str) -> str:
    digest = hmac.digest(secret.encode(), purpose.encode(), sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
