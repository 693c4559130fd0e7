"""Why a person may not sign an entry off: the gates of the decision, asked before anybody tries.

For pages and lists, which are to offer exactly what the decision would accept. A law holds the
two together.
"""

from collections.abc import Iterable
from datetime import date

from policies import permissions, standing
from policies.permissions import Action, Grant, check_not_own
from policies.refusals import Refusal
from policies.standing import Standing


def why_not_sign(
    person: str,
    *,
    grants: Iterable[Grant],
    scopes: frozenset[str],
    on: date,
    data_owners: frozenset[str] = frozenset(),
    given_by: tuple[str, str],
    stands: Standing = Standing.SUBMITTED,
) -> Refusal | None:
    """The refusal of a sign-off that is asked for on a day; None where it would be accepted.

    ``scopes`` and ``data_owners`` are those of the entry's indicator, as for the role; ``given_by``
    is who submitted the entry and who last corrected it, "" for nobody. The role is asked first.
    """
    try:
        permissions.check_may(
            Action.SIGN_OFF,
            person=person,
            grants=grants,
            scopes=scopes,
            on=on,
            data_owners=data_owners,
        )
        submitted_by, corrected_by = given_by
        check_not_own(person, submitted_by=submitted_by, corrected_by=corrected_by)
        standing.check_may(Action.SIGN_OFF, stands)
    except Refusal as refusal:
        return refusal
    return None
