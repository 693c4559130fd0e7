"""The auditor's bundle as an answer over HTTP, the same for the API and for the pages."""

from collections.abc import Iterator

from litestar.response import Stream

from http_api import clock
from http_api.bundling import NAME, bundle_pieces
from http_api.downloads import download
from http_api.sealed import newest_sealed
from http_api.service import ClocksAsked, Service
from ledger.proofs.note import Checkpoint


def bundle_to_send(service: Service) -> Stream:
    """The bundle of everything signed by now, as an answer that is sent while it is written.

    It waits until the answers have reached the checkpoint too: an answer that is lacking would
    look like one that was taken out. Raises Behind, or a 503 problem.
    """
    with service.pool.connection() as connection:
        newest = newest_sealed(connection, 0)
    with service.reading(ClocksAsked(min_position=newest.size)):
        pass
    return download(_pieces(service, newest), NAME, "application/zip")


def _pieces(service: Service, newest: Checkpoint) -> Iterator[bytes]:
    with service.pool.connection() as connection:
        yield from bundle_pieces(connection, newest, clock.now())
