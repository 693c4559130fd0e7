"""The receipt of what was sent: what was recorded and where, who is next, and what is due next."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode

from http_api.pages.entry import Sitting, frame_at_now
from http_api.pages.entry_offers import Offer, indicator_address, key_query, offers_of
from http_api.pages.history import Telling, about_of, items_of
from http_api.pages.render import render
from http_api.pages.words import name_of
from ledger.agreement.state import Agreement
from ledger.entering.offered import signers
from ledger.indicator.state import Held, Indicator
from policies.refusals import UnknownEvent
from policies.standing import Standing
from projections.answers import HistoryEvent

MOST_ACTS = 500  # of one receipt
DID = {
    "values-submitted": "Recorded",
    "values-corrected": "Corrected",
    "values-returned": "Returned",
    "values-withdrawn": "Withdrawn",
    "values-signed-off": "Signed off",
    "evidence-attached": "Evidence added to",
}


class Line(NamedTuple):
    """One entry of an act: what it says, how it stands now, and what may be done with it."""

    name: str
    said: str
    now: str
    offers: tuple[Offer, ...]
    proof: str = ""  # where it is proved; "" for what is not the headline, or holds no more


class Act(NamedTuple):
    """One act on one indicator, as recorded, and who is next."""

    position: int
    at: datetime
    by: str
    did: str
    title: str
    page: str
    lines: tuple[Line, ...]
    about: tuple[str, ...]
    next_ones: tuple[str, ...]
    correcting: bool  # they are to correct it, not to sign it off
    waits: bool  # for a sign-off
    proof: str


def receipt_address(agreement: str, positions: Iterable[int]) -> str:
    """The receipt of what was recorded at some positions."""
    named = ",".join(map(str, sorted(set(positions))))
    return f"{_agreement_path(agreement)}/receipts/{named}"


def _agreement_path(agreement: str) -> str:
    return f"/agreements/{quote(agreement, safe='')}"


def positions_of(text: str) -> tuple[int, ...]:
    """The positions of an address. Raises UnknownEvent."""
    parts = text.split(",")
    most_digits = 18
    if len(parts) > MOST_ACTS or not all(
        part.isascii() and part.isdecimal() and len(part) <= most_digits for part in parts
    ):
        raise UnknownEvent(f"{text[:60]!r} names no positions: they are written such as 1742,1745.")
    return tuple(map(int, parts))


def receipt_page(at: Sitting, agreement: str, named: str, *, unchanged: bool) -> str:
    """The receipt of acts on values. ``unchanged``: it was sent again and nothing new was recorded.

    Raises UnknownEvent for a position that is none of this agreement's values.
    """
    positions = positions_of(named)
    events = at.desk.acts(agreement, positions)
    body = at.desk.agreement(agreement)
    earlier = _earlier(at, agreement, events)
    acts = tuple(_act(at, body, agreement, event, earlier) for event in events)
    title = "What was recorded" if len(acts) > 1 else f"{acts[0].did} at position {positions[0]}"
    return render(
        "entry_receipt.html",
        frame_at_now(at, agreement, title, receipt_address(agreement, positions)),
        title=title,
        acts=acts,
        unchanged=unchanged,
        next_task=at.desk.next_to_enter(agreement, at.person, max(positions)),
    )


def _earlier(
    at: Sitting, agreement: str, events: Iterable[HistoryEvent]
) -> dict[int, HistoryEvent]:
    """The acts that gave what others only name, by position."""
    named = {int(name.partition(".")[0]) for event in events for name in _names(event)}
    given = named - {event.position for event in events}
    return {event.position: event for event in at.desk.acts(agreement, given)} if given else {}


def _act(
    at: Sitting,
    body: Agreement,
    agreement: str,
    event: HistoryEvent,
    earlier: dict[int, HistoryEvent],
) -> Act:
    if event.indicator is None or event.type not in DID:
        raise UnknownEvent(f"There is no receipt for position {event.position}: it is no value's.")
    address = (agreement, event.indicator)
    state = at.desk.indicator(address)
    assert state.definition is not None, "the indicator is defined"
    keys = map(state.key_named, _names(event))
    held = [state.entries[key] for key in keys if key is not None]
    returned = event.type == "values-returned"
    next_ones = _givers(held) if returned else _signers(at, body, state, held)
    names = at.desk.names({event.actor, *next_ones})
    telling = Telling(names, {a.code: a.name for a in body.areas.values()}, state.definition)
    return Act(
        position=event.position,
        at=event.recorded_at,
        by=name_of(event.actor, names),
        did=DID[event.type],
        title=state.definition.title,
        page=indicator_address(address),
        lines=tuple(_lines(at, address, body, state, _said(event, earlier, telling))),
        about=about_of(event.data),
        next_ones=tuple(name_of(person, names) for person in next_ones),
        correcting=returned,
        waits=any(one.standing is Standing.SUBMITTED for one in held),
        proof=f"{_agreement_path(agreement)}/audit/events/{event.position}",
    )


def _said(
    event: HistoryEvent, earlier: dict[int, HistoryEvent], telling: Telling
) -> Iterator[tuple[str, str]]:
    """Each entry of an act with what it says, also where the act only names it."""
    for name, said in zip(_names(event), items_of(event, telling), strict=True):
        position, _, index = name.partition(".")
        origin = earlier.get(int(position))
        yield name, said if origin is None else items_of(origin, telling)[int(index)]


def _lines(
    at: Sitting,
    address: tuple[str, str],
    body: Agreement,
    state: Indicator,
    entries: Iterable[tuple[str, str]],
) -> Iterator[Line]:
    page = indicator_address(address)
    for name, said in entries:
        key = state.key_named(name)
        if key is None:
            yield Line(name, said, state.former.get(name, ""), ())
            continue
        held = state.entries[key]
        offers = offers_of(address, body, state, held, at.person, at.desk.today)
        proof = "" if key.breakdown else f"{page}/proof?{urlencode(key_query(key))}"
        yield Line(name, said, held.standing.replace("-", " "), offers, proof)


def _names(event: HistoryEvent) -> list[str]:
    """The names of the entries that an act is about."""
    return [
        entry
        if isinstance(entry, str)
        else entry["name"]
        if "period" not in entry
        else f"{event.position}.{n}"
        for n, entry in enumerate(event.data.get("entries", ()))
    ]


def _signers(
    at: Sitting, body: Agreement, state: Indicator, held: Iterable[Held]
) -> tuple[str, ...]:
    """Who may sign off what waits for it of an act."""
    waiting = [one for one in held if one.standing is Standing.SUBMITTED]
    if not waiting:
        return ()
    givers = {person for one in waiting for person in (one.submitted_by, one.corrected_by)}
    return signers(body, state, at.desk.today, but=givers)


def _givers(held: Iterable[Held]) -> tuple[str, ...]:
    """Who gave what was returned."""
    return tuple(sorted({one.corrected_by or one.submitted_by for one in held}))
