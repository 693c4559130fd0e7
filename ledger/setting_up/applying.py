"""Applying a set-up file: read, compared with the record, and recorded in one commit."""

import msgspec

from ledger.acts import OPERATOR, Act
from ledger.agreement.assigning import By, check_entitled
from ledger.agreement.events import DemonstrationDeclared, RoleAssigned
from ledger.agreement.state import Agreement
from ledger.engine import Commit, StreamMoved
from ledger.event import Event, Recorded, agreement_id, indicator_id
from ledger.indicator.state import Indicator
from ledger.moving import check_may_move, people_held
from ledger.people import people, put_person
from ledger.record import Record
from ledger.setting_up.changes import Changes, changes
from ledger.setting_up.describing import describe
from ledger.setting_up.noting import notes
from ledger.setting_up.reading import read_set_up
from ledger.setting_up.sheets import SetUp
from ledger.setting_up.tables import ReadFile
from policies.permissions import Action, check_may
from policies.refusals import Conflict


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What a set-up changed, or would change: lines for a person; the position it was recorded at,
    None where nothing was. ``notes`` are sentences about what it may not have been meant to do."""

    agreement: str
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    position: int | None
    dry_run: bool


def apply_set_up(
    record: Record,
    text: str,
    read_file: ReadFile,
    act: Act,
    *,
    dry_run: bool = False,
    demonstration: str = "",
) -> Applied:
    """Bring the record to what a set-up file says; applying it twice changes nothing.

    ``read_file`` answers the text of a file the set-up names. ``demonstration`` is the statement
    that makes a ledger which is still empty a demonstration for ever. Raises BadSetup, naming
    every problem, Sealed where these are only what change control has to decide, NoRole and
    Conflict; nothing is recorded then.
    """
    set_up = read_set_up(text, read_file)
    code = set_up.agreement.code
    with people_held(record) as connection:
        agreement = record.fresh_agreement(code)
        _check_role(agreement, act)
        persons = people(connection)
        folds = record.indicators(code, [sheet.code for sheet in set_up.indicators])
        held = agreement if agreement.sheet else None
        found = changes(set_up, held, folds, persons)
        _check_roles(agreement, found, act)
        applied = Applied(
            agreement=code,
            changes=tuple(describe(found)),
            notes=tuple(notes(set_up, held, found, persons)),
            position=None,
            dry_run=dry_run,
        )
        anew = {(one.person, one.role, one.scope) for one in _assigned(found)}
        check_may_move(record, found.people, persons, given_anew={code: anew})
        if dry_run or found.empty:
            return applied
        events = _events(set_up, found, agreement, folds, demonstration, act)
        if events:
            position = _recorded(record, events, agreement, act)
            applied = msgspec.structs.replace(applied, position=position)
        for person in found.people:  # after the record, which may refuse its part
            put_person(connection, person)
        return applied


def _recorded(record: Record, events: list[Recorded], agreement: Agreement, act: Act) -> int:
    """Record all of it in one commit; the last position. Raises Conflict."""
    commit = Commit(
        actor=act.actor,
        command=Action.SET_UP.value,
        correlation_id=act.correlation_id,
        reads=((agreement.id, agreement.version),),  # it may have been sealed in between
        simulated_at=act.at if act.simulated else None,
    )
    try:
        return record.append(events, commit).last_position
    except StreamMoved as error:
        raise Conflict("The agreement changed at the same moment: apply the file again.") from error


def _check_role(agreement: Agreement, act: Act) -> None:
    """The operator sets up; once there is an agreement, so may whoever holds the role there."""
    if act.actor != OPERATOR:
        scopes = frozenset({agreement.sheet.code}) if agreement.sheet else frozenset[str]()
        grants = agreement.grants.values()
        check_may(Action.SET_UP, person=act.actor, grants=grants, scopes=scopes, on=act.today)


def _check_roles(agreement: Agreement, found: Changes, act: Act) -> None:
    """Whoever sets up assigns by a file what they may assign without one, and nothing else."""
    if act.actor == OPERATOR:
        return
    by = By(act.actor, tuple(agreement.grants.values()), act.today)
    for role in _assigned(found):
        check_entitled(agreement, role.person, role.role, role.scope, by)


def _assigned(found: Changes) -> list[RoleAssigned]:
    return [event for event in found.agreement if isinstance(event, RoleAssigned)]


def _events(
    set_up: SetUp,
    found: Changes,
    agreement: Agreement,
    folds: dict[str, Indicator],
    demonstration: str,
    act: Act,
) -> list[Recorded]:
    """The agreement's events, then each indicator's, numbered on from what is recorded."""
    code = set_up.agreement.code
    body: list[Event] = list(found.agreement)
    if demonstration and agreement.version == 0:
        body.insert(0, DemonstrationDeclared(statement=demonstration))
    streams = [(agreement_id(code), agreement.version, tuple(body))]
    for indicator, events in found.indicators.items():
        fold = folds.get(indicator)
        streams.append((indicator_id(code, indicator), fold.version if fold else 0, events))
    return [
        Recorded(stream, version + n, event, 0, act.at, act.actor)
        for stream, version, events in streams
        for n, event in enumerate(events, 1)
    ]
