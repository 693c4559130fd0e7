"""The pages of sign-off: what waits, what exactly would be signed, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import quote, urlencode

from http_api.pages.framing import frame_of
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.sign_off_reader import Selection, SignOffReader
from http_api.pages.vocabulary import ASSURANCE, ASSURANCE_MEANS
from http_api.pages.words import number
from http_api.sign_off_forms import Chosen, SignOffForm
from policies.numbers import to_text
from policies.refusals import AlreadySignedOff, NotCurrent, SignOffStale, WrongStanding
from policies.standing import Standing
from projections.answers import AgreementAnswer, Clocks, ValueRow
from projections.waiting_answers import ChosenEntry, Waiting, WaitingEntry

NOW = ClocksAsked()
TITLE = "Sign off values"
Wrong = tuple[tuple[str, str], ...]  # the element that something is wrong with, and a sentence
WITHDRAWN = "withdrawn"
# Reasons that are seen in how an entry stands, so that no address has to be believed.
SHOWN = {WITHDRAWN, NotCurrent.code, AlreadySignedOff.code, WrongStanding.code}

# Why somebody may not sign off what waits, by the code of the refusal they would be told.
NOT_YOURS = {
    "self-sign-off": "You submitted it or corrected it last",
    "no-role": "You are no sign-off officer for it",
    "other-partner": "Its data owner is another partner than the one you sign off for",
}


class Filled(NamedTuple):
    """What stands in the forms of the list: what was typed before, and what is wrong with it."""

    key: str  # of a return; a form sent twice is recorded once
    chosen: frozenset[tuple[str, str]] = frozenset()
    assurance: str = ""
    reasons: Mapping[str, str] = {}  # of returns, by the entry's name
    wrong: Wrong = ()


class Left(NamedTuple):
    """An entry that was chosen and not signed off, and the code that says why."""

    entry: ChosenEntry
    code: str


def sign_off_page(
    reader: SignOffReader,
    asked: ClocksAsked,
    code: str,
    person: str,
    selection: Selection,
    filled: Filled,
) -> str:
    """What waits for a sign-off, with everything that a signer must see of each entry."""
    agreement = reader.agreement(code, asked)
    waiting = reader.waiting(code, asked, person=person, selection=selection)
    shown = [one for group in waiting.groups for one in group.entries]
    return render(
        "sign_off.html",
        _frame(asked, agreement, waiting.clocks, TITLE, "sign-off", selection.query),
        agreement=agreement,
        waiting=waiting,
        selection=selection,
        at=Addresses(code, selection),
        shown=len(shown),
        elsewhere=waiting.count - len(shown),
        filled=filled,
        Chosen=Chosen,
        names=reader.person_names(_people(waiting)),
        share=share,
        signed=with_sign,
        not_yours=NOT_YOURS,
        assurance=ASSURANCE,
        assurance_means=ASSURANCE_MEANS,
    )


def confirm_page(
    reader: SignOffReader,
    code: str,
    selection: Selection,
    form: SignOffForm,
    key: str,
) -> str:
    """Exactly what would be signed; what changed since it was shown is left out, and said."""
    agreement = reader.agreement(code, NOW)
    found = _by_place(reader.chosen(code, NOW, [one.place for one in form.chosen]))
    entries = [(one, found[one.place]) for one in form.chosen if one.place in found]
    left = [Left(entry, why) for one, entry in entries if (why := why_left(entry, one.digest))]
    signing = [(one, entry) for one, entry in entries if not why_left(entry, one.digest)]
    title = "Check what you sign off"
    return render(
        "sign_off_confirm.html",
        _frame(NOW, agreement, agreement.clocks, title, "sign-off/confirm", selection.query),
        agreement=agreement,
        at=Addresses(code, selection),
        groups=_grouped(signing),
        count=len(signing),
        left=left,
        assurance=form.assurance,
        assurance_word=ASSURANCE[form.assurance],
        assurance_means=ASSURANCE_MEANS[form.assurance],
        key=key,
        names=reader.person_names(_people_behind(entry for _, entry in entries)),
        missing=len(form.chosen) - len(entries),
    )


def done_page(
    reader: SignOffReader,
    asked: ClocksAsked,
    code: str,
    person: str,
    selection: Selection,
    key: str,
    left: Sequence[Chosen],
) -> str:
    """What came of a form: what was signed off or returned, and of the rest why it was not."""
    agreement = reader.agreement(code, asked)
    recorded = reader.recorded(person, key)
    found = _by_place(reader.chosen(code, asked, [*recorded.entries, *(one.place for one in left)]))
    done = [found[place] for place in recorded.entries if place in found]
    others = [
        Left(found[one.place], why_left(found[one.place], "") or _said(one.digest))
        for one in left
        if one.place in found and one.place not in recorded.entries
    ]
    title = _done_title(len(done), recorded.returned)
    return render(
        "sign_off_done.html",
        _frame(NOW, agreement, agreement.clocks, title, "sign-off/done", {"key": key}),
        agreement=agreement,
        at=Addresses(code, selection),
        title=title,
        done=done,
        returned=recorded.returned,
        left=others,
        assurance=ASSURANCE,
        names=reader.person_names({person} | _people_behind(found.values())),
    )


def why_left(entry: ChosenEntry, digest: str) -> str:
    """Why an entry cannot be signed off any more as it was seen; "" where it can be.

    ``digest`` is that of what was seen, "" where it is not known any more.
    """
    now = entry.now
    if now is None:
        return WITHDRAWN
    if now.name != entry.seen.name:
        return NotCurrent.code
    if now.signed_off is not None:
        return AlreadySignedOff.code
    if now.standing != Standing.SUBMITTED:
        return WrongStanding.code
    return SignOffStale.code if digest and digest != now.digest else ""


def _said(code: str) -> str:
    """A code that an address gives as the reason, "" for one that the entry itself would show."""
    return "" if code in SHOWN else code


class Addresses(NamedTuple):
    """The addresses of the pages of sign-off of an agreement, with the part that is shown."""

    agreement: str
    selection: Selection

    def to(self, part: str = "", **query: str | Sequence[str]) -> str:
        """One of them at now: ``confirm``, ``done``, ``return``, or the list."""
        path = f"/agreements/{quote(self.agreement, safe='')}/sign-off"
        asked = {**self.selection.query, **query}
        said = urlencode({name: value for name, value in asked.items() if value}, doseq=True)
        address = f"{path}/{part}" if part else path
        return f"{address}?{said}" if said else address

    def only(self, indicator: str, entry: ValueRow) -> str:
        """The list of no more than the cell of an entry."""
        cell = Selection(indicator=indicator, period=entry.period, area=entry.area)
        return Addresses(self.agreement, cell).to()


def with_sign(text: str) -> str:
    """A difference with its sign, as 0.5 is +0.5."""
    return f"+{number(text)}" if Decimal(text) > 0 else number(text)


def share(relative: str | None) -> str:
    """A share as a percentage with its sign; "" where there is none."""
    return "" if relative is None else f"{with_sign(to_text(Decimal(relative).scaleb(2)))}%"


def _frame(
    asked: ClocksAsked,
    agreement: AgreementAnswer,
    clocks: Clocks,
    title: str,
    part: str,
    kept: dict[str, str],
) -> Frame:
    between: tuple[Crumb, ...] = ()
    if title != TITLE:
        above = Moments(asked, clocks).links.part(agreement.code, "sign-off")
        between = (Crumb(TITLE, above),)
    return frame_of(agreement, asked, clocks, title, part, between=between, kept=kept)


def _done_title(count: int, returned: bool) -> str:
    values = "1 value" if count == 1 else f"{count:,} values"
    if returned:
        return f"{values} returned"
    return f"{values} signed off" if count else "Nothing was signed off"


def _by_place(entries: Iterable[ChosenEntry]) -> dict[tuple[str, str], ChosenEntry]:
    return {(one.indicator, one.seen.name): one for one in entries}


def _grouped(
    entries: Iterable[tuple[Chosen, ChosenEntry]],
) -> list[list[tuple[Chosen, ChosenEntry]]]:
    """The entries of each indicator together, in the order in which they were shown."""
    found: dict[str, list[tuple[Chosen, ChosenEntry]]] = {}
    for chosen, entry in entries:
        found.setdefault(chosen.indicator, []).append((chosen, entry))
    return list(found.values())


def _people(waiting: Waiting) -> set[str]:
    people = {person for other in waiting.others for person in other.may_sign}
    for group in waiting.groups:
        for one in group.entries:
            people |= _behind(one)
    return people


def _behind(one: WaitingEntry) -> set[str]:
    found = {one.given.actor, one.entry.submitted_by}
    found |= {each.attached_by for each in one.entry.attachments}
    if one.corrected_by:
        found.add(one.corrected_by)
    if one.earlier is not None:
        found |= {one.earlier.ended.actor, one.earlier.given_by}
        if one.earlier.signed_off is not None:
            found.add(one.earlier.signed_off.by)
    return found


def _people_behind(entries: Iterable[ChosenEntry]) -> set[str]:
    found: set[str] = set()
    for one in entries:
        found |= {one.since.actor, one.seen.submitted_by}
        found |= {act.actor for act in (one.given,) if act is not None}
        if one.now is not None and one.now.signed_off is not None:
            found.add(one.now.signed_off.by)
    return found
