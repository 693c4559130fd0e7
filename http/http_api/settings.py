"""The environment, read once and checked, as one frozen value."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

URL_VARIABLE = "OUTTURN_DATABASE_URL"
HOME_VARIABLE = "OUTTURN_HOME"
SIGNER_VARIABLE = "OUTTURN_SIGNER"
ORIGIN_VARIABLE = "OUTTURN_ORIGIN"
ADDRESS_VARIABLE = "OUTTURN_ADDRESS"
SERVED_VARIABLE = "OUTTURN_SERVE_URL"  # how `serve` tells its workers where the database is
DEFAULT_ORIGIN = "outturn.local"


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


def from_environment(environment: Mapping[str, str], home: str | None = None) -> Settings:
    """The settings of an environment; ``home`` (an option of a command) goes before it."""
    where = Path(home or environment.get(HOME_VARIABLE) or ".outturn").absolute()
    return Settings(
        database_url=environment.get(URL_VARIABLE) or None,
        home=where,
        signers=Path(environment.get(SIGNER_VARIABLE) or where / "signer").absolute(),
        origin=environment.get(ORIGIN_VARIABLE) or DEFAULT_ORIGIN,
    )
