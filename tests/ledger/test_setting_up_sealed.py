"""A set-up of a sealed agreement: what only change control may move is refused by its name."""

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from doors import service_pool
from small_pact import PARTS

from ledger.acts import OPERATOR, Act
from ledger.amending.sealing import seal
from ledger.event import indicator_id
from ledger.record import Record
from ledger.setting_up.applying import Applied, apply_set_up
from policies.refusals import BadSetup, Conflict, Refusal, Sealed
from scenario import AT

SET_UP = f"""{PARTS}
[policies.rag]
version = "1"
effective_from = 2022-04-01
amber_margin = 0.05

[[indicators]]
code = "I1"
outcome = "homes"
title = "Homes"
unit = "%"
decimals = 1
polarity = "bigger-is-better"
basis = "annual"
interval = "year"
calendar = "financial"

[[targets]]
indicator = "I1"
area = "E10000031"
period = "FY2025"
level = 90
"""
ANOTHER = """
[[indicators]]
code = "I2"
outcome = "homes"
title = "More homes"
unit = "%"
decimals = 1
polarity = "bigger-is-better"
basis = "annual"
interval = "year"
calendar = "financial"

[[targets]]
indicator = "I2"
area = "E10000031"
period = "FY2025"
level = 70
"""
FUTURE = '[[targets]]\nindicator = "I1"\narea = "E10000031"\nperiod = "FY2026"\nlevel = 91\n'


def act() -> Act:
    return Act(actor=OPERATOR, at=AT, correlation_id=uuid4())


def apply(record: Record, text: str) -> Applied:
    return apply_set_up(record, text, lambda name: name, act())


@pytest.fixture
def record(embedded_database: str) -> Iterator[Record]:
    with service_pool(embedded_database) as pool:
        made = Record(pool)
        apply(made, SET_UP)
        yield made
        made.close()


@pytest.fixture
def sealed(record: Record) -> Record:
    seal(record, "pact", "12/2025", act())
    return record


@pytest.mark.parametrize(
    ("text", "field", "told"),
    [
        (
            SET_UP.replace("level = 90", "level = 95"),
            "targets[I1 E10000031 FY2025].level",
            "[[targets]] I1 E10000031 FY2025, level: 90 → 95",
        ),
        (
            SET_UP.replace("level = 90", 'level = 90\nkind = "designated"'),
            "targets[I1 E10000031 FY2025].kind",
            "local → designated",
        ),
        (SET_UP + FUTURE, "targets[I1 E10000031 FY2026].level", "none → 91"),
        (
            SET_UP.replace('unit = "%"', 'unit = "count"'),
            "indicators[I1].unit",
            "[[indicators]] I1, unit: % → count",
        ),
        (
            SET_UP.replace('code = "I1"', 'code = "I1"\nretired_from = "FY2026"'),
            "indicators[I1].retired_from",
            "[[indicators]] I1, retired_from: none → FY2026: the agreement is sealed, so this moves"
            " only through change control: propose an amendment",
        ),
        (
            SET_UP.replace('version = "1"', 'version = "2"'),
            "policies.rag.version",
            "[policies.rag], version",
        ),
        (
            SET_UP + '[policies.due]\nversion = "1"\neffective_from = 2022-04-01\ngrace_days = 3\n',
            "policies.due.version",
            "[policies.due], version",
        ),
    ],
)
def test_each_is_named_and_nothing_is_recorded(
    sealed: Record, text: str, field: str, told: str
) -> None:
    before = sealed.application.ledger_recorder.max_notification_id()
    with pytest.raises(Sealed) as caught:
        apply(sealed, text)
    [problem] = caught.value.errors
    assert (field, "sealed") == (problem.field, problem.code)
    assert told in problem.detail
    assert before == sealed.application.ledger_recorder.max_notification_id()


def test_every_one_is_named_beside_what_is_wrong(sealed: Record) -> None:
    text = SET_UP.replace("level = 90", "level = 95").replace('unit = "%"', 'unit = "count"')
    with pytest.raises(Sealed) as caught:
        apply(sealed, text)
    assert ["indicators[I1].unit", "targets[I1 E10000031 FY2025].level"] == [
        problem.field for problem in caught.value.errors
    ]
    with pytest.raises(BadSetup) as wrong:
        apply(sealed, text.replace("amber_margin = 0.05", "amber_margin = 0.06"))
    assert {"sealed", "bad-setup"} == {problem.code for problem in wrong.value.errors}


def test_what_is_no_target_definition_or_policy_still_changes(sealed: Record) -> None:
    assert not apply(sealed, SET_UP).changes
    assert apply(sealed, SET_UP.replace('name = "County"', 'name = "The county"')).changes
    assert apply(sealed, SET_UP.replace("2030-03-31", "2031-03-31")).changes


def test_a_retirement_of_before_the_sealing_may_stay_in_the_file(record: Record) -> None:
    text = SET_UP.replace('code = "I1"', 'code = "I1"\nretired_from = "FY2026"')
    assert ("+ retirement I1: from FY2026",) == apply(record, text).changes
    assert not apply(record, text).changes
    seal(record, "pact", "12/2025", act())
    assert not apply(record, text).changes
    assert "FY2026" == record.indicators("pact", ["I1"])["I1"].retired_from


def test_a_new_indicator_comes_with_its_first_targets_and_only_then(sealed: Record) -> None:
    apply(sealed, SET_UP + ANOTHER)
    assert ("E10000031", "FY2025") in sealed.indicators("pact", ["I2"])["I2"].targets
    with pytest.raises(Sealed):
        apply(sealed, SET_UP + ANOTHER.replace("level = 70", "level = 71"))


def test_a_sealing_at_the_same_moment_is_seen(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was compared with what held before it does not slip in after it."""
    appending = Record.append
    began: list[bool] = []

    def late(self: Record, *given: object) -> object:
        if not began:
            began.append(True)
            running = threading.Thread(target=seal, args=(record, "pact", "12/2025", act()))
            running.start()
            running.join()
        call: Callable[..., object] = appending
        return call(self, *given)

    monkeypatch.setattr(Record, "append", late)
    with pytest.raises(Conflict):
        apply(record, SET_UP.replace("level = 90", "level = 95"))
    refused: type[Refusal] = Sealed
    with pytest.raises(refused):
        apply(record, SET_UP.replace("level = 90", "level = 95"))
    assert 2 == len(list(record.application.stream(indicator_id("pact", "I1"))))
