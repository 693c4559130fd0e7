"""The one place that reads the time and makes ids; everybody else is given them."""

import secrets
from datetime import UTC, datetime
from uuid import UUID, uuid4


def now() -> datetime:
    """The time of this moment, with offset."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """An id nobody has used."""
    return uuid4()


def nonce() -> bytes:
    """Sixteen random bytes, so that a digest does not give a short text away."""
    return secrets.token_bytes(16)


def new_token() -> str:
    """A secret for one person: 256 random bits."""
    return f"outturn_{secrets.token_urlsafe(32)}"
