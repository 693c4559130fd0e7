"""A form as data: what was typed comes to the body of the API, or back with what is wrong."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from http_api.api.amendment_bodies import DecisionBody, RefreshDecisionBody, SealBody
from http_api.api.response_bodies import ActionPlanBody, FastTrackBody, StepBody
from http_api.pages.filling import (
    Field,
    Filled,
    Form,
    Mistyped,
    Option,
    Rows,
    another_row,
    body_of,
    key_of,
    typed_of,
)
from policies.refusals import FieldProblem

STEPS = Rows(
    name="steps",
    legend="Step",
    another="Add another step",
    missing="Give a step.",
    fields=(
        Field(name="action", label="What", kind="text", missing="Say what."),
        Field(name="due_on", label="When", kind="day", missing="Say when."),
        Field(name="responsible", label="Who", kind="choice", options=(Option("", "Nobody"),)),
    ),
)
PLAN = Form(
    title="A plan",
    button="Send it",
    fields=(
        Field(name="area", label="", kind="hidden"),
        Field(name="period", label="Period", kind="choice", missing="Choose a period."),
        Field(name="cause", label="Cause", kind="text", missing="Say the cause."),
        Field(name="begins_on", label="First day", kind="day", missing="Give the first day."),
        Field(name="ends_on", label="Last day", kind="day", missing="Give the last day."),
        STEPS,
        Field(name="review_on", label="Review", kind="day"),
    ),
)
SENT = {
    "area": "E10000031",
    "period": "FY2024",
    "cause": "Posts are\r\nempty.",
    "begins_on": "2026-04-01",
    "ends_on": " 2026-09-30 ",
    "steps[0].action": "Fill them.",
    "steps[0].due_on": "2026-05-01",
    "steps[0].responsible": "",
    "review_on": "",
}


def typed(**changes: str) -> dict[str, str]:
    return typed_of(PLAN, {**SENT, **changes})


def wrong(form: Form, shape: type[Any], sent: dict[str, Any]) -> dict[str, str]:
    """What is said of each field of a form that cannot be read."""
    with pytest.raises(Mistyped) as caught:
        body_of(shape, form, typed_of(form, sent))
    return {one.field: one.detail for one in caught.value.problems}


def test_what_was_typed_comes_to_the_body_of_the_api() -> None:
    """What may be empty and is, is left out; lines end alike, whatever the browser sends."""
    assert ActionPlanBody(
        area="E10000031",
        period="FY2024",
        cause="Posts are\nempty.",
        steps=(StepBody(action="Fill them.", due_on=date(2026, 5, 1)),),
        begins_on=date(2026, 4, 1),
        ends_on=date(2026, 9, 30),
    ) == body_of(ActionPlanBody, PLAN, typed())


def test_rows_that_were_left_empty_count_for_nothing() -> None:
    rows = typed(**{
        "steps[1].action": " ", "steps[1].due_on": "",
        "steps[7].action": "Train.", "steps[7].due_on": "2026-06-01",
    })  # fmt: skip
    plan = body_of(ActionPlanBody, PLAN, rows)
    assert ["Fill them.", "Train."] == [step.action for step in plan.steps]
    assert "Train." == rows["steps[1].action"], "they are numbered without a gap"


def test_every_field_that_is_wrong_is_told_in_words() -> None:
    told = wrong(PLAN, ActionPlanBody, {
        "period": " ",
        "begins_on": "1 April",
        "ends_on": "2026-02-31",
        "steps[0].action": "x" * 10_001,
        "steps[1].due_on": "2026-05-01",
    })  # fmt: skip
    assert {
        "period": "Choose a period.",
        "cause": "Say the cause.",
        "begins_on": "This is not a day of the calendar: write it as 2026-03-27.",
        "ends_on": "This is not a day of the calendar: write it as 2026-03-27.",
        "steps[0].action": "This is too long: it may have 10,000 characters.",
        "steps[0].due_on": "Say when.",
        "steps[1].action": "Say what.",
    } == told


def test_a_form_without_a_row_says_so_where_it_needs_one() -> None:
    without = {name: text for name, text in SENT.items() if not name.startswith("steps")}
    assert {"steps": "Give a step."} == wrong(PLAN, ActionPlanBody, without)
    shown = Filled(form=PLAN, key="k", problems=(FieldProblem("steps", "no-steps", "None."),))
    assert [("steps-0-action", "None.")] == shown.summary


@pytest.mark.parametrize(
    ("shape", "name", "text"),
    [
        (FastTrackBody, "stage", "three"),
        (FastTrackBody, "stage", "2.5"),
        (SealBody, "freeze_days", "-1"),
        (SealBody, "freeze_days", "9999999"),
        (DecisionBody, "decision", "perhaps"),
        (DecisionBody, "body", "x" * 101),
        (RefreshDecisionBody, "rejected", "1\nx"),
    ],
)
def test_what_the_api_would_not_take_is_not_taken(shape: type[Any], name: str, text: str) -> None:
    kind: Any = "ticks" if name == "rejected" else "line"
    form = Form(title="", button="", fields=(Field(name=name, label="", kind=kind),))
    assert [name] == [*wrong(form, shape, {name: text})]


def test_whole_numbers_and_ticks_are_read_as_what_they_are() -> None:
    ticks = Form(
        title="",
        button="",
        fields=(
            Field(name="body", label=""),
            Field(name="minute_reference", label=""),
            Field(name="rejected", label="", kind="ticks"),
        ),
    )
    sent = {"body": "board", "minute_reference": "1", "rejected": ["3", "12"]}
    assert (3, 12) == body_of(RefreshDecisionBody, ticks, typed_of(ticks, sent)).rejected


def test_a_row_more_or_less_is_no_sending() -> None:
    more = another_row(PLAN, typed(), {**SENT, "more": "steps"})
    assert more is not None
    assert 2 == len(Filled(form=PLAN, key="k", typed=more.typed).rows(STEPS))
    empty = another_row(PLAN, {}, {"more": "steps"})
    assert empty is not None
    assert 2 == len(Filled(form=PLAN, key="k", typed=empty.typed).rows(STEPS))
    two = typed(**{"steps[1].action": "Train."})
    less = another_row(PLAN, two, {**two, "less": "steps-0"})
    assert less is not None
    assert ("Train.", None) == (less.typed["steps[0].action"], less.typed.get("steps[1].action"))
    assert SENT["period"] == less.typed["period"]
    assert another_row(PLAN, typed(), SENT) is None
    for strange in ({"more": "others"}, {"less": "steps-x"}, {"less": "steps-9999"}):
        assert another_row(PLAN, typed(), strange) is None


def test_the_row_that_is_left_out_is_the_one_that_was_shown() -> None:
    """An empty row before it is gone as well, and takes the place of none."""
    sent = {**SENT, "steps[0].action": "", "steps[0].due_on": "", "steps[1].action": "Train.",
            "steps[2].action": "Ask."}  # fmt: skip
    written = typed_of(PLAN, sent)

    def left(row: int) -> list[str]:
        less = another_row(PLAN, written, {**sent, "less": f"steps-{row}"})
        assert less is not None
        return [text for name, text in less.typed.items() if name.endswith(".action")]

    assert [["Train.", "Ask."], ["Ask."], ["Train."]] == [left(row) for row in range(3)]


def test_whoever_asks_for_a_row_or_leaves_one_out_goes_on_in_the_rows() -> None:
    two = typed(**{"steps[1].action": "Train."})
    asked = [{"more": "steps"}, {"less": "steps-0"}, {"less": "steps-1"}]
    found = [another_row(PLAN, two, {**two, **button}) for button in asked]

    assert [2, 0, 0] == [int(one.at[len("steps[")]) for one in found if one is not None]
    for one in found:
        assert one is not None
        shown = Filled(form=PLAN, key="k", typed=one.typed, at=one.at)
        (at,) = [field for field in on_page(shown) if shown.attributes(field)]
        assert one.at == at.name


def test_a_sentence_about_one_of_several_rows_says_of_which() -> None:
    """Two rows can lack the same, and links that say the same would lead to different fields."""
    problem = FieldProblem("steps[1].action", "malformed", "Say what is done.")
    two = {**typed(), "steps[1].action": ""}

    def told(written: dict[str, str], field: str) -> str:
        problems = (msgspec.structs.replace(problem, field=field),)
        ((_, said),) = Filled(form=PLAN, key="k", typed=written, problems=problems).summary
        return said

    assert "Step 2: Say what is done." == told(two, "steps[1].action")
    assert "Say what is done." == told(typed(), "steps[0].action")
    assert "Say what is done." == told(two, "cause")


@pytest.mark.parametrize("sent", [{}, {"key": ""}, {"key": "x" * 201}, {"key": "a\x00"},
                                  {"key": ["a", "b"]}])  # fmt: skip
def test_a_key_that_cannot_be_one_is_none(sent: dict[str, Any]) -> None:
    assert key_of(sent) is None


NAMES = st.sampled_from(
    [*SENT, "steps[1].action", "steps[12].due_on", "steps[9999].action", "steps[1].other",
     "steps[-1].action", "steps", "other", "more", "less", "key"]
)  # fmt: skip
TEXTS = st.sampled_from(["", "steps", "steps-0", "steps-12", "2026-05-01", "FY2024"]) | st.text()


@given(st.dictionaries(NAMES, TEXTS | st.lists(TEXTS, max_size=2)))
def test_whatever_is_sent_is_read_or_refused_field_by_field(sent: dict[str, Any]) -> None:
    """No text breaks the reading, and what is wrong is told at a field that is on the page."""
    written = typed_of(PLAN, sent)
    assert written == typed_of(PLAN, written), "what is shown again is read again as it was"
    again = another_row(PLAN, written, sent)
    assert again is None or typed_of(PLAN, again.typed) == typed_of(
        PLAN, typed_of(PLAN, again.typed)
    )
    try:
        body_of(ActionPlanBody, PLAN, written)
    except Mistyped as mistyped:
        shown = Filled(form=PLAN, key="k", typed=written, problems=mistyped.problems)
        assert all(anchor for anchor, _ in shown.summary)
        said = " ".join(shown.wrong(field) for field in on_page(shown))
        assert all(problem.detail in said for problem in mistyped.problems)


def on_page(shown: Filled) -> Iterator[Field]:
    """The fields of a form as it is shown."""
    for each in shown.form.fields:
        if isinstance(each, Field):
            yield each
        else:
            yield from (field for row in shown.rows(each) for field in row)
