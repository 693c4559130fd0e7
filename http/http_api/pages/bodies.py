"""A page for each body of an agreement: what is its own to look at, and what waits for it."""

from collections import Counter

import msgspec

from http_api.pages import board
from http_api.pages.escalation_reader import EscalationReader
from http_api.pages.escalations import telling_of
from http_api.pages.framing import frame_of
from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, render
from ledger.accounts import Visitor
from policies.permissions import MAY, Action
from policies.refusals import UnknownBody
from projections.amendment_answers import AmendmentListed
from projections.answers import AgreementAnswer, BodyAnswer, Status, StatusRow

KINDS = {
    "board": "Board",
    "thematic-group": "Thematic group",
    "district-partnership": "District partnership",
    "scrutiny": "Scrutiny",
    "reviewing-body": "Reviewing body",
}
DECIDING = frozenset({"board", "reviewing-body"})  # on amendments
WATCHING = frozenset({"board", "scrutiny"})  # of the four-week rule and of restatements
AMENDMENTS_SHOWN = 200


def bodies_page(
    reader: EscalationReader,
    asked: ClocksAsked,
    who: Visitor,
    code: str,
    *,
    published: str,
    wrong: tuple[tuple[str, str], ...] = (),
    title: str = "",
    recorded: int = 0,
) -> str:
    """The bodies of an agreement, and what the public sees.

    ``published`` is what was published last, "" before the first; ``title`` and ``wrong`` are of a
    form that was refused; ``recorded`` is the position of what the reader published just now.
    """
    agreement = reader.agreement(code, asked)
    frame = frame_of(agreement, asked, agreement.clocks, "Bodies and the public", "bodies")
    return render(
        "bodies.html",
        frame,
        agreement=agreement,
        kinds=KINDS,
        published=published,
        may_publish=not (frame.moments and frame.moments.is_past) and _may_publish(agreement, who),
        title=title,
        wrong=wrong,
        recorded=recorded,
    )


def body_page(
    reader: EscalationReader, asked: ClocksAsked, code: str, body: str, *, area: str = ""
) -> str:
    """What one body looks at. Raises UnknownBody."""
    agreement = reader.agreement(code, asked)
    found = next((one for one in agreement.bodies if one.code == body), None)
    if found is None:
        raise UnknownBody(f"{agreement.title} has no body {body!r}.", field="body")
    place = area or _area_of(found, agreement)
    status = _within(found, reader.status(code, asked, period=None, area=place or None))
    exceptions = reader.exceptions(code, asked, area=place or None)
    under = [row for row in exceptions.rows if _is_of(found, row.row)]
    waiting = [row for row in under if row.awaits is not None and found.code in row.awaits.body]
    acts = [row.action for row in under if row.action]
    signers = {row.signed_off.by for row in status.rows if row.signed_off is not None}
    frame = frame_of(
        agreement,
        asked,
        status.clocks,
        found.name,
        f"bodies/{found.code}",
        between=(Crumb("Bodies", Links(asked).part(agreement.code, "bodies")),),
        kept={"area": area},
    )
    return render(
        "body.html",
        frame,
        agreement=agreement,
        body=found,
        kind=KINDS.get(found.kind, found.kind),
        status=status,
        counts=board.counted(status),
        blocks=board.placed(agreement, status),
        under=[row for row in under if row.kind == "under-performance"],
        waiting=waiting,
        telling=telling_of(reader, agreement, acts, [row.awaits for row in under]),
        amendments=_open_amendments(reader, asked, code) if found.kind in DECIDING else (),
        late=_late(reader, asked, code, place) if found.kind in WATCHING else None,
        names=reader.person_names(signers),
    )


def _may_publish(agreement: AgreementAnswer, who: Visitor) -> bool:
    held = ((role.person, role.role, role.scope) for role in agreement.roles)
    return any((who.person, role, agreement.code) in held for role in MAY[Action.PUBLISH])


def _area_of(body: BodyAnswer, agreement: AgreementAnswer) -> str:
    """Where a body looks first: districts at the first that is not the home area."""
    if body.kind != "district-partnership":
        return ""
    return next((area.code for area in agreement.areas[1:]), "")


def _is_of(body: BodyAnswer, row: StatusRow) -> bool:
    """Whether an indicator is one that a body looks after: all, for a body without blocks."""
    return not body.blocks or row.block in body.blocks


def _within(body: BodyAnswer, status: Status) -> Status:
    """The status of what a body looks after."""
    rows = tuple(row for row in status.rows if _is_of(body, row))
    counts = Counter(row.status or row.reason or "" for row in rows)
    return msgspec.structs.replace(status, rows=rows, counts=dict(counts))


def _open_amendments(
    reader: EscalationReader, asked: ClocksAsked, code: str
) -> tuple[AmendmentListed, ...]:
    listed = reader.amendments(code, asked, after="", limit=AMENDMENTS_SHOWN).amendments
    return tuple(one for one in listed if one.closed is None)


def _late(reader: EscalationReader, asked: ClocksAsked, code: str, area: str) -> dict[str, int]:
    """How the four-week rule stands, by outcome."""
    return reader.examinations(code, asked, area=area or None, period=None).counts
