"""The reference is whole: its pages list what there is, and nothing else."""

import re
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
from documents import (
    blocks,
    fields,
    listed,
    own,
    rows,
    section,
    text_of,
)
from litestar import Litestar
from psycopg_pool import ConnectionPool
from typed import COMMANDS, options

from http_api import live_evidence
from http_api.api import amendment_bodies, bodies, loads, response_bodies, roles
from http_api.app import create_app
from http_api.problems import REQUEST_CODES, STATUS
from http_api.service import Service
from ledger import verifier
from ledger.agreement import events as agreement_events
from ledger.amendment import events as amendment_events
from ledger.comparators import events as comparators_events
from ledger.event import CATALOGUE
from ledger.indicator import events as indicator_events
from ledger.indicator import responses
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import Outcome
from ledger.loading.quality import WARNINGS
from ledger.person import Person
from ledger.setting_up import sheets
from ledger.setting_up.tables import POLICIES_NOT_YET, TABLES
from ledger.verifier import STATUS as ANSWERS_STATUS
from ledger.verifier import VALUES
from policies.awaits import Awaited
from policies.basket import BasketSettings
from policies.cell import Mark, NoStatus
from policies.collecting import State
from policies.comparator_group import ComparatorSettings
from policies.definition import Basis, Definition, MarginOverride, PlanLimits, Polarity
from policies.due import DueSettings
from policies.escalation import Cause, EscalationSettings
from policies.examination import Outcome as Examined
from policies.permissions import MAY, Action, Role
from policies.rag import RagSettings, Status
from policies.refusals import BadMapping, all_refusals, sentence
from policies.reward import RewardSettings
from policies.standing import Assurance, Standing, diagram
from policies.tasks import Kind
from policies.travel import Travel, TravelSettings
from projections.reading import evidence

EVENTS = text_of("reference/events.md")


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_every_event_has_a_paragraph_with_its_fields(topic: str) -> None:
    assert fields(CATALOGUE[topic]) == sorted(listed(own(EVENTS, f"### `{topic}`")))


def test_everything_the_verifier_can_say_is_listed() -> None:
    """Its codes, as they stand in its own file; and the columns of the answers that it reads."""
    files = [Path(verifier.__file__), Path(live_evidence.__file__)]
    said = {
        code
        for file in files
        for code in re.findall(r'Altered\(\s*"([a-z]+)"', file.read_text(encoding="utf-8"))
    }
    proofs = text_of("reference/proofs.md")
    assert sorted(said) == sorted(listed(own(proofs, "## What the verifier says")))
    columns = {*VALUES, *ANSWERS_STATUS}
    assert columns == set(listed(own(proofs, "## The answers")))
    assert (VALUES, ANSWERS_STATUS) == (evidence.columns("values"), evidence.columns("status"))


def test_no_paragraph_is_of_an_event_that_is_not_there() -> None:
    assert sorted(CATALOGUE) == sorted(re.findall(r"^### `(.+)`$", EVENTS, re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Area", fields(agreement_events.Area)),
        ("CodeEntry", fields(agreement_events.CodeEntry)),
        ("Target", fields(indicator_events.Target)),
        ("Entry", fields(indicator_events.Entry)),
        ("Correction", ["replaces"]),
        ("Released", ["replaces"]),
        (
            "Reverted",
            sorted({*fields(comparators_events.Reverted)} - {*fields(indicator_events.Entry)}),
        ),
        ("SignedEntry", fields(indicator_events.SignedEntry)),
        ("Source", fields(indicator_events.Source)),
        ("Changes", fields(amendment_events.Changes)),
        ("TargetChange", fields(amendment_events.TargetChange)),
        ("DefinitionChange", fields(amendment_events.DefinitionChange)),
        ("PolicyChange", fields(amendment_events.PolicyChange)),
        ("Signed", fields(indicator_events.Signed)),
        ("PlanStep", fields(responses.PlanStep)),
        (
            "Restored",
            sorted({*fields(indicator_events.Restored)} - {*fields(indicator_events.Entry)}),
        ),
    ],
)
def test_what_stands_inside_events_is_listed_field_by_field(name: str, expected: list[str]) -> None:
    assert expected == sorted(listed(own(EVENTS, f"### {name}")))


def test_every_refusal_has_its_status_and_sentence_and_says_what_to_do() -> None:
    """The page is the catalogue of refusals, with a remedy for each."""
    ours = section(text_of("reference/problems.md"), "## What a rule refuses")
    told = {row[0].strip("`"): (int(row[1]), row[2]) for row in rows(ours) if row[3]}
    assert {c: (STATUS[c], sentence(kind)) for c, kind in all_refusals().items()} == told
    https = section(text_of("reference/problems.md"), "## What the request itself is refused for")
    told = {row[0].strip("`"): (int(row[1]), row[2]) for row in rows(https) if row[3]}
    assert REQUEST_CODES == told


POLICIES = text_of("reference/policies.md")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## Status", fields(RagSettings)),
        ("## Direction of travel", sorted([*fields(TravelSettings), *Travel])),
        ("## Lateness", fields(DueSettings)),
        ("## Escalation", fields(EscalationSettings)),
        ("## Reward", fields(RewardSettings)),
        ("## Comparison", fields(ComparatorSettings)),
        ("## Judging together", fields(BasketSettings)),
        ("## The definition of an indicator", fields(Definition)),
        ("### Limits of plan-is-best", fields(PlanLimits)),
        ("### Margins of its own", fields(MarginOverride)),
    ],
)
def test_every_setting_is_listed(heading: str, expected: list[str]) -> None:
    assert expected == sorted(listed(own(POLICIES, heading)))


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("### Statuses", Status),
        ("### Reasons for no status", NoStatus),
        ("### Marks", Mark),
        ("### What moves a stage", Cause),
        ("### What a stage waits for", Awaited),
        ("### How far a value has come", State),
        ("## Tasks", Kind),
        ("## The four-week rule", Examined),
        ("### Polarity", Polarity),
        ("### Basis of measurement", Basis),
        ("## Roles", Role),
        ("## Assurance", Assurance),
    ],
)
def test_every_word_is_listed_in_its_order(heading: str, words: type[StrEnum]) -> None:
    assert [word.value for word in words] == listed(own(POLICIES, heading))


@pytest.mark.parametrize("role", Role)
def test_every_role_may_what_the_table_says(role: Role) -> None:
    told = {row[0].strip("`"): row[1].split(", ") for row in rows(own(POLICIES, "## Roles"))}
    may = {action.value.replace("-", " ") for action in Action if role in MAY[action]}
    assert may == set(told[role])


def test_the_standing_diagram_is_the_drawn_one() -> None:
    page = text_of("reference/standing.md")
    assert [diagram()] == blocks(page, "mermaid")
    assert list(Standing) == listed(page)


# HTTP and the command line


@pytest.fixture(scope="module")
def application() -> Litestar:
    """The application; its connections are never opened."""
    return create_app(Service(ConnectionPool("", open=False)))


HTTP = text_of("reference/http.md")


def test_every_route_is_listed(application: Litestar) -> None:
    there = {
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}"
        for route in application.routes
        for method in getattr(route, "methods", ())
        if method not in {"OPTIONS", "HEAD"}
    }
    ours = {one for one in there if not re.search(r" /(schema|static)\b", one)}
    assert ours == {word for word in listed(HTTP) if re.match("[A-Z]+ /", word)}


def test_every_parameter_and_header_is_listed(application: Litestar) -> None:
    schema = application.openapi_schema.to_schema()
    named = {
        parameter["name"]
        for path in schema["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] != "path"
    }
    assert set() == named - set(listed(HTTP))


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("### The body of a submission", bodies.SubmissionBody),
        ("### The body of a correction", bodies.CorrectionBody),
        ("### An entry", bodies.CorrectedEntryBody),
        ("### The body of a return or a withdrawal", bodies.NamedEntriesBody),
        ("### The body of a sign-off", bodies.SignOffBody),
        ("### The body of evidence", bodies.EvidenceBody),
        ("### The body of a remedial action", response_bodies.RemedialActionBody),
        ("### The body of an action plan", response_bodies.ActionPlanBody),
        ("### A step of an action plan", response_bodies.StepBody),
        ("### The body of an acceptance", response_bodies.AcceptanceBody),
        ("### The body of a return of a plan", response_bodies.PlanReturnBody),
        ("### The body of an intervention", response_bodies.InterventionBody),
        ("### The body of a fast track", response_bodies.FastTrackBody),
        ("### The body of a closure", response_bodies.ClosureBody),
        ("### The body of a commendation", response_bodies.CommendationBody),
        ("### The body of an examination", response_bodies.ExaminationBody),
        ("### The body of a commit", loads.CommitBody),
        ("### The body of an abandonment or a withdrawal of a load", loads.ReasonBody),
        ("### The body of a role", roles.RoleBody),
        ("### The body of an ending of a role", roles.RoleEndBody),
        ("### The body of a sealing", amendment_bodies.SealBody),
        ("### The body of a refresh", amendment_bodies.RefreshBody),
        ("### The body of a proposal", amendment_bodies.ProposalBody),
        ("### The body of a revision", amendment_bodies.RevisionBody),
        ("### A change of a target", amendment_bodies.TargetChangeBody),
        ("### A change of a definition", amendment_bodies.DefinitionChangeBody),
        ("### A change of rules", amendment_bodies.PolicyChangeBody),
        ("### The body of a consent", amendment_bodies.ConsentBody),
        ("### The body of an objection", amendment_bodies.ObjectionBody),
        ("### The body of a decision", amendment_bodies.DecisionBody),
        ("### The body of a decision on a refresh", amendment_bodies.RefreshDecisionBody),
    ],
)
def test_every_field_of_a_body_is_listed(heading: str, body: type[msgspec.Struct]) -> None:
    assert fields(body) == sorted(listed(own(HTTP, heading)))


def test_every_write_takes_a_key_but_those_that_are_listed(application: Litestar) -> None:
    paths = application.openapi_schema.to_schema()["paths"]
    without = {
        f"{method.upper()} {path}"
        for path, calls in paths.items()
        for method, call in calls.items()
        if method != "get"
        if "Idempotency-Key" not in {given["name"] for given in call.get("parameters", ())}
    }
    listed_there = listed(own(HTTP, "## Safe repeats"))
    assert without == {word for word in listed_there if word.startswith("POST ")}


COMMAND_LINE = text_of("reference/command-line.md")


@pytest.mark.parametrize("typed", sorted(COMMANDS))
def test_every_command_has_a_paragraph_with_its_options(typed: str) -> None:
    assert options(COMMANDS[typed]) == sorted(listed(own(COMMAND_LINE, f"## `{typed}`")))


def test_no_paragraph_is_of_a_command_that_is_not_there() -> None:
    assert sorted(COMMANDS) == sorted(re.findall(r"^## `(.+)`$", COMMAND_LINE, re.MULTILINE))


# Files that people write


SET_UP = text_of("reference/set-up-file.md")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("`[agreement]`", ["areas", *fields(sheets.AgreementRow)]),
        ("`[[partners]]`", fields(agreement_events.PartnerJoined)),
        ("`[[bodies]]`", fields(agreement_events.BodyFormed)),
        ("`[[people]]`", fields(Person)),
        ("`[[roles]]`", fields(sheets.RoleRow)),
        ("`[[blocks]]`", fields(agreement_events.BlockSet)),
        ("`[[priorities]]`", fields(agreement_events.PrioritySet)),
        ("`[[outcomes]]`", fields(agreement_events.OutcomeSet)),
        ("`[[indicators]]`", fields(sheets.PlacementRow, Definition)),
        ("`[[targets]]`", fields(sheets.TargetRow, indicator_events.Target)),
        ("`[[code_maps]]`", ["entries", "entries_from", *fields(sheets.CodeMapRow)]),
        ("`[[baskets]]`", fields(agreement_events.BasketSet)),
        (
            "`[[comparator_groups]]`",
            ["members", "members_from", *fields(sheets.ComparatorGroupRow)],
        ),
        (
            "`[policies.rag]`, `[policies.travel]`, `[policies.due]`, `[policies.escalation]`,"
            " `[policies.reward]`, `[policies.comparators]`, `[policies.basket]`",
            fields(sheets.VersionRow),
        ),
    ],
)
def test_every_key_of_a_set_up_is_listed(heading: str, expected: list[str]) -> None:
    assert sorted(expected) == sorted(listed(own(SET_UP, f"## {heading}")))


@pytest.mark.parametrize("table", [*TABLES, *POLICIES_NOT_YET])
def test_every_table_of_a_set_up_is_named(table: str) -> None:
    assert re.search(rf"`\[*{table}\b", SET_UP)


MAPPING = text_of("reference/mapping-file.md")


@pytest.mark.parametrize("table", ["columns", "constants", "codes", "missing", "period", "numbers"])
def test_every_key_of_a_mapping_is_listed(table: str) -> None:
    """The reader itself names the keys it knows, when it is given one it does not."""
    with pytest.raises(BadMapping) as refusal:
        read_mapping(f"[{table}]\nqqqqqqqq = 1\n")
    (told,) = [one.detail for one in refusal.value.errors if "known are" in one.detail]
    known = set(re.findall(r"[a-z_]+", told.partition("known are")[2]))
    page = own(MAPPING, f"## `[{'columns' if table == 'constants' else table}]`")
    named = {word.removesuffix(".*") for word in listed(page)}
    figures = {"value", "numerator", "confidence_low", "confidence_high"}
    never = {*figures, "deleted"} if table == "constants" else set()
    assert known == named - never


def test_every_outcome_and_warning_of_a_row_is_listed_and_the_key_outside_tables_too() -> None:
    of_rows = listed(section(MAPPING, "## What becomes of a row"))
    assert [*Outcome] == of_rows[: len(Outcome)]
    assert [*WARNINGS] == of_rows[-len(WARNINGS) :]
    assert {"## `complete_for`", "## `optional`", "## `sheet`"} <= set(MAPPING.splitlines())
