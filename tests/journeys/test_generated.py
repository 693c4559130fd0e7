"""Twenty thousand generated requests over the whole API: no answer is a fault of ours.

Each call of its document, right and wrong by it, each time by somebody else.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from journeys.asking import entry, submit
from journeys.test_guarding import application
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance
from servers import Server
from services import PEOPLE, Served, at_database, more_tokens, serving, set_up

pytestmark = pytest.mark.long

CASES = 20_000
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
DOCUMENT = application().openapi_schema.to_schema()
CALLS = sorted((path, method) for path, item in DOCUMENT["paths"].items() for method in item)
# These take nothing that could be wrong by the document.
TAKES_ANYTHING = ("/health/live", "/health/ready", "/problems/{code}")
ASKED = [
    (path, method, mode)
    for path, method in CALLS
    for mode in MODES
    if mode is GenerationMode.POSITIVE or path not in TAKES_ANYTHING
]
EACH = CASES * 5 // (len(ASKED) * 4)  # more, since of some there are not so many
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
# Where a call is about something, it is about something that there is, every other time.
KNOWN: dict[str, Any] = {"agreement": "county", "indicator": "noise", "number": 1, "plan": 1,
                         "position": 5, "person": "board", "code": "no-role"}  # fmt: skip
WHO = st.sampled_from([*PEOPLE, ""])

# By this process, which may share them with another: the answers by their status, and the calls.
sent: Counter[int] = Counter()
called: list[tuple[str, str]] = []


@pytest.fixture(scope="module")
def served(embedded_server: Server) -> Iterator[Served]:
    """An agreement of its own, since roles, people and the seal are asked for too."""
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        set_up(where)
        with serving(where) as service:
            service.tokens.update(more_tokens(url))
            submit(service, "noise", entry("5"), entry("6", "FY2023"))
            yield service


@pytest.fixture(scope="module")
def schema(served: Served) -> BaseSchema:
    loaded: BaseSchema = schemathesis.openapi.from_dict(DOCUMENT)
    loaded.config.update(base_url=served.url)
    return loaded


@pytest.mark.parametrize(("path", "method", "mode"), ASKED)
def test_no_answer_is_a_fault_of_ours(
    served: Served, schema: BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    call = schema[path][method.upper()]
    known = {name: code for name, code in KNOWN.items() if f"{{{name}}}" in path}
    cases = call.as_strategy(mode)
    if known:
        cases |= call.as_strategy(mode, path_parameters=known)

    @hypothesis.settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(cases, WHO)
    def send(case: schemathesis.Case[Any], person: str) -> None:
        token = served.tokens.get(person)
        answer = case.call(headers={"Authorization": f"Bearer {token}"} if token else None)
        sent[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    called.append((path, method))
    send()


def test_that_many_were_sent_and_every_kind_of_answer_came(served: Served) -> None:
    """So that what stands above is no walk past the service; and it still answers."""
    if not called:
        pytest.skip("another process sent them all")
    share = len(called) / len(ASKED)
    assert sent.total() >= CASES * share, (share, sent)
    if {method for _, method in called} == {method for _, method in CALLS}:
        assert {200, 400, 401, 403, 404, 422} <= set(sent), (share, sent)
    if share == 1:
        assert 201 in sent, sent
    assert 200 == served.caller("board").get("/api/v1/agreements/county").status_code
