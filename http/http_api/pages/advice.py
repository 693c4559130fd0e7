"""What to do next, where a form was refused for something that only another step can mend.

The sentence of a refusal says what is wrong; this says how to go on.
"""

from collections.abc import Iterable

from policies.refusals import DutyRefusal, FieldProblem, all_refusals

ON_RECORD = "That you tried is on record, as everything is that a duty or a role forbids."
NEXT_STEP: dict[str, str] = {
    "conflict": "Nothing was recorded: somebody else acted on the same thing, and you have not seen"
    " what they did. Look at the page as it is now, and send this again if you still mean it.",
    "rehearsal-stale": "Something that matters to the proposal was recorded after it was rehearsed,"
    " such as a value, so that it may do something else by now than what was seen. Rehearse it"
    " again on its page, read there what has changed, and then decide.",
    "not-rehearsed": "Rehearse it on its page first: all history is judged with the proposal, and"
    " the page shows what would differ.",
    "changes-earlier": "Nothing was recorded. A definition is one for all periods: revise the"
    " proposal so that these stay as they are, or so that it applies from the first of them.",
    "consents-missing": "A rejection needs no consent.",
    "frozen": "Decide after that day, or reject it now.",
    "refresh-open": "It is decided together with all that the refresh gathers, after its last day.",
    "amendments-collide": "Say which of the two is rejected, and why.",
    "amendment-closed": "Look at its page: it says what became of it, and who decided.",
    "plan-not-waiting": "Look at the page of the escalation: it says who decided, and what.",
    "no-stage-open": "Look at the page of the escalation: it says what moved the stage.",
    "wrong-stage": "Look at the page of the escalation: it says what moved the stage.",
    "stage-not-higher": "Look at the page of the escalation: it says what moved the stage.",
    "idempotency-key-reused": "This form was sent before, and what it said then was recorded. What"
    " it says now was not. Send it again if you mean this too.",
}


def next_steps(problems: Iterable[FieldProblem]) -> list[str]:
    """What to do about these problems, each said once."""
    refusals = all_refusals()
    found: list[str] = []
    for problem in problems:
        if problem.code in NEXT_STEP:
            found.append(NEXT_STEP[problem.code])
        refusal = refusals.get(problem.code)
        if refusal is not None and issubclass(refusal, DutyRefusal):
            found.append(ON_RECORD)
    return list(dict.fromkeys(found))
