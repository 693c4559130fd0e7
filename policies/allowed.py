"""What a person may do with a value today: by their roles, by its standing, and not with their own.

For pages, which are to offer nothing that would be refused. Whether it is refused is told by the
same gates when it is asked for.
"""

from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from policies.permissions import MAY, Action, Grant, check_may, check_not_own
from policies.refusals import Refusal
from policies.standing import NEXT, Standing

# Everything that can be done with a value, in the order of its life.
WITH_VALUES = tuple(dict.fromkeys(action for actions in NEXT.values() for action in actions))
_GIVE_FIGURES = frozenset({Action.SUBMIT, Action.CORRECT})


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when somebody would act: the roles given there, the codes that contain the
    indicator, its data owners where they are partners, and the day."""

    grants: tuple[Grant, ...]
    scopes: frozenset[str]
    on: date
    data_owners: frozenset[str] = frozenset()


def may(action: Action, person: str, place: Place) -> bool:
    """Whether a person's roles let them do something there."""
    return _is_let(
        lambda: check_may(
            action,
            person=person,
            grants=place.grants,
            scopes=place.scopes,
            on=place.on,
            data_owners=place.data_owners,
        )
    )


def allowed(
    person: str,
    place: Place,
    standing: Standing | None,
    *,
    by: tuple[str, str] = ("", ""),
    retired: bool = False,
) -> frozenset[Action]:
    """What a person may do with what stands at a key; a ``standing`` of None: nothing does.

    ``by`` is who submitted and who last corrected it, "" for nobody: none of them signs it off. A
    period that the indicator is retired for takes no figures.
    """
    return frozenset(
        action
        for action in NEXT[standing]
        if may(action, person, place)
        and not (retired and action in _GIVE_FIGURES)
        and (action is not Action.SIGN_OFF or _is_anothers(person, by))
    )


def holders(action: Action, place: Place, *, but: Iterable[str] = ()) -> tuple[str, ...]:
    """Who may do something there, each once and in order of their ids."""
    asked = {grant.person for grant in place.grants if grant.role in MAY[action]} - set(but)
    return tuple(sorted(person for person in asked if may(action, person, place)))


def _is_anothers(person: str, by: tuple[str, str]) -> bool:
    submitted_by, corrected_by = by
    return _is_let(
        lambda: check_not_own(person, submitted_by=submitted_by, corrected_by=corrected_by)
    )


def _is_let(gate: Callable[[], None]) -> bool:
    try:
        gate()
    except Refusal:
        return False
    return True
