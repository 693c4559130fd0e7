"""The board page of 200 indicators as JSON: at any pair of clocks, against now and now."""

import os
import sys
from datetime import date
from decimal import Decimal
from statistics import median

import pytest
from bench_submission import HERE, free_port
from ledgers import CODE, START, TOKEN, ledger, ratio, report, served
from servers import Server
from wire_load import get_once

from http_api.settings import SERVED_VARIABLE
from ledger.agreement.events import EscalationPolicyAdopted, RagPolicyAdopted
from policies.escalation import EscalationSettings
from policies.rag import RagSettings
from projections.catch_up import catch_up

INDICATORS = 200
ROUNDS = 40
SECOND = RagPolicyAdopted(
    version="2",
    effective_from=START,
    settings=RagSettings(amber_margin=Decimal("0.2"), exceed_margin=Decimal("0.3")),
)
STAGES = EscalationPolicyAdopted(version="1", effective_from=START, settings=EscalationSettings())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("versions", [1, 10])
def test_any_pair_of_clocks_costs_what_the_present_costs(
    embedded_server: Server, versions: int
) -> None:
    """Facts of positions early, in the middle, late and now; rules of then and of now.

    Half of the versions are recorded under the first rules, half under the second. The rules of
    escalation come last of all, so that a page has stages under the rules of now alone.
    """
    assert SECOND.effective_from < date(2026, 1, 1)
    with ledger(embedded_server, indicators=INDICATORS) as (url, filler):
        first = filler.position
        filler.values(INDICATORS, 1, versions)
        adopted = filler.position
        filler.append([("", [SECOND])])
        unescalated = filler.position
        filler.append([("", [STAGES])])
        catch_up(url)
        known = {
            "early": first + INDICATORS,
            "middle": first + INDICATORS * ((versions + 1) // 2),
            "late": adopted - 1,
            "now": filler.position,
        }
        pairs = {
            f"facts {name}, rules {which}": f"&known_at=position:{position}"
            f"&policy_at=position:{adopted if which == 'then' else filler.position}"
            for name, position in known.items()
            for which in ("then", "now")
        }
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            SERVED_VARIABLE: url,
        }
        pairs["facts now, rules without stages"] = f"&policy_at=position:{unescalated}"
        port = free_port()
        path = f"/api/v1/agreements/{CODE}/status?period=FY2024"
        with served("http_api.app:create_worker", port, environment):
            took: dict[str, list[float]] = {name: [] for name in ("now", *pairs)}
            for _ in range(ROUNDS):
                took["now"].append(get_once(port, path, TOKEN))
                for name, asked in pairs.items():
                    took[name].append(get_once(port, path + asked, TOKEN))
    rows = [("now, median", f"{1000 * median(took['now']):.1f} ms")]
    rows += [(f"{name} ÷ now", ratio(took[name], took["now"])) for name in pairs]
    report(f"Board page of {INDICATORS} indicators, {versions} version(s) of every value", rows)
