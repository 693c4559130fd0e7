"""Who may act: the roles, what each may do, and the two pairs of eyes of a sign-off.

When an entry may be acted on is another question: see standing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from policies.period import day_text
from policies.refusals import NoRole, OtherPartner, SelfSignOff


class Role(StrEnum):
    """A role is held by a person over a scope."""

    ENTRY_OFFICER = "entry-officer"
    SIGN_OFF_OFFICER = "sign-off-officer"
    LEAD_OFFICER = "lead-officer"
    PERFORMANCE_OFFICER = "performance-officer"
    BOARD_MEMBER = "board-member"
    CHANGE_REVIEWER = "change-reviewer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Access(StrEnum):
    """Whom something is open to that no role is needed for."""

    ANYONE = "anyone"  # the public too
    A_PERSON = "a-person"  # whoever signed in or sends an access token


class Action(StrEnum):
    """What a person may ask to do."""

    SUBMIT = "submit"
    CORRECT = "correct"
    RETURN = "return"
    SIGN_OFF = "sign-off"
    WITHDRAW = "withdraw"
    ATTACH = "attach-evidence"
    LOAD = "load"
    SET_UP = "set-up"
    READ = "read"
    RECORD_REMEDIAL_ACTION = "record-remedial-action"
    SUBMIT_PLAN = "submit-action-plan"
    ACCEPT_PLAN = "accept-action-plan"
    SEND_BACK_PLAN = "send-back-action-plan"
    DECIDE_INTERVENTION = "decide-intervention"
    FAST_TRACK = "fast-track"
    CLOSE_ESCALATION = "close-escalation"
    COMMEND = "commend"
    EXAMINE = "examine"
    SEAL = "seal"
    OPEN_REFRESH = "open-refresh"
    PROPOSE = "propose-amendment"
    CONSENT = "consent-to-amendment"
    OBJECT = "object-to-amendment"
    REHEARSE = "rehearse-amendment"
    DECIDE = "decide-amendment"
    REVIEW = "review-amendment"
    ASSIGN_ROLE = "assign-role"
    ASSIGN_OVERSIGHT = "assign-administrator-or-auditor"
    PUBLISH = "publish-figures"
    CHASE = "chase-figures"
    MANAGE_PEOPLE = "manage-people"


class Grant(msgspec.Struct, frozen=True):
    """A role a person holds; ``scope`` is an agreement, block, outcome or indicator code.

    It is held for ``partner``, "" for none, and counts from ``valid_from`` to ``valid_to``, both
    days included; without them, always.
    """

    person: str
    role: Role
    scope: str
    partner: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the role counts on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


_ENTERING = frozenset({Role.ENTRY_OFFICER, Role.PERFORMANCE_OFFICER})
_ANSWERING = frozenset({Role.LEAD_OFFICER})
_DECIDING = frozenset({Role.BOARD_MEMBER})  # nobody decides on behalf of a body but its members
_SPEAKING = frozenset({Role.LEAD_OFFICER, Role.BOARD_MEMBER})  # for their partner
_AMENDING = _SPEAKING | {Role.PERFORMANCE_OFFICER, Role.CHANGE_REVIEWER}

# An administrator submits, signs and approves nothing by being one.
MAY: Mapping[Action, frozenset[Role]] = {
    Action.SUBMIT: _ENTERING,
    Action.CORRECT: _ENTERING,
    Action.WITHDRAW: _ENTERING,
    Action.ATTACH: _ENTERING,
    Action.RETURN: frozenset({Role.SIGN_OFF_OFFICER, Role.PERFORMANCE_OFFICER}),
    Action.SIGN_OFF: frozenset({Role.SIGN_OFF_OFFICER}),
    Action.LOAD: _ENTERING,
    Action.SET_UP: frozenset({Role.PERFORMANCE_OFFICER, Role.ADMINISTRATOR}),
    Action.READ: frozenset(Role),
    Action.RECORD_REMEDIAL_ACTION: _ANSWERING,
    Action.SUBMIT_PLAN: _ANSWERING,
    Action.ACCEPT_PLAN: _DECIDING,
    Action.SEND_BACK_PLAN: _DECIDING,
    Action.DECIDE_INTERVENTION: _DECIDING,
    Action.FAST_TRACK: _DECIDING,
    Action.CLOSE_ESCALATION: _DECIDING,
    Action.COMMEND: _DECIDING,
    # That a body examined a value is no decision: whoever keeps its minutes may record it.
    Action.EXAMINE: _DECIDING | {Role.PERFORMANCE_OFFICER},
    Action.SEAL: frozenset({Role.BOARD_MEMBER}),
    Action.OPEN_REFRESH: frozenset({Role.PERFORMANCE_OFFICER, Role.CHANGE_REVIEWER}),
    Action.PROPOSE: _AMENDING,
    Action.CONSENT: _SPEAKING,
    Action.OBJECT: _SPEAKING,
    Action.REHEARSE: _AMENDING,
    Action.DECIDE: frozenset({Role.BOARD_MEMBER}),
    Action.REVIEW: frozenset({Role.CHANGE_REVIEWER}),
    Action.ASSIGN_ROLE: frozenset({Role.PERFORMANCE_OFFICER, Role.ADMINISTRATOR}),
    Action.ASSIGN_OVERSIGHT: frozenset({Role.ADMINISTRATOR}),
    Action.PUBLISH: frozenset({Role.PERFORMANCE_OFFICER}),
    Action.CHASE: frozenset({Role.PERFORMANCE_OFFICER}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
}

# What only the board itself does: a role over a part of the agreement is not enough.
OF_THE_WHOLE = frozenset({Action.DECIDE_INTERVENTION, Action.FAST_TRACK, Action.CLOSE_ESCALATION})

# Roles that only an administrator assigns and ends: those that watch over all others.
OVERSIGHT = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

# Who acts on values in the name of a partner: of no use where another partner is the data owner.
FOR_THEIR_PARTNER = frozenset({Role.ENTRY_OFFICER, Role.SIGN_OFF_OFFICER})

_DOING = {
    Action.SUBMIT: "submit a value",
    Action.CORRECT: "correct a value",
    Action.RETURN: "return a value",
    Action.SIGN_OFF: "sign off a value",
    Action.WITHDRAW: "withdraw a value",
    Action.ATTACH: "attach evidence to a value",
    Action.LOAD: "load a file",
    Action.SET_UP: "set up the agreement",
    Action.READ: "read this",
    Action.RECORD_REMEDIAL_ACTION: "record a remedial action",
    Action.SUBMIT_PLAN: "submit an action plan",
    Action.ACCEPT_PLAN: "accept an action plan",
    Action.SEND_BACK_PLAN: "send an action plan back",
    Action.DECIDE_INTERVENTION: "decide on an intervention",
    Action.FAST_TRACK: "move a stage by fast track",
    Action.CLOSE_ESCALATION: "close an escalation",
    Action.COMMEND: "commend a performance",
    Action.EXAMINE: "examine a value",
    Action.SEAL: "seal the agreement",
    Action.OPEN_REFRESH: "open a refresh",
    Action.PROPOSE: "propose an amendment",
    Action.CONSENT: "consent to an amendment",
    Action.OBJECT: "object to an amendment",
    Action.REHEARSE: "rehearse an amendment",
    Action.DECIDE: "decide on an amendment",
    Action.REVIEW: "decide for the reviewing body",
    Action.ASSIGN_ROLE: "assign or end a role",
    Action.ASSIGN_OVERSIGHT: "assign or end the role of an administrator or auditor",
    Action.PUBLISH: "publish figures",
    Action.CHASE: "chase what has not come",
    Action.MANAGE_PEOPLE: "see to people's accounts",
}


def doing(action: Action) -> str:
    """An action in words, such as "submit a value"."""
    return _DOING[action]


def acts_of(roles: Iterable[Role]) -> frozenset[Action]:
    """What one may do somewhere who holds these roles somewhere."""
    held = frozenset(roles)
    return frozenset(action for action, needed in MAY.items() if not held.isdisjoint(needed))


def check_may(
    action: Action,
    *,
    person: str,
    grants: Iterable[Grant],
    scopes: frozenset[str],
    on: date,
    data_owners: frozenset[str] = frozenset(),
) -> None:
    """Refuse an action by a person without a role for it here on the day of the act.

    ``scopes`` are the codes that contain the thing acted on: the indicator, its outcome, its
    block and the agreement; of an action of the whole, the agreement alone. ``data_owners`` are
    the partners that are the data owner of an indicator, where one is. Raises NoRole, naming the
    roles that may, and OtherPartner where the only roles are for another partner.
    """
    roles = MAY[action]
    mine = [
        grant
        for grant in grants
        if grant.person == person and grant.role in roles and grant.scope in scopes
    ]
    counting = [grant for grant in mine if grant.holds_on(on)]
    if any(_acts_for(grant, data_owners) for grant in counting):
        return
    if counting:
        role, owners = counting[0].role, " or ".join(sorted(data_owners))
        raise OtherPartner(
            f"The data owner here is {owners}: {_named(role)} of {counting[0].partner} may not"
            f" {_DOING[action]} for another partner."
        )
    over = "the whole agreement" if action in OF_THE_WHOLE else "it"
    other_days = f" {_days_of(mine[0])}" if mine else ""
    raise NoRole(
        f"To {_DOING[action]} here, a person must be {_needed(roles)} for {over}.{other_days}"
    )


def _acts_for(grant: Grant, data_owners: frozenset[str]) -> bool:
    """Whether a role is of use where these partners are the data owner: a role for none is."""
    if not data_owners or not grant.partner or grant.role not in FOR_THEIR_PARTNER:
        return True
    return grant.partner in data_owners


def _days_of(grant: Grant) -> str:
    """When a role counts that does not today."""
    begins = f" from {day_text(grant.valid_from)}" if grant.valid_from else ""
    ends = f" to {day_text(grant.valid_to)}" if grant.valid_to else ""
    return f"The role held here counts{begins}{ends}."


def _needed(roles: frozenset[Role]) -> str:
    if roles == MAY[Action.READ]:
        return "given any role"
    return " or ".join(map(_named, sorted(roles)))


def role_words(role: str) -> str:
    """A role in words: ``entry-officer`` is entry officer; who signs off is a sign-off officer."""
    return role.replace("-", " ").replace("sign off", "sign-off")


def _named(role: Role) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role_words(role)}"


def check_not_own(person: str, *, submitted_by: str, corrected_by: str | None) -> None:
    """Refuse a sign-off by the person who submitted or last corrected the entry.

    ``corrected_by`` is None or "" for an entry never corrected. Raises SelfSignOff.
    """
    if person in (submitted_by, corrected_by):
        raise SelfSignOff
