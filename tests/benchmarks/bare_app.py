"""The least a submission or a read can be: one Litestar handler, one INSERT … COMMIT or SELECT."""

import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, get, post
from litestar.concurrency import set_asyncio_executor
from litestar.params import RawBody
from psycopg_pool import ConnectionPool

from http_api.app import POOL_SIZE


def create() -> Litestar:
    """The same server settings, threads and connections as the service has."""
    pool: ConnectionPool[Any] = ConnectionPool(
        os.environ["BARE_URL"],
        min_size=1,
        max_size=POOL_SIZE,
        kwargs={"autocommit": True},
        open=True,
    )

    @post("/bare", sync_to_thread=True)
    def bare(body: RawBody) -> dict[str, int]:
        with pool.connection() as connection:
            row = connection.execute(
                "INSERT INTO bare (state) VALUES (%b) RETURNING id", (body,), prepare=True
            ).fetchone()
        return {"position": row[0] if row else 0}

    @get("/bare/{identity:int}", sync_to_thread=True)
    def look_up(identity: int) -> dict[str, str]:
        with pool.connection() as connection:
            row = connection.execute(
                "SELECT state FROM bare WHERE id = %b", (identity,), prepare=True
            ).fetchone()
        return {"state": row[0].hex() if row else ""}

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        yield
        pool.close()

    set_asyncio_executor(ThreadPoolExecutor(POOL_SIZE))
    return Litestar([bare, look_up], lifespan=[lifespan], openapi_config=None)
