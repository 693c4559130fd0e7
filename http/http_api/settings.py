"""The environment, read once and checked, as one frozen value."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

URL_VARIABLE = "OUTTURN_DATABASE_URL"
HOME_VARIABLE = "OUTTURN_HOME"
SERVED_VARIABLE = "OUTTURN_SERVE_URL"  # how `serve` tells its workers where the database is


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the database is. Without an address an embedded PostgreSQL lives in ``home``."""

    database_url: str | None
    home: Path


def from_environment(environment: Mapping[str, str], home: str | None = None) -> Settings:
    """The settings of an environment; ``home`` (an option of a command) goes before it."""
    return Settings(
        database_url=environment.get(URL_VARIABLE) or None,
        home=Path(home or environment.get(HOME_VARIABLE) or ".outturn").absolute(),
    )
