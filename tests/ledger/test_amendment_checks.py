"""What a proposal may change at all: each change by itself, and beside what holds."""

from datetime import date
from decimal import Decimal

import pytest
from change_scenario import (
    REDEFINED,
    change,
    given,
    move,
    propose,
    rules,
    stretch,
    target,
    weighed,
)

from ledger.amendment.events import (
    AmendmentProposed,
    Changes,
    DefinitionChange,
    TargetChange,
)
from ledger.indicator.events import IndicatorRetired, TargetsAmended
from policies.definition import Polarity
from policies.due import DueSettings
from policies.refusals import (
    Refusal,
    RelativeBasisZeroTarget,
    Retired,
    UnknownArea,
    UnknownPeriod,
    WrongInterval,
)
from policies.refusals_change_control import (
    BadChanges,
    BeforeEffective,
    ChangesNothing,
    SeriesBreakNeeded,
    StretchPerformances,
    VersionAdopted,
)
from scenario import definition

BROKEN = definition(title="Care leavers housed", series_break_at="FY2025")
WRONG: list[tuple[Changes, type[Refusal], str]] = [
    (Changes(effective_from="FY2025"), ChangesNothing, ""),
    (change(effective_from="2025"), UnknownPeriod, "effective_from"),
    (change(move(indicator="I9")), BadChanges, "targets[0].indicator"),
    (change(move(area="E1")), UnknownArea, "targets[0].area"),
    (change(move(period="FY2025-Q1")), WrongInterval, "targets[0].period"),
    (change(move(period="FY2024")), BeforeEffective, "targets[0].period"),
    (change(move("90")), ChangesNothing, "targets[0].level"),
    (change(move("0")), RelativeBasisZeroTarget, "targets[0].level"),
    (change(move(), move("93")), BadChanges, "targets[1]"),
    (change(move(kind="stretch")), StretchPerformances, "targets[0].performance_with"),
    (
        change(TargetChange(indicator="I2", target=stretch("96", performance_with=Decimal(89)))),
        StretchPerformances,
        "targets[0].performance_with",
    ),
    (
        change(move(performance_with=Decimal(1), performance_without=Decimal(0))),
        StretchPerformances,
        "targets[0].performance_with",
    ),
    (
        change(definitions=(DefinitionChange(indicator="I1", kind="major", definition=REDEFINED),)),
        SeriesBreakNeeded,
        "definitions[0].definition.series_break_at",
    ),
    (
        change(definitions=(DefinitionChange(indicator="I1", kind="minor", definition=BROKEN),)),
        SeriesBreakNeeded,
        "definitions[0].definition.series_break_at",
    ),
    (
        change(
            definitions=(DefinitionChange(indicator="I1", kind="minor", definition=definition()),)
        ),
        ChangesNothing,
        "definitions[0].definition",
    ),
    (
        change(
            definitions=(
                DefinitionChange(indicator="I1", kind="minor", definition=definition(decimals=-1)),
            )
        ),
        BadChanges,
        "definitions[0].definition.decimals",
    ),
    (
        change(
            definitions=(
                DefinitionChange(indicator="I1", kind="minor", definition=definition(proxy="I8")),
            )
        ),
        BadChanges,
        "definitions[0].definition.proxy",
    ),
    (change(policies=(weighed("I8"),)), BadChanges, "policies[0].weights"),
    (change(policies=(rules("1"),)), VersionAdopted, "policies[0].version"),
    (change(policies=(rules(" "),)), BadChanges, "policies[0].version"),
    (change(policies=(rules(margin="0.05"),)), ChangesNothing, "policies[0].settings"),
    (
        change(policies=(rules(effective_from=date(2025, 3, 31)),)),
        BeforeEffective,
        "policies[0].effective_from",
    ),
    (
        change(policies=(rules(effective_from=date(2021, 4, 1)),), effective_from="FY2020"),
        BeforeEffective,
        "policies[0].effective_from",
    ),
    (
        change(policies=(rules(due=DueSettings(grace_days=1)),)),
        BadChanges,
        "policies[0].settings",
    ),
]


@pytest.mark.parametrize(("changes", "refusal", "field"), WRONG)
def test_what_could_not_stand_is_refused_by_its_field(
    changes: Changes, refusal: type[Refusal], field: str
) -> None:
    given().when(propose(changes), by="petra").then_refused(refusal, field=field)


def test_every_problem_of_a_proposal_is_named() -> None:
    wrong = change(move(indicator="I9"), move(area="E1"))
    refusal = given().when(propose(wrong), by="petra").then_refused(BadChanges)
    assert ["targets[0].indicator", "targets[1].area"] == [one.field for one in refusal.errors]


def test_a_retired_indicator_takes_no_amendment() -> None:
    retired = given().with_indicators(I1=[IndicatorRetired()])
    retired.when(propose(), by="lena").then_refused(Retired, field="targets[0].indicator")


def test_a_major_change_breaks_the_series_at_the_first_period_it_applies_to() -> None:
    major = DefinitionChange(indicator="I1", kind="major", definition=BROKEN)
    given().when(propose(change(definitions=(major,))), by="lena").decided()
    inside = change(definitions=(major,), effective_from="FY2024-Q3")  # FY2025 is next
    given().when(propose(inside), by="lena").decided()


def test_rules_that_could_not_judge_a_target_are_refused() -> None:
    zero = TargetsAmended(amendment=9, effective_from="FY2027", targets=(target("0", "FY2027"),))
    found = given().with_indicators(I1=[zero])
    refusal = found.when(propose(change(policies=(rules(),))), by="petra")
    refusal.then_refused(RelativeBasisZeroTarget, field="policies[0].level")


def test_a_definition_does_not_turn_round_a_stretch_target_that_stands() -> None:
    smaller = definition(polarity=Polarity.SMALLER)
    turned = DefinitionChange(indicator="I2", kind="minor", definition=smaller)
    refusal = given().when(propose(change(definitions=(turned,))), by="petra")
    refusal.then_refused(StretchPerformances, field="definitions[0].definition.polarity")
    down = stretch(performance_without=Decimal(95), performance_with=Decimal(90))
    both = change(TargetChange(indicator="I2", target=down), definitions=(turned,))
    assert isinstance(given().when(propose(both), by="petra").decided(), AmendmentProposed)
    renamed = DefinitionChange(indicator="I2", kind="minor", definition=REDEFINED)
    wrong = TargetsAmended(  # as one could be recorded once
        amendment=9,
        effective_from="FY2026",
        targets=(stretch(performance_without=Decimal(95), performance_with=Decimal(90)),),
    )
    past = given().with_indicators(I2=[wrong])
    assert isinstance(
        past.when(propose(change(definitions=(renamed,))), by="petra").decided(), AmendmentProposed
    )
    after = change(definitions=(turned,), effective_from="FY2027")  # the stretch is before it
    assert isinstance(given().when(propose(after), by="petra").decided(), AmendmentProposed)


def test_a_new_cell_may_get_its_first_target() -> None:
    event = given().when(propose(change(move(period="FY2029"))), by="lena").decided()
    assert isinstance(event, AmendmentProposed)
