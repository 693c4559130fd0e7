"""The auditor's bundle as an answer over HTTP, the same for the API and for the pages."""

from collections.abc import Iterator

from litestar.response import Stream

from http_api import clock
from http_api.bundling import NAME, bundle_pieces
from http_api.downloads import download
from http_api.service import ClocksAsked, Service
from ledger.proofs.note import Checkpoint


def bundle_to_send(service: Service, checkpoint: Checkpoint) -> Stream:
    """The bundle that ends at a checkpoint, as an answer that is sent while it is written.

    It waits until the answers have reached the checkpoint too: an answer that is lacking would
    look like one that was taken out. Raises Behind.
    """
    with service.reading(ClocksAsked(min_position=checkpoint.size)):
        pass
    return download(_pieces(service, checkpoint), NAME, "application/zip")


def _pieces(service: Service, checkpoint: Checkpoint) -> Iterator[bytes]:
    with service.pool.connection() as connection:
        yield from bundle_pieces(connection, checkpoint, clock.now())
