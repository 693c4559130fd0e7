"""One durable submission over HTTP, against a bare handler that inserts the same bytes."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from statistics import median

import psycopg
import pytest
from ledgers import CODE, TOKEN, ledger, ratio, report, served
from servers import Server

from http_api.settings import SERVED_VARIABLE

HERE = Path(__file__).parent
INDICATORS = 64
ROUNDS = 5
CLIENTS = (1, 8, 32)
SECONDS = 2.0
BODY = (
    '{"entries":[{"period":"FY2023","area":"E10000031","breakdown":{"run":"{n}"},"value":"91.5"}]}'
)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def load(port: int, clients: int, run: int, *, path: str) -> dict[str, float]:
    job = {
        "port": port,
        "clients": clients,
        "seconds": SECONDS,
        "post": path,
        "body": BODY,
        "token": TOKEN,
        "expected": "201",
        "indicators": INDICATORS,
        "run": f"r{run}",
    }
    done = subprocess.run(
        [sys.executable, str(HERE / "wire_load.py"), json.dumps(job)],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


@pytest.mark.timeout(600)
def test_submissions_a_second(embedded_server: Server) -> None:
    """Requests a second of both, in turn, at 1, 8 and 32 clients."""
    with ledger(embedded_server, indicators=INDICATORS) as (url, _):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, state bytea NOT NULL)")
        paths = os.pathsep.join([str(HERE), *sys.path])
        environment = {
            **os.environ,
            "PYTHONPATH": paths,
            "BARE_URL": url,
            SERVED_VARIABLE: url,
        }
        bare_port, our_port = free_port(), free_port()
        ours = f"/api/v1/agreements/{CODE}/indicators/{{indicator}}/submissions"
        rows: list[tuple[str, str]] = []
        with (
            served("bare_app:create", bare_port, environment),
            served("http_api.app:create_worker", our_port, environment),
        ):
            load(bare_port, 8, 0, path="/bare")
            load(our_port, 8, 0, path=ours)
            run = 0
            for clients in CLIENTS:
                figures: list[tuple[dict[str, float], dict[str, float]]] = []
                for _ in range(ROUNDS):
                    run += 1
                    figures.append(
                        (
                            load(our_port, clients, run, path=ours),
                            load(bare_port, clients, run, path="/bare"),
                        )
                    )
                rates = [[one["rate"] for one in pair] for pair in zip(*figures, strict=True)]
                rows.append((f"{clients} clients, ours ÷ bare", ratio(rates[0], rates[1])))
                rows.append(
                    (
                        f"{clients} clients, requests a second, ours and bare",
                        f"{median(rates[0]):.0f} and {median(rates[1]):.0f}",
                    )
                )
                tails = [one[0]["p99_ms"] for one in figures]
                rows.append((f"{clients} clients, our 99th percentile", f"{median(tails):.1f} ms"))
        report("Submissions over HTTP", rows)
        with psycopg.connect(url) as connection:
            counted = connection.execute(
                "SELECT count(*), max(notification_id) FROM ledger.ledger_events"
            ).fetchone()
        assert counted is not None
        assert counted[0] == counted[1] > INDICATORS
