"""What handlers are given by name: the service, who is asking, and the answers they may see."""

from typing import Any

import structlog
from litestar import Request
from litestar.di import Provide

from http_api.openid import Provider
from http_api.page_desk import PageDesk
from http_api.page_reader import PageReader
from http_api.public_reader import PublicReader
from http_api.readers import Readers
from http_api.service import Service
from http_api.visitors import visitor_asking
from ledger.saved_views import SavedView, views_of

log = structlog.get_logger()


def given(service: Service, provider: Provider | None) -> dict[str, Provide]:
    """The dependencies of all handlers over one service."""
    readers, publics, desk = Readers(service), PublicReader(service, known=True), PageDesk(service)

    def reader(request: Request[Any, Any, Any]) -> PageReader:
        who, agreement = visitor_asking(request), request.path_params.get("agreement")
        found = readers.of(who, agreement)
        if who.person and agreement is not None and not isinstance(found, PublicReader):
            log.info("page read", person=who.person, page=request.url.path)
        return found

    def kept(request: Request[Any, Any, Any]) -> list[SavedView]:
        who = visitor_asking(request)
        if not who.person:
            return []
        with service.pool.connection() as connection:
            return views_of(connection, who.person)

    return {
        "service": Provide(lambda: service, sync_to_thread=False, use_cache=True),
        "provider": Provide(lambda: provider, sync_to_thread=False, use_cache=True),
        "desk": Provide(lambda: desk, sync_to_thread=False, use_cache=True),
        "public_reader": Provide(lambda: publics, sync_to_thread=False, use_cache=True),
        "reader": Provide(reader, sync_to_thread=True),
        "kept": Provide(kept, sync_to_thread=True),
        "who": Provide(visitor_asking, sync_to_thread=False),
    }
