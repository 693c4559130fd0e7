"""An auditor's search in a ledger of a million events, against one of a thousand."""

import os
import sys
from statistics import median

import psycopg
import pytest
from bench_submission import HERE, free_port
from ledgers import CODE, TOKEN, ledger, ratio, report, served
from servers import Server
from wire_load import get_once

from http_api.settings import SERVED_VARIABLE
from ledger.event import agreement_id, indicator_id
from projections.catch_up import catch_up

MANY, FEW = 1_000_000, 1_000
INDICATORS, ACTORS = 200, 50
ROUNDS = 30
# A submission, a sign-off or, once in ten thousand, a refusal, by fifty people in turn; written
# beside the one door, and its rows straight into the answers, since only the reading is measured.
FILL = """
WITH one AS (
  SELECT %(head)s + n AS position, streams[1 + n %% %(indicators)s] AS stream,
         'p' || lpad((n %% %(actors)s)::text, 2, '0') AS actor,
         CASE WHEN n %% 10000 = 7 THEN 'action-refused' WHEN n %% 3 = 0 THEN 'values-signed-off'
              ELSE 'values-submitted' END AS topic,
         1000 + n / %(indicators)s AS version
    FROM generate_series(1, %(count)s) n, (SELECT %(streams)s::uuid[] AS streams) s
), events AS (
  INSERT INTO ledger.ledger_events SELECT stream, version, topic,
    convert_to('{"entries":[{"period":"FY2024","area":"E10000031","value":"1"}]}', 'UTF8'), position
    FROM one
), commits AS (
  INSERT INTO ledger.commits SELECT position, position,
    (SELECT max(recorded_at) FROM ledger.commits)
      + (position - %(head)s) * interval '1 second', actor, 'submit', gen_random_uuid() FROM one
)
INSERT INTO answers.event
SELECT position, %(agreement)s, stream, NULL, topic, actor, position, 9223372036854775807 FROM one
"""
SEARCHES = {
    "the newest": "",
    "the oldest": "order=oldest",
    "one of fifty people": "actor=p07",
    "refusals": "kind=refusals",
    "refusals of one person": "kind=refusals&actor=p07",
    "one indicator": "indicator=I0",
    "somebody who did nothing": "actor=nobody",
    "the middle of it": "after={middle}",
}


@pytest.mark.timeout(900)
def test_a_search_costs_the_same_however_many_events_there_are(embedded_server: Server) -> None:
    took = {count: measured(embedded_server, count) for count in (FEW, MANY)}
    rows = [(f"{name}, median of a million", f"{1000 * median(took[MANY][name]):.1f} ms")
            for name in took[MANY]]  # fmt: skip
    rows += [(f"{name} ÷ of a thousand", ratio(took[MANY][name], took[FEW][name]))
             for name in took[MANY]]  # fmt: skip
    report("A search of events, fifty at a time", rows)


def measured(server: Server, count: int) -> dict[str, list[float]]:
    """How long each search takes in a ledger with so many events more."""
    with ledger(server, indicators=INDICATORS) as (url, _):
        head = catch_up(url)
        fill(url, head, count)
        port = free_port()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            SERVED_VARIABLE: url,
        }
        path = f"/api/v1/agreements/{CODE}"
        asked = {
            name: f"{path}/events?limit=50&{query.format(middle=head + count // 2)}"
            for name, query in SEARCHES.items()
        } | {"the counts": f"{path}/audit"}
        took: dict[str, list[float]] = {name: [] for name in asked}
        with served("http_api.app:create_worker", port, environment):
            for _ in range(ROUNDS):
                for name, address in asked.items():
                    took[name].append(get_once(port, address, TOKEN))
    return took


def fill(url: str, head: int, count: int) -> None:
    streams = [indicator_id(CODE, f"I{n}") for n in range(INDICATORS)]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            FILL,
            {
                "head": head,
                "count": count,
                "indicators": INDICATORS,
                "actors": ACTORS,
                "streams": streams,
                "agreement": agreement_id(CODE),
            },
        )
        connection.execute("UPDATE answers.tracking SET position = %s", (head + count,))
        connection.execute("VACUUM ANALYZE answers.event")
        connection.execute("ANALYZE ledger.commits; ANALYZE ledger.ledger_events")
