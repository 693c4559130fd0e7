"""An amendment that retires an indicator: what is refused, whom it binds, and what it records."""

from datetime import date
from decimal import Decimal

import pytest
from change_scenario import (
    SEALED_AT,
    change,
    given,
    indicators,
    move,
    propose,
    ready,
    rules,
    target,
)

from ledger.amendment.adopting import effects_of
from ledger.amendment.bound import indicators_of, partners_of
from ledger.amendment.checks import check_together
from ledger.amendment.commands import Consent, Decide
from ledger.amendment.decisions import kinds_needed
from ledger.amendment.events import (
    AmendmentConsented,
    AmendmentDecided,
    AmendmentProposed,
    Changes,
    DefinitionChange,
    RetirementChange,
    TargetChange,
)
from ledger.indicator.events import IndicatorRetired, Target, TargetsAmended
from policies.periods import Interval
from policies.refusals import NoRole, Refusal, RelativeBasisZeroTarget, Retired
from policies.refusals_change_control import BadChanges, ConsentsMissing, Frozen, NotBound
from scenario import definition

I1, I2 = (RetirementChange(indicator=code) for code in ("I1", "I2"))
ANEW = DefinitionChange(indicator="I1", kind="minor", definition=definition(title="Anew"))


def retire(
    *changed: TargetChange, of: RetirementChange = I1, begins: str = "FY2026", **more: object
) -> Changes:
    return Changes(
        effective_from=begins,
        targets=changed,
        **({"retirements": (of,)} | more),  # type: ignore[arg-type]
    )


def approve(body: str = "board") -> Decide:
    return Decide(decision="approved", body=body, minute_reference="14/2025")


def test_a_retirement_is_proposed_by_whoever_may_change_the_indicator() -> None:
    event = given().when(propose(retire()), by="lena").decided()
    assert isinstance(event, AmendmentProposed)
    assert ("I1",) == indicators_of(event.changes)
    given().when(propose(retire()), by="tom").then_refused(NoRole)  # who leads on health


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        (retire(of=RetirementChange(indicator="I9")), BadChanges, "retirements[0].indicator"),
        (retire(retirements=(I1, I1)), BadChanges, "retirements[1]"),
        (retire(move(period="FY2026")), BadChanges, "targets[0]"),
        (retire(move(period="FY2027")), BadChanges, "targets[0]"),
        (retire(definitions=(ANEW,)), BadChanges, "definitions[0]"),
    ],
    ids=["unknown", "twice", "with a target", "with a later target", "with a definition"],
)
def test_what_could_not_stand_is_refused_by_its_field(
    changes: Changes, refusal: type[Refusal], field: str
) -> None:
    given().when(propose(changes), by="petra").then_refused(refusal, field=field)


@pytest.mark.parametrize("since", ["", "FY2024", "FY2029"])
def test_what_is_retired_is_not_retired_again(since: str) -> None:
    """Neither for all periods nor from another one on: a retirement is not moved."""
    there = given().with_indicators(I1=[IndicatorRetired(from_period=since)])
    there.when(propose(retire()), by="lena").then_refused(Retired, field="retirements[0].indicator")


def test_another_indicator_may_change_beside_a_retirement() -> None:
    other = TargetChange(indicator="I2", target=target("75", "FY2026", kind="designated"))
    assert given().when(propose(retire(other)), by="petra").decided()


def test_earlier_periods_of_a_retired_indicator_are_still_amended() -> None:
    """A target of a retired period is refused, and so is a definition that begins with one."""
    retired = given().with_indicators(I1=[IndicatorRetired(from_period="FY2026")])
    assert retired.when(propose(change(move(period="FY2025"))), by="lena").decided()
    refused = propose(change(move(period="FY2026")))
    retired.when(refused, by="lena").then_refused(Retired, field="targets[0].indicator")
    begun = change(definitions=(ANEW,), effective_from="FY2025-Q2")
    retired.when(propose(begun), by="lena").then_refused(Retired, field="definitions[0].indicator")
    assert retired.when(propose(change(definitions=(ANEW,))), by="lena").decided()


def test_rules_need_not_judge_the_targets_of_retired_periods() -> None:
    zero = TargetsAmended(amendment=9, effective_from="FY2027", targets=(target("0", "FY2027"),))
    changes = change(policies=(rules(),))
    given().with_indicators(I1=[zero]).when(propose(changes), by="petra").then_refused(
        RelativeBasisZeroTarget
    )
    retired = given().with_indicators(I1=[zero, IndicatorRetired(from_period="FY2027")])
    assert retired.when(propose(changes), by="petra").decided()
    later = rules(effective_from=date(2027, 4, 1))
    both = change(policies=(later,), retirements=(I1,), effective_from="FY2027")
    assert given().with_indicators(I1=[zero]).when(propose(both), by="petra").decided()


# Whom it binds, and who decides


def bound(changes: Changes) -> set[str]:
    held = {
        (code, *key): one.target
        for code, fold in indicators().items()
        for key, one in fold.targets.items()
    }
    fold = given().agreement
    return set(partners_of(fold).of(changes, held))


def test_it_binds_the_lead_and_whoever_is_bound_by_a_target_that_it_ends() -> None:
    """The district has a target for 2025/26 and none after it."""
    assert {"county"} == bound(retire())
    assert {"county", "district"} == bound(retire(begins="FY2025"))
    assert {"county"} == bound(retire(begins="FY2025-Q2"))
    assert {"trust"} == bound(retire(of=I2, begins="FY2030"))
    assert {"trust", "county"} == bound(retire(of=I2))  # whose area the stretch is for


def test_only_whoever_it_binds_consents_to_it() -> None:
    past = ready(retire(), "county")[:1]
    given(*past).when(Consent(partner="district"), by="dora").then_refused(NotBound)
    past = ready(retire(begins="FY2025"), "county")[:1]
    given(*past).when(Consent(partner="district"), by="dora").then(
        AmendmentConsented(partner="district")
    )


def test_a_missing_consent_of_whoever_loses_a_target_stands_against_it() -> None:
    free = date(2025, 6, 2)
    past = ready(retire(begins="FY2025"), "county")
    given(*past, today=free).when(approve(), by="bela").then_refused(ConsentsMissing)
    past = ready(retire(begins="FY2025"), "county", "district")
    event = given(*past, today=free).when(approve(), by="bela").decided()
    assert isinstance(event, AmendmentDecided)
    assert event.final


@pytest.mark.parametrize(
    ("changes", "bodies"),
    [
        (retire(), ("board",)),
        (retire(of=I2), ("board", "reviewing-body")),  # a stretch target ends
        (retire(of=I2, begins="FY2025"), ("board", "reviewing-body")),  # and a designated one
        (retire(of=I2, begins="FY2027"), ("board",)),
    ],
)
def test_the_reviewing_body_decides_where_one_of_its_targets_ends(
    changes: Changes, bodies: tuple[str, ...]
) -> None:
    there = given(*ready(changes, "county", "trust"))
    assert bodies == kinds_needed(there.state, there.indicators)


def test_a_retirement_that_ends_a_local_target_waits_for_the_end_of_the_freeze() -> None:
    soon = SEALED_AT.date()
    given(*ready(retire()), today=soon).when(approve(), by="bela").then_refused(Frozen)
    later = ready(retire(begins="FY2028"))  # from which no target stands
    assert given(*later, today=soon).when(approve(), by="bela").decided()
    reviewed = ready(retire(of=I2), "county", "trust")
    assert given(*reviewed, today=soon).when(approve(), by="bela").decided()


# What an approval records


@pytest.mark.parametrize(
    ("begins", "first"),
    [("FY2026", "FY2026-Q1"), ("2026-05", "FY2026-Q2"), ("CY2026", "FY2025-Q4")],
)
def test_an_approval_records_the_first_period_of_the_indicators_own_calendar(
    begins: str, first: str
) -> None:
    quarterly = definition(interval=Interval.QUARTER)
    effects = effects_of(retire(begins=begins), 7, {"I1": quarterly})
    assert {"I1": (IndicatorRetired(from_period=first, amendment=7),)} == effects.indicators
    assert () == effects.agreement


# Together with what else a refresh gathered


def test_a_refresh_does_not_both_change_and_retire_the_same_period() -> None:
    folds = indicators()
    body = given().agreement
    moved, earlier = change(move(period="FY2026")), change(move(period="FY2025"))
    anew = change(definitions=(ANEW,), effective_from="FY2026")
    for clashing in (moved, anew):
        for several in ((clashing, retire()), (retire(), clashing)):
            with pytest.raises(BadChanges, match="would be retired from 1 April 2026"):
                check_together(several, body, folds)
    check_together((earlier, retire()), body, folds)
    check_together((change(definitions=(ANEW,)), retire()), body, folds)


def test_a_definition_whose_first_period_another_one_retires_is_of_no_period() -> None:
    """Of whole years, the first to begin in either quarter is 2027/28."""
    anew = change(definitions=(ANEW,), effective_from="FY2026-Q2")
    for several in (anew, retire(begins="FY2026-Q3")), (retire(begins="FY2026-Q3"), anew):
        with pytest.raises(BadChanges, match="would be retired from 1 April 2027"):
            check_together(several, given().agreement, indicators())


def test_what_one_of_a_refresh_retires_another_need_not_be_able_to_judge() -> None:
    zero = TargetsAmended(
        amendment=9,
        effective_from="FY2027",
        targets=(Target(area="E10000031", period="FY2027", level=Decimal(0)),),
    )
    body, folds = given().agreement, indicators(I1=[zero])
    ruled = change(policies=(rules(),), effective_from="FY2026")
    with pytest.raises(RelativeBasisZeroTarget):
        check_together((ruled, retire(begins="FY2028")), body, folds)
    check_together((ruled, retire(begins="FY2027")), body, folds)
