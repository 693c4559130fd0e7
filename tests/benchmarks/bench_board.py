"""The board page of 200 indicators as JSON: as known at a past position, against now."""

import os
import sys
from statistics import median

import pytest
from bench_submission import HERE, free_port
from ledgers import CODE, TOKEN, ledger, ratio, report, served
from servers import Server
from wire_load import get_once

from http_api.settings import SERVED_VARIABLE
from projections.catch_up import catch_up

INDICATORS = 200
ROUNDS = 40


@pytest.mark.timeout(600)
@pytest.mark.parametrize("versions", [1, 10])
def test_the_past_costs_what_the_present_costs(embedded_server: Server, versions: int) -> None:
    """Milliseconds of the page now, and at positions early, in the middle and late."""
    with ledger(embedded_server, indicators=INDICATORS, versions=versions) as (url, filler):
        catch_up(url)
        first = filler.position - INDICATORS * versions
        moments = {
            "early": first + INDICATORS,
            "middle": first + INDICATORS * ((versions + 1) // 2),
            "late": filler.position - 1,
        }
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            SERVED_VARIABLE: url,
        }
        port = free_port()
        path = f"/api/v1/agreements/{CODE}/status?period=FY2024"
        with served("http_api.app:create_worker", port, environment):
            took: dict[str, list[float]] = {name: [] for name in ("now", *moments)}
            for _ in range(ROUNDS):
                took["now"].append(get_once(port, path, TOKEN))
                for name, position in moments.items():
                    asked = f"{path}&known_at=position:{position}"
                    took[name].append(get_once(port, asked, TOKEN))
    rows = [("now, median", f"{1000 * median(took['now']):.1f} ms")]
    rows += [(f"{name} ÷ now", ratio(took[name], took["now"])) for name in moments]
    report(f"Board page of {INDICATORS} indicators, {versions} version(s) of every value", rows)
