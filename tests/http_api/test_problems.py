"""Every way to say no has its code, its status and its sentence, and none tells too much."""

import psycopg
import pytest
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from psycopg_pool import PoolTimeout

from http_api.problem_documents import problem_of
from http_api.problems import HTTP_CODES, REQUEST_CODES, STATUS, HttpProblem
from policies.refusals import DutyRefusal, Refusal, all_refusals
from policies.refusals_roles import TooManyRefused
from policies.refusals_sign_in import TooManyTries
from policies.sign_in import MOST_TRIES, TRIES_WITHIN, check_tries
from projections.reading.clocks import Behind

CONTRACT = {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503}
# Whoever a provider vouches for, and is no one here: nobody has a duty yet.
OF_SIGNING_IN = {"other-account", "unknown-here"}


def test_every_refusal_has_a_status_and_no_status_is_without_one() -> None:
    assert set(all_refusals()) == set(STATUS)
    assert set(STATUS.values()) <= CONTRACT | {410}  # of a link that was spent


def test_a_refusal_of_a_duty_is_forbidden_and_nothing_else_is() -> None:
    duties = {code for code, kind in all_refusals().items() if issubclass(kind, DutyRefusal)}
    forbidden = {code for code, status in STATUS.items() if status == 403}
    assert duties == forbidden - OF_SIGNING_IN


def test_codes_are_told_apart() -> None:
    assert not set(STATUS) & set(REQUEST_CODES)
    assert {code for code, _ in HTTP_CODES.values()} <= set(REQUEST_CODES)
    told = {status for status, _ in REQUEST_CODES.values()}
    assert told <= CONTRACT | {408}  # of a body that does not come


@pytest.mark.parametrize("code", all_refusals())
def test_a_refusal_becomes_a_document_with_its_own_sentence(code: str) -> None:
    problem, headers = problem_of(all_refusals()[code]("Just so.", field="entries[3].value"))

    assert (f"/problems/{code}", STATUS[code]) == (problem.type, problem.status)
    assert problem.title.endswith((".", "3."))
    assert "Just so." == problem.detail
    (error,) = problem.errors
    assert ("entries[3].value", code, "Just so.") == (error.field, error.code, error.detail)
    assert (STATUS[code] == 401) == ("WWW-Authenticate" in headers)
    assert (STATUS[code] in {429, 503}) == ("Retry-After" in headers)


def test_what_knows_when_to_try_again_says_so() -> None:
    refusal = TooManyRefused()
    refusal.again_in = 42
    assert "42" == problem_of(refusal)[1]["Retry-After"]
    with pytest.raises(TooManyTries) as caught:
        check_tries(MOST_TRIES)
    assert TRIES_WITHIN.total_seconds() == int(problem_of(caught.value)[1]["Retry-After"])


@pytest.mark.parametrize("code", REQUEST_CODES)
def test_a_problem_of_the_request_becomes_one_too(code: str) -> None:
    status, meaning = REQUEST_CODES[code]
    problem, headers = problem_of(HttpProblem(status, code, "Just so.", field="limit"))

    assert (f"/problems/{code}", status, meaning) == (problem.type, problem.status, problem.title)
    assert ("limit", code) == (problem.errors[0].field, problem.errors[0].code)
    assert (status in {429, 503}) == ("Retry-After" in headers)
    assert (status == 401) == ("WWW-Authenticate" in headers)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.OperationalError("connection refused, password=secret"), "database-away"),
        (PoolTimeout("no connection in time"), "database-away"),
        (psycopg.errors.LockNotAvailable("lock timeout"), "busy"),
        (psycopg.errors.QueryCanceled("statement timeout"), "database-away"),
        (Behind(1742), "projection-behind"),
    ],
)
def test_what_passes_by_itself_is_a_503_that_says_when_to_come_again(
    error: Exception, code: str
) -> None:
    problem, headers = problem_of(error)

    assert (503, f"/problems/{code}") == (problem.status, problem.type)
    assert int(headers["Retry-After"]) > 0
    assert "secret" not in problem.detail


def test_a_fault_of_ours_tells_nothing_of_our_insides() -> None:
    problem, _ = problem_of(RuntimeError("the key of the safe is 1742"))

    assert (500, "/problems/internal-error") == (problem.status, problem.type)
    assert "1742" not in str(problem)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFoundException(), "not-found"),
        (MethodNotAllowedException(headers={"allow": "GET"}), "method-not-allowed"),
        (HTTPException(status_code=418), "malformed"),
    ],
)
def test_what_the_framework_refuses_has_a_code_and_keeps_its_headers(
    error: HTTPException, code: str
) -> None:
    problem, headers = problem_of(error)

    assert (f"/problems/{code}", error.status_code) == (problem.type, problem.status)
    assert [code] == [each.code for each in problem.errors]
    assert dict(error.headers or {}) == headers


def test_all_that_is_wrong_is_in_one_document() -> None:
    errors = tuple(
        all_refusals()[code](detail, field=field).errors[0]
        for code, detail, field in (
            ("not-a-number", "One.", "entries[0].value"),
            ("unknown-area", "Two.", "entries[1].area"),
        )
    )
    problem, _ = problem_of(all_refusals()["not-a-number"]("One.", errors=errors))

    assert ["not-a-number", "unknown-area"] == [error.code for error in problem.errors]
    assert "/problems/not-a-number" == problem.type


def test_a_group_of_refusals_has_no_code_of_its_own() -> None:
    assert Refusal not in all_refusals().values()
    assert DutyRefusal not in all_refusals().values()
