"""When an entry may be acted on: one table of its standings, and the diagram drawn from it.

Who may act is another question: see permissions.
"""

from collections.abc import Mapping
from enum import StrEnum

from policies.permissions import Action
from policies.refusals import AlreadySignedOff, NotCurrent, NothingToCorrect, WrongStanding


class Standing(StrEnum):
    """Where an entry stands. A corrected one, or one given more evidence, is submitted again, and
    its sign-off lapses."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED_OFF = "signed-off"
    WITHDRAWN = "withdrawn"


class Assurance(StrEnum):
    """How far the signer vouches for a value."""

    AUDITED = "audited"
    OWN_AUDIT = "own-audit"
    CHECKED = "checked"
    UNCHECKED = "unchecked"


# What each standing allows, and the standing it leads to; None is a key without an entry.
NEXT: Mapping[Standing | None, Mapping[Action, Standing]] = {
    None: {Action.SUBMIT: Standing.SUBMITTED},
    Standing.SUBMITTED: {
        Action.CORRECT: Standing.SUBMITTED,
        Action.ATTACH: Standing.SUBMITTED,
        Action.RETURN: Standing.RETURNED,
        Action.SIGN_OFF: Standing.SIGNED_OFF,
        Action.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.RETURNED: {
        Action.CORRECT: Standing.SUBMITTED,
        Action.ATTACH: Standing.SUBMITTED,
        Action.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.SIGNED_OFF: {
        Action.CORRECT: Standing.SUBMITTED,
        Action.ATTACH: Standing.SUBMITTED,
        Action.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.WITHDRAWN: {Action.SUBMIT: Standing.SUBMITTED},
}

_HELP = {
    Standing.SUBMITTED: "correct it, attach evidence to it, return it, sign it off or withdraw it",
    Standing.RETURNED: "correct it, attach evidence to it or withdraw it",
    Standing.SIGNED_OFF: "correct it, with a reason, attach evidence to it or withdraw it",
}


def check_may(action: Action, standing: Standing | None) -> None:
    """Refuse an action that an entry's standing does not allow.

    Raises NotCurrent for an entry withdrawn or never there (NothingToCorrect for a correction of
    nothing), AlreadySignedOff for a second sign-off, WrongStanding for the rest.
    """
    if action in NEXT[standing]:
        return
    if standing is None and action is Action.CORRECT:
        raise NothingToCorrect
    if standing is None or standing is Standing.WITHDRAWN:
        raise NotCurrent
    if action is Action.SIGN_OFF and standing is Standing.SIGNED_OFF:
        raise AlreadySignedOff
    word = standing.replace("-", " ")
    raise WrongStanding(f"The entry is {word}; what can be done with it is: {_HELP[standing]}.")


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for standing, actions in NEXT.items():
        for action, after in actions.items():
            lines.append(f"    {_node(standing)} --> {_node(after)}: {action.replace('-', ' ')}")
    return "\n".join(lines) + "\n"


def _node(standing: Standing | None) -> str:
    return "[*]" if standing is None else standing.replace("-", "_")
