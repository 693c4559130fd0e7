"""An agreement as known: its parts, its indicators and the rules adopted."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from ledger.agreement.events import (
    KIND_OF,
    POLICIES,
    AgreementDefined,
    AgreementSealed,
    Area,
    BasketSet,
    BlockSet,
    BodyFormed,
    ComparatorGroupSet,
    DemonstrationDeclared,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    PolicyAdopted,
    PrioritySet,
    RefreshOpened,
    RoleAssigned,
)
from ledger.agreement.state import Adopted, grant_of
from ledger.engine import Connection
from ledger.event import Event, agreement_id
from policies.definition import Definition
from policies.refusals import UnknownAgreement, UnknownArea, UnknownBlock, UnknownOutcome
from policies.texts import plain_name, told
from projections.answers import Clocks
from projections.folding import agreements as kinds

_CLASSES: dict[str, type[Event]] = {kind: cls for cls, kind in kinds.KINDS.items()}
_DECODERS = {kind: msgspec.json.Decoder(cls).decode for kind, cls in _CLASSES.items()}
BOARD = (kinds.SHEET, kinds.BLOCK, kinds.OUTCOME, kinds.PLACEMENT)  # what a status page needs


class Structure:
    """The parts of an agreement at the known clock, and what was adopted by the policy clock."""

    __slots__ = (
        "baskets",
        "blocks",
        "bodies",
        "groups",
        "id",
        "names",
        "outcomes",
        "partners",
        "placements",
        "policies",
        "priorities",
        "refreshes",
        "roles",
        "sealed",
        "sealed_position",
        "sheet",
        "statement",
    )

    def __init__(self, stream: UUID, sheet: AgreementDefined) -> None:
        self.id = stream
        self.sheet = sheet
        self.statement: str | None = None  # what a demonstration says of itself
        self.partners: list[PartnerJoined] = []
        self.bodies: list[BodyFormed] = []
        self.priorities: list[PrioritySet] = []
        self.blocks: dict[str, BlockSet] = {}
        self.outcomes: dict[str, OutcomeSet] = {}
        self.placements: dict[str, str] = {}  # indicator → outcome, in order of placement
        self.roles: list[RoleAssigned] = []
        self.groups: dict[str, ComparatorGroupSet] = {}  # in the order first known
        self.names: Mapping[str, str] = {}  # of areas elsewhere, where they are asked for
        self.baskets: dict[str, BasketSet] = {}  # likewise
        self.sealed: AgreementSealed | None = None
        self.sealed_position = 0
        self.refreshes: list[RefreshOpened] = []
        self.policies: dict[str, list[Adopted]] = {kind: [] for kind in POLICIES}

    @property
    def demonstration(self) -> bool:
        """Whether the ledger was born as a demonstration."""
        return self.statement is not None

    @property
    def home(self) -> Area:
        """The home area: the first of the sheet."""
        return self.sheet.areas[0]

    def area(self, code: str | None) -> Area:
        """An area by its code, the home area for None. Raises UnknownArea."""
        if code is None:
            return self.home
        for area in self.sheet.areas:
            if area.code == code:
                return area
        named = [one for one in self.sheet.areas if plain_name(one.name) == plain_name(code)]
        there = told([f"{one.code} ({one.name})" for one in named or self.sheet.areas])
        raise UnknownArea(
            f"{code!r} is not the code of an area of {self.sheet.title} as known then: use"
            f" {'' if len(named) == 1 else 'one of '}{there}.",
            field="area",
        )

    def area_name(self, code: str) -> str:
        """The name of an area; its code where neither the agreement nor its map names it."""
        own = next((area.name for area in self.sheet.areas if area.code == code), None)
        return self.names.get(code, code) if own is None else own

    def block(self, code: str) -> BlockSet:
        """A block by its code. Raises UnknownBlock."""
        if code not in self.blocks:
            raise UnknownBlock(
                f"{code!r} is not a block of {self.sheet.title} as known then.", field="block"
            )
        return self.blocks[code]

    def outcome(self, code: str) -> OutcomeSet:
        """An outcome by its code. Raises UnknownOutcome."""
        if code not in self.outcomes:
            raise UnknownOutcome(
                f"{code!r} is not an outcome of {self.sheet.title} as known then.", field="outcome"
            )
        return self.outcomes[code]

    def block_of(self, outcome: str) -> str:
        """The block of an outcome, "" when there is none."""
        found = self.outcomes.get(outcome)
        return found.block if found else ""

    def held_on(self, day: date) -> Iterator[RoleAssigned]:
        """The roles that count on a day, in the order they were given."""
        return (role for role in self.roles if grant_of(role).holds_on(day))

    def scopes_of(self, indicator: str) -> set[str]:
        """The codes that contain an indicator: itself, outcome, block and agreement."""
        outcome = self.placements.get(indicator, "")
        return {indicator, outcome, self.block_of(outcome), self.sheet.code} - {""}


class IndicatorKnown(msgspec.Struct, frozen=True):
    """The sheet of an indicator as known."""

    id: UUID
    code: str
    definition: Definition
    definition_version: int
    definition_position: int
    retired_from: str | None  # code of the first period that it is retired for: see retirement


def read_structure(
    connection: Connection, agreement: str, clocks: Clocks, parts: tuple[str, ...] = BOARD
) -> Structure:
    """The named parts of an agreement. Raises UnknownAgreement where it was not known yet."""
    stream = agreement_id(agreement)
    rows = connection.execute(
        "SELECT kind, data, from_position FROM structure"
        " WHERE agreement = ANY(%(agreements)s) AND CASE WHEN kind = ANY(%(policies)s)"
        " THEN from_position <= %(policy)s"
        " ELSE kind = ANY(%(parts)s) AND from_position <= %(known)s AND to_position > %(known)s END"
        " ORDER BY ordinal, from_position",
        {
            "agreements": [stream, kinds.LEDGER],
            "policies": list(POLICIES),
            "parts": [*parts, kinds.DEMONSTRATION],
            "known": clocks.known_position,
            "policy": clocks.policy_position,
        },
    ).fetchall()
    found = [(_DECODERS[kind](data), position) for kind, data, position in rows]
    sheet = next((part for part, _ in found if isinstance(part, AgreementDefined)), None)
    if sheet is None:
        raise UnknownAgreement(f"There is no agreement {agreement!r} as known then.")
    structure = Structure(stream, sheet)
    for part, position in found:
        _take(structure, part, position)
    return structure


def _take(structure: Structure, part: Any, position: int) -> None:  # noqa: C901, PLR0912 - one arm per part, nothing nested
    match part:
        case IndicatorPlaced():
            structure.placements[part.indicator] = part.outcome
        case BlockSet():
            structure.blocks[part.code] = part
        case OutcomeSet():
            structure.outcomes[part.code] = part
        case PartnerJoined():
            structure.partners.append(part)
        case BodyFormed():
            structure.bodies.append(part)
        case PrioritySet():
            structure.priorities.append(part)
        case BasketSet():
            structure.baskets[part.code] = part
        case ComparatorGroupSet():
            structure.groups[part.code] = part
        case RoleAssigned():
            structure.roles.append(part)
        case AgreementSealed():
            structure.sealed, structure.sealed_position = part, position
        case RefreshOpened():
            structure.refreshes.append(part)
        case policy if isinstance(policy, PolicyAdopted):
            structure.policies[KIND_OF[type(policy)]].append(Adopted(policy, position))
        case AgreementDefined():
            pass
        case DemonstrationDeclared():
            structure.statement = part.statement


def read_indicators(
    connection: Connection, structure: Structure, known_position: int
) -> dict[str, IndicatorKnown]:
    """The indicators of an agreement as known, by code, in the order of a board page.

    By block, outcome and placement; those without a place come last, as they were defined.
    """
    rows = connection.execute(
        "SELECT indicator, code, definition, definition_version, definition_position, retired_from"
        " FROM indicator WHERE agreement = %s AND from_position <= %s AND to_position > %s"
        " ORDER BY ordinal",
        (structure.id, known_position, known_position),
    ).fetchall()
    known = {
        code: IndicatorKnown(stream, code, definition_of(text), version, position, retired_from)
        for stream, code, text, version, position, retired_from in rows
    }
    places = {code: n for n, code in enumerate(structure.placements)}
    blocks = {code: n for n, code in enumerate(structure.blocks)}
    outcomes = {code: n for n, code in enumerate(structure.outcomes)}
    last = len(rows) + len(places) + len(blocks) + len(outcomes)

    def place(code: str) -> tuple[int, int, int]:
        outcome = structure.placements.get(code, "")
        return (
            blocks.get(structure.block_of(outcome), last),
            outcomes.get(outcome, last),
            places.get(code, last),
        )

    return {code: known[code] for code in sorted(known, key=place)}


@lru_cache(maxsize=4096)
def definition_of(text: str) -> Definition:
    """A definition as stored. The same text is always the same definition."""
    return _definition.decode(text)


def sheet_of(data: str) -> AgreementDefined:
    """The sheet of an agreement as stored."""
    return _sheet.decode(data)


_definition = msgspec.json.Decoder(Definition)
_sheet = msgspec.json.Decoder(AgreementDefined)
