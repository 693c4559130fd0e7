"""Why an area stands elsewhere among others than before: cause by cause, with nothing left over."""

from decimal import Decimal
from typing import Literal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from policies.comparator_group import ComparatorGroup, ComparatorSettings
from policies.comparing import compare
from policies.comparison_change import Cause, Known, position, why_differs
from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval


def define(polarity: Polarity = Polarity.BIGGER, decimals: int = 0) -> Definition:
    return Definition(
        title="Homes made decent",
        unit="%",
        decimals=decimals,
        polarity=polarity,
        basis=Basis.ANNUAL,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
    )


def known(
    text: str,
    members: str = "HABCD",
    version: str = "1",
    definition: Definition | None = None,
    home: Literal["in", "out"] = "in",
) -> Known:
    pairs = (pair.split("=") for pair in text.split())
    return Known(
        group=ComparatorGroup(
            code="near", title="Neighbours", version=version, members=tuple(members)
        ),
        values={area: Decimal(value) if value else None for area, value in pairs},
        definition=definition or define(),
        settings=ComparatorSettings(home=home),
    )


THEN = known("H=50 A=40 B=60 C=70 D=45")


def told(now: Known, then: Known = THEN) -> list[tuple[str, int | None, int | None]]:
    """Each cause with the rank before and after it."""
    return [
        (moved.cause.value, moved.before.rank, moved.after.rank)
        for moved in why_differs(then, now, "H")
    ]


def test_nothing_differs_where_nothing_changed() -> None:
    assert [] == told(THEN)
    assert [] == told(known("H=50.4 A=40 B=60 C=70 D=45"))  # which is shown as 50


def test_a_corrected_value_of_ones_own_moves_ones_rank() -> None:
    assert [("own-value", 3, 1)] == told(known("H=80 A=40 B=60 C=70 D=45"))


def test_anothers_revision_is_told_with_the_areas_it_was() -> None:
    (moved,) = why_differs(THEN, known("H=50 A=55 B= C=70 D=46"), "H")
    assert (Cause.OTHERS, ("A", "D"), (), ("B",)) == (
        moved.cause,
        moved.revised,
        moved.appeared,
        moved.gone,
    )
    assert (3, 3, 5, 4) == (
        moved.before.rank,
        moved.after.rank,
        moved.before.ranked,
        moved.after.ranked,
    )
    (moved,) = why_differs(known("H=50 A=40"), known("H=50 A=40 B=60"), "H")
    assert (("B",), 2) == (moved.appeared, moved.after.rank)


def test_another_edition_of_the_group_is_told_with_who_joined_and_who_left() -> None:
    now = known("H=50 A=40 C=70 E=90 F=95", "HACEF", "2")
    (moved,) = why_differs(THEN, now, "H")
    assert (Cause.GROUP, ("E", "F"), ("B", "D")) == (moved.cause, moved.joined, moved.left)
    assert (3, 4) == (moved.before.rank, moved.after.rank)
    assert (Decimal(50), Decimal(70)) == (moved.before.median, moved.after.median)


def test_several_causes_lead_from_the_one_place_to_the_other() -> None:
    now = known("H=65 A=66 C=70 D=45 E=90", "HACDE", "2", define(Polarity.SMALLER))
    assert [
        ("definition", 3, 3),
        ("own-value", 3, 4),
        ("others", 4, 3),
        ("group", 3, 2),
    ] == told(now)


def test_what_another_multiplier_did_is_no_revision() -> None:
    """Parts of 5 and 10 were 50 per 100; they are 500 per 1,000."""
    now = known("H=500 A=400 B=600 C=700 D=460", definition=define())
    now = now._replace(definition=msgspec.structs.replace(define(), multiplier=Decimal(1000)))
    anew = known("H=500 A=400 B=600 C=700 D=450").values
    redefined, others = why_differs(THEN, now, "H", anew)
    assert (Cause.DEFINITION, Decimal(50), Decimal(500)) == (
        redefined.cause,
        redefined.before.value,
        redefined.after.value,
    )
    assert (Cause.OTHERS, ("D",)) == (others.cause, others.revised)


def test_another_setting_is_a_cause() -> None:
    (moved,) = why_differs(THEN, known("H=50 A=40 B=60 C=70 D=45", home="out"), "H")
    assert (Cause.SETTING, Decimal(50), Decimal("52.5")) == (
        moved.cause,
        moved.before.median,
        moved.after.median,
    )


def test_more_decimals_are_another_definition() -> None:
    now = msgspec.structs.replace(define(), decimals=1)
    then = known("H=50.4 A=50.3")
    assert [("definition", 1, 1)] == told(then._replace(definition=now), then)


MEMBERS = st.lists(st.sampled_from("HABCDE"), min_size=1, max_size=7)
KNOWN = st.builds(
    lambda members, values, polarity, home: Known(
        group=ComparatorGroup(code="g", title="g", version="1", members=tuple(members)),
        values=values,
        definition=define(polarity),
        settings=ComparatorSettings(home=home),
    ),
    MEMBERS,
    st.dictionaries(st.sampled_from("HABCDE"), st.none() | st.decimals(0, 9, places=1)),
    st.sampled_from([Polarity.BIGGER, Polarity.SMALLER, Polarity.NEUTRAL]),
    st.sampled_from(["in", "out"]),
)


@given(KNOWN, KNOWN)
def test_the_causes_lead_from_one_answer_to_the_other_in_their_order(
    then: Known, now: Known
) -> None:
    moves = why_differs(then, now, "H")
    places = [
        position(compare(one.group, one.values, one.definition, one.settings, "H"))
        for one in (then, now)
    ]
    if moves:
        assert places == [moves[0].before, moves[-1].after]
    else:
        assert places[0] == places[1]
    for one, following in zip(moves, moves[1:], strict=False):
        assert one.after == following.before
    order = list(Cause)
    assert sorted(order.index(one.cause) for one in moves) == [order.index(m.cause) for m in moves]


@given(KNOWN)
def test_a_moment_does_not_differ_from_itself(one: Known) -> None:
    assert () == why_differs(one, one, "H")
