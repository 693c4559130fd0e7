"""What proofs cost: a load, a submission, and a proof itself in a ledger of a million events."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from uuid import uuid4

import psycopg
import pytest
from bench_load import AREAS, INDICATORS, copy, file_of, load, rows_of
from bench_submission import BODY, CLIENTS, HERE, ROUNDS, SECONDS, free_port
from bench_submission import load as submit
from doors import service_pool
from ledgers import CODE, TOKEN, ledger, ratio, report, served
from servers import Server
from wire_load import get_once

from http_api.settings import ORIGIN_VARIABLE, SERVED_VARIABLE, SIGNER_VARIABLE
from ledger.engine import Commit, Encoded
from ledger.event import encode
from ledger.indicator.events import ActionRefused
from ledger.proofs.following import connect, seal_now
from ledger.proofs.tiles import last_checkpoint
from ledger.record import Record

ORIGIN = "bench.example.org"
EVENTS, AT_ONCE = 1_000_000, 20_000
LOADS, LOOKS = 4, 400


@contextmanager
def signer_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def sequencer(url: str, folder: Path) -> Iterator[None]:
    """The sequencer's process and the signer's, as a service runs them."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        SERVED_VARIABLE: url,
        SIGNER_VARIABLE: str(folder),
        ORIGIN_VARIABLE: ORIGIN,
    }
    with subprocess.Popen([sys.executable, "-m", "ledger.proofs"], env=environment) as process:
        try:
            wait_until_sealed(url)
            yield
        finally:
            process.terminate()


def wait_until_sealed(url: str) -> None:
    """Until everything recorded is signed."""
    with connect(url) as connection:
        row = connection.execute("SELECT max(last_position) FROM ledger.commits").fetchone()
        assert row is not None
        give_up = time.monotonic() + 60
        while last_checkpoint(connection, row[0]) is None:
            assert time.monotonic() < give_up
            time.sleep(0.005)


@pytest.mark.timeout(1800)
def test_a_load_with_and_without_proofs(embedded_server: Server) -> None:
    """100,000 rows sent, checked, committed and shown; beside a sequencer, and signed too."""
    content = file_of(rows_of(AREAS))
    took: dict[bool, list[float]] = {False: [], True: []}
    signed: list[float] = []
    for turn in range(2 * LOADS):
        proved = bool(turn % 2)
        with (
            ledger(embedded_server, indicators=INDICATORS, area_count=AREAS) as (url, _),
            signer_folder() as folder,
        ):
            copy(url, rows_of(AREAS))  # the disk and the caches are as warm for each
            if not proved:
                took[False].append(load(url, content))
                continue
            with sequencer(url, folder):
                started = time.perf_counter()
                took[True].append(load(url, content))
                wait_until_sealed(url)
                signed.append(time.perf_counter() - started)
    report(
        "A load of 100,000 rows",
        [
            ("without proofs", f"{median(took[False]):.2f} s"),
            ("beside a sequencer ÷ without", ratio(took[True], took[False])),
            ("until all of it is signed ÷ without", ratio(signed, took[False])),
        ],
    )


@pytest.mark.timeout(900)
def test_submissions_with_and_without_proofs(embedded_server: Server) -> None:
    """Requests a second over HTTP, in turn, at 1, 8 and 32 clients."""
    rows: list[tuple[str, str]] = []
    with ledger(embedded_server, indicators=64) as (url, _), signer_folder() as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            SERVED_VARIABLE: url,
        }
        port = free_port()
        path = f"/api/v1/agreements/{CODE}/indicators/{{indicator}}/submissions"
        assert "{n}" in BODY
        with served("http_api.app:create_worker", port, environment):
            submit(port, 8, 0, path=path)
            run = 0
            for clients in CLIENTS:
                figures: dict[bool, list[dict[str, float]]] = {False: [], True: []}
                for turn in range(2 * ROUNDS):
                    run += 1
                    if turn % 2:
                        with sequencer(url, folder):
                            figures[True].append(submit(port, clients, run, path=path))
                    else:
                        figures[False].append(submit(port, clients, run, path=path))
                took = {
                    proved: [1 / one["rate"] for one in each] for proved, each in figures.items()
                }
                rows.append((f"{clients} clients, with ÷ without", ratio(took[True], took[False])))
                tails = [median(one["p99_ms"] for one in figures[proved]) for proved in took]
                told = f"{tails[0]:.1f} and {tails[1]:.1f} ms"
                rows.append((f"{clients} clients, 99th percentile without and with", told))
    report(f"A submission over HTTP, {SECONDS:.0f} s each", rows)


def fill(url: str) -> float:
    """A ledger of a million events; answers the seconds it took."""
    state = encode(ActionRefused(action="submit", code="no-role"))
    started = time.perf_counter()
    with service_pool(url) as pool:
        record = Record(pool)
        stream, version = uuid4(), 0
        for _ in range(EVENTS // AT_ONCE):
            events = [
                Encoded(stream, version + n + 1, ActionRefused.TOPIC, state) for n in range(AT_ONCE)
            ]
            version += AT_ONCE
            commit = Commit(actor="asha", command="bench", correlation_id=uuid4())
            record.append_encoded(events, commit)
        record.close()
    return time.perf_counter() - started


@pytest.mark.timeout(1800)
def test_a_proof_in_a_ledger_of_a_million_events(embedded_server: Server) -> None:
    """An inclusion proof over HTTP against a look-up by primary key over HTTP."""
    with ledger(embedded_server, indicators=1) as (url, _), signer_folder() as folder:
        filled = fill(url)
        started = time.perf_counter()
        signed = seal_now(url, folder, ORIGIN)
        sealed = time.perf_counter() - started
        assert signed is not None
        assert signed.size > EVENTS
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, state bytea NOT NULL)")
            connection.execute(
                "INSERT INTO bare (state) SELECT sha256(n::text::bytea)"
                " FROM generate_series(1, %s) n",
                (EVENTS,),
            )
            connection.execute("VACUUM ANALYZE")
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            "BARE_URL": url,
            SERVED_VARIABLE: url,
        }
        bare_port, our_port = free_port(), free_port()
        positions = Random(1).sample(range(1, EVENTS), LOOKS)  # noqa: S311 - only to look about
        took: dict[str, list[float]] = {"bare": [], "proof": []}
        with (
            served("bare_app:create", bare_port, environment),
            served("http_api.app:create_worker", our_port, environment),
        ):
            for position in positions:
                took["bare"].append(get_once(bare_port, f"/bare/{position}", TOKEN))
                path = f"/api/v1/ledger/proofs/inclusion?position={position}"
                took["proof"].append(get_once(our_port, path, TOKEN))
    share = sealed / filled
    report(
        f"A ledger of {EVENTS:,} events",
        [
            ("signing all of them ÷ appending them", f"{share:.2f} ({sealed:.1f} s)"),
            ("look-up by primary key over HTTP, median", f"{1000 * median(took['bare']):.2f} ms"),
            ("inclusion proof, median", f"{1000 * median(took['proof']):.2f} ms"),
            ("inclusion proof ÷ look-up", ratio(took["proof"], took["bare"])),
        ],
    )
