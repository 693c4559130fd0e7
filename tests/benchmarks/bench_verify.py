"""Verifying a bundle: entries a second on one core, and the memory it takes, by size."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from ledgers import ledger, report
from servers import Server

from http_api.bundling import write_bundle
from ledger import verifier
from ledger.proofs.following import seal_now
from projections.rebuild import rebuild

YEARS = 10
SIZES = [(20, 100, 5), (100, 100, 10), (200, 500, 1)]  # indicators, areas, versions of each value
ROUNDS = 3
MEASURE = """
import json, re, sys, time
from pathlib import Path
from runpy import run_path
start = time.process_time()
sys.argv = sys.argv[1:]
try:
    run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    assert not ended.code
seconds = time.process_time() - start
most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([seconds, int(most[1])]), file=sys.stderr)
"""


def exported(server: Server, folder: Path, size: tuple[int, int, int]) -> Path:
    """A bundle of a ledger whose values are so many, sealed and with its answers."""
    indicators, areas, versions = size
    path = folder / "-".join(map(str, size))
    with ledger(server, indicators=indicators, area_count=areas, versions=versions) as (url, _):
        rebuild(url, lambda _done, _total: None)
        sealed = seal_now(url, folder / f"signers-{path.name}", "benchmark")
        assert sealed is not None
        with psycopg.connect(url, autocommit=True) as connection, path.open("wb") as file:
            connection.execute("SET search_path = pg_catalog, answers, pg_temp")
            connection.execute("SET TIME ZONE 'UTC'")
            for _ in write_bundle(file, connection, sealed, datetime(2026, 4, 30, tzinfo=UTC)):
                pass
    return path


def measured(path: Path, *options: str) -> tuple[float, float]:
    """Seconds of one core, and MiB at most, of the command run by itself."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, verifier.__file__, str(path), *options],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, most = json.loads(done.stderr)
    return seconds, most / 1024


def pace() -> float:
    """Nanoseconds of a turn of an empty loop: how fast this core is just now."""
    start = time.process_time()
    for _ in range(2_000_000):
        pass
    return (time.process_time() - start) * 500


@pytest.mark.timeout(3600)
def test_verifying_bundles_of_two_sizes(embedded_server: Server, tmp_path: Path) -> None:
    rows: list[tuple[str, str]] = []
    for size in SIZES:
        path = exported(embedded_server, tmp_path, size)
        entries = size[0] * size[1] * YEARS * size[2]
        rows.append((f"{entries:,} entries, the bundle", f"{path.stat().st_size / 2**20:.0f} MiB"))
        for what, options in (
            ("record and proofs", ["--record-only"]),
            ("record, proofs and answers", []),
        ):
            runs = [measured(path, *options) for _ in range(ROUNDS)]
            seconds = min(seconds for seconds, _ in runs)
            most = max(most for _, most in runs)
            told = f"{entries / seconds:,.0f} entries a second, {most:.0f} MiB"
            rows.append((f"{entries:,} entries, {what}", told))
    rows.append(("an empty loop of Python, a turn", f"{pace():.0f} ns"))
    report("Verifying a bundle", rows)
