"""A set-up as read: what it says about the agreement, in the words of the record."""

from datetime import date
from decimal import Decimal

import msgspec

from ledger.agreement.events import (
    AgreementDefined,
    BasketSet,
    BlockSet,
    BodyFormed,
    CodeKind,
    CodeMapSet,
    OutcomeSet,
    PartnerJoined,
    PolicyAdopted,
    PrioritySet,
    RoleAssigned,
)
from ledger.indicator.events import Target
from ledger.person import Person
from policies.definition import Definition
from policies.periods import Calendar
from policies.permissions import Role
from policies.profile import Shape


class AgreementRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of ``[agreement]`` but for its areas."""

    code: str
    title: str
    start: date
    end: date
    accountable_body: str
    calendar: Calendar = Calendar.FINANCIAL


class RoleRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of ``[[roles]]``; the partner is that of the person."""

    person: str
    role: Role
    scope: str
    valid_from: date | None = None
    valid_to: date | None = None


class PlacementRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of ``[[indicators]]`` that are not part of the definition."""

    code: str
    outcome: str
    retired_from: str = ""


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of ``[[targets]]`` that are not part of the target.

    With a ``profile`` the target is that of a year, which is spread over the periods in it: by
    ``shares``, or with ``levels`` as they are given.
    """

    indicator: str
    profile: Shape | None = None
    shares: tuple[Decimal, ...] = ()
    levels: tuple[Decimal, ...] = ()


class CodeMapRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of ``[[code_maps]]`` but for its entries."""

    name: str
    kind: CodeKind


class ComparatorGroupRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of ``[[comparator_groups]]`` but for its members.

    ``column`` and ``where`` choose from a file of members: a column, and the rows that have these
    texts. ``codes`` names the code map of the members' codes, "" where they are ours.
    """

    code: str
    title: str
    source: str = ""
    column: str = ""
    where: dict[str, str] = {}
    codes: str = ""


class ComparatorGroupSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A comparator group as it shall be; its version is counted when it is set.

    ``codes`` names the code map that the members' codes are of, "" where they are ours.
    """

    code: str
    title: str
    members: tuple[str, ...]
    source: str = ""
    codes: str = ""


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of every ``[policies.…]`` that are not among its settings."""

    version: str
    effective_from: date


class IndicatorSheet(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator: the outcome it serves, and its definition.

    ``retired_from`` is the code of the first of its periods that it is retired for, "" where the
    file does not say so.
    """

    code: str
    outcome: str
    definition: Definition
    retired_from: str = ""


class TargetSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A target, and the indicator it belongs to."""

    indicator: str
    target: Target


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """A whole set-up, checked. What it does not name, it leaves as it is."""

    agreement: AgreementDefined
    partners: tuple[PartnerJoined, ...] = ()
    bodies: tuple[BodyFormed, ...] = ()
    people: tuple[Person, ...] = ()
    roles: tuple[RoleAssigned, ...] = ()
    blocks: tuple[BlockSet, ...] = ()
    priorities: tuple[PrioritySet, ...] = ()
    outcomes: tuple[OutcomeSet, ...] = ()
    indicators: tuple[IndicatorSheet, ...] = ()
    targets: tuple[TargetSheet, ...] = ()
    policies: tuple[PolicyAdopted, ...] = ()
    code_maps: tuple[CodeMapSet, ...] = ()
    comparator_groups: tuple[ComparatorGroupSheet, ...] = ()
    baskets: tuple[BasketSet, ...] = ()
