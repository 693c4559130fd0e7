"""The environment, read once and checked, as frozen values."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from ledger.refused_lately import MOST_REFUSED

URL_VARIABLE = "OUTTURN_DATABASE_URL"
HOME_VARIABLE = "OUTTURN_HOME"
SIGNER_VARIABLE = "OUTTURN_SIGNER"
ORIGIN_VARIABLE = "OUTTURN_ORIGIN"
ADDRESS_VARIABLE = "OUTTURN_ADDRESS"
PROXIES_VARIABLE = "OUTTURN_PROXIES"
REFUSALS_VARIABLE = "OUTTURN_REFUSALS"
ISSUER_VARIABLE = "OUTTURN_OIDC_ISSUER"
CLIENT_VARIABLE = "OUTTURN_OIDC_CLIENT_ID"
SECRET_VARIABLE = "OUTTURN_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a variable
NAME_VARIABLE = "OUTTURN_OIDC_NAME"
SERVED_VARIABLE = "OUTTURN_SERVE_URL"  # how `serve` tells its workers where the database is
COUNTING_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # where workers count, read by their library
DEFAULT_ORIGIN = "outturn.local"
ON_THIS_COMPUTER = ("127.0.0.1", "::1")


class BadSetting(Exception):
    """An environment variable that cannot be meant so. The message says which, and what to do."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the database is, and the signer. Without an address an embedded PostgreSQL lives in
    ``home``.

    ``signers`` is the folder with a signer's key and memory for each ledger; ``origin`` begins the
    name under which a ledger's checkpoints are signed.
    """

    database_url: str | None
    home: Path
    signers: Path
    origin: str


class OpenId(msgspec.Struct, frozen=True, kw_only=True):
    """The provider of OpenID Connect that people may sign in with, and who we are for it.

    ``name`` is what people call it. Without a ``client_secret`` we are a public client to it.
    """

    issuer: str
    client_id: str
    client_secret: str = ""
    name: str


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """How people reach the service.

    ``address`` is what they type, ``https://outturn.example``, "" where nobody said; ``proxies``
    are those whose word is taken for who it is that asks. ``refusals`` is how many refused duties
    of one person are recorded within a minute.
    """

    address: str = ""
    proxies: tuple[str, ...] = ()
    openid: OpenId | None = None
    refusals: int = MOST_REFUSED


def from_environment(environment: Mapping[str, str], home: str | None = None) -> Settings:
    """The settings of an environment; ``home`` (an option of a command) goes before it."""
    where = Path(home or environment.get(HOME_VARIABLE) or ".outturn").absolute()
    return Settings(
        database_url=environment.get(URL_VARIABLE) or None,
        home=where,
        signers=Path(environment.get(SIGNER_VARIABLE) or where / "signer").absolute(),
        origin=environment.get(ORIGIN_VARIABLE) or DEFAULT_ORIGIN,
    )


def web_from_environment(environment: Mapping[str, str]) -> Web:
    """How people reach the service, and the provider they sign in with. Raises BadSetting."""
    address = environment.get(ADDRESS_VARIABLE, "").rstrip("/")
    _check_address(address)
    named = environment.get(PROXIES_VARIABLE, "").replace(",", " ").split()
    beside = ON_THIS_COMPUTER if address.startswith("https://") else ()
    return Web(
        address=address,
        proxies=tuple(named) or beside,
        openid=_openid(environment),
        refusals=_refusals(environment.get(REFUSALS_VARIABLE, "")),
    )


def _refusals(text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text[:9])):
        raise BadSetting(f"{REFUSALS_VARIABLE} is {text}: it is a number of refusals, such as 30.")
    return int(text[:9]) if text else MOST_REFUSED


def _check_address(address: str) -> None:
    if address and not _is_of_a_site(address):
        raise BadSetting(
            f"{ADDRESS_VARIABLE} is {address}: it is what people type to reach the service, such as"
            " https://outturn.example, and nothing after the name."
        )


def _is_of_a_site(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    rest = (parts.path, parts.query, parts.fragment, parts.username)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(rest)


def _openid(environment: Mapping[str, str]) -> OpenId | None:
    issuer = environment.get(ISSUER_VARIABLE, "")
    client = environment.get(CLIENT_VARIABLE, "")
    if not issuer and not client:
        return None
    if not issuer or not client:
        given, missing = ISSUER_VARIABLE, CLIENT_VARIABLE
        if client:
            given, missing = missing, given
        raise BadSetting(f"{given} is set and {missing} is not: a sign-in needs both.")
    return OpenId(
        issuer=issuer,
        client_id=client,
        client_secret=environment.get(SECRET_VARIABLE, ""),
        name=environment.get(NAME_VARIABLE, "") or issuer.split("//")[-1].rstrip("/"),
    )
