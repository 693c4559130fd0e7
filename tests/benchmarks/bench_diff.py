"""The explained difference over HTTP: few cells of a large ledger, and all of them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import pytest
from bench_submission import HERE, free_port
from ledgers import CODE, TOKEN, ledger, report, served
from servers import Server
from wire_load import get_once

from http_api.settings import SERVED_VARIABLE
from projections.catch_up import catch_up

INDICATORS, YEARS = 200, 10
ROUNDS = 10


@contextmanager
def service(url: str) -> Iterator[int]:
    """The service over a ledger; its port."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
        SERVED_VARIABLE: url,
    }
    port = free_port()
    with served("http_api.app:create_worker", port, environment):
        yield port


def milliseconds(port: int, path: str) -> str:
    """The median of several rounds, with the least and the most."""
    took = sorted(1000 * get_once(port, path, TOKEN) for _ in range(ROUNDS))
    return f"{median(took):.0f} ms ({took[0]:.0f}–{took[-1]:.0f})"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("areas", [1, 50])
def test_a_difference_costs_what_it_shows(embedded_server: Server, areas: int) -> None:
    """The board page, then differences of one indicator's correction, of one vintage, of all."""
    versions = 10 if areas == 1 else 2
    with ledger(embedded_server, indicators=INDICATORS, area_count=areas, versions=versions) as (
        url,
        filler,
    ):
        catch_up(url)
        last = filler.position
        start = last - INDICATORS * versions
        diff = f"/api/v1/agreements/{CODE}/diff?to=position:{last}&from=position:"
        asked = {
            "board page": f"/api/v1/agreements/{CODE}/status",
            f"one indicator corrected, {areas * YEARS:,} cells": f"{diff}{last - 1}",
            "the same, of one area": f"{diff}{last - 1}&area=E10000031",
            f"one vintage, {INDICATORS * areas * YEARS:,} cells, the first 500": (
                f"{diff}{last - INDICATORS}"
            ),
            f"all {versions} vintages, the first 500": f"{diff}{start}",
            "restatements, the first 500": f"/api/v1/agreements/{CODE}/restatements",
            "restatements of one area and period": (
                f"/api/v1/agreements/{CODE}/restatements?area=E10000031&period=FY2020"
            ),
        }
        with service(url) as port:
            rows = [(name, milliseconds(port, path)) for name, path in asked.items()]
    cells = INDICATORS * areas * YEARS
    report(f"Differences in a ledger of {cells:,} cells, {versions} versions of each", rows)
