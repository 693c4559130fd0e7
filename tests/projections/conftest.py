"""What the laws of the answers are tried on."""

from collections.abc import Iterator

import pytest
from histories import Ledger, reading, rewritable
from servers import Server

from ledger.engine import Connection


@pytest.fixture(scope="module")
def written(embedded_server: Server) -> Iterator[tuple[str, Ledger, Connection]]:
    """A ledger that can be emptied between examples: its URL, its writer, and a reader."""
    with (
        embedded_server.fresh_database() as url,
        rewritable(url) as disarmed,
        reading(url) as reader,
    ):
        yield url, disarmed, reader
