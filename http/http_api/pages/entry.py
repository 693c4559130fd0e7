"""The page on which a value is entered or corrected: the form, the check, and sending it.

Two steps that need no script. The check shows what the value would come to and what speaks against
it; what is sent is exactly what was checked.
"""

from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from http_api.pages.desk import Address, Desk
from http_api.pages.entry_cell import (
    Cell,
    CellAsked,
    before,
    cell_at,
    cell_of,
    people_of,
    periods,
    present,
    target,
    told,
)
from http_api.pages.entry_forms import (
    MISSING_MEANS,
    EntryForm,
    Mistyped,
    Wrong,
    day_typed,
    figures,
    main_field,
    sending,
    wrong_of,
)
from http_api.pages.entry_offers import entry_address, indicator_address, key_query
from http_api.pages.evidence_taken import files_taken
from http_api.pages.framing import frame_of
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.words import name_of
from http_api.problems import STATUS
from ledger.acts import Answered
from ledger.entering.looking import look_at
from ledger.entering.offered import signers
from ledger.entering.pasted import Row
from ledger.entering.trial import tried
from ledger.indicator.events import Entry
from ledger.indicator.figures import MISSING
from ledger.loading.mapping_file import PREFIX
from ledger.loading.outcomes import RowWarning
from policies.numbers import exact_text, to_text
from policies.refusals import Refusal

NOW = ClocksAsked()
MISTYPED_STATUS = 422
_MOVED = "Somebody else was quicker. What stands here now is shown below: compare, and check again."


class Sitting(NamedTuple):
    """A person at a desk, and what their pages are drawn from."""

    desk: Desk
    reader: Reader
    person: str


class Shown(NamedTuple):
    """A page, and the status it is answered with."""

    text: str
    status: int = 200


def entry_page(at: Sitting, address: Address, asked: CellAsked) -> Shown:
    """The form of a cell, with what stands there already."""
    cell = cell_of(at.desk, address, at.person, asked)
    return _form(at, address, cell, _as_it_stands(at, cell))


def entry_checked(at: Sitting, address: Address, asked: CellAsked, form: EntryForm) -> Shown:
    """What somebody typed as it would be recorded; or the form again, and what is wrong."""
    cell = cell_of(at.desk, address, at.person, asked)
    taken = files_taken(at.desk, address[0], at.person, form.files, form.attachments)
    form.attachments = taken.digests
    if form.step == "change":
        return _form(at, address, cell, form)
    if taken.wrong:
        return _form(at, address, cell, form, wrong=taken.wrong, status=MISTYPED_STATUS)
    held = cell.held
    if form.replaces != (held.name if held else ""):
        return _moved(at, address, cell, form)
    try:
        what = sending(form, cell.definition, cell.key, cell.breakdown)
        at.desk.try_out(address, at.person, what.body, what.build)
    except (Refusal, Mistyped) as error:
        return _again(at, address, cell, form, error)
    return _check(at, address, cell, form)


def entry_sent(
    at: Sitting, address: Address, asked: CellAsked, form: EntryForm
) -> Answered | Shown:
    """What became of a value that was sent; where it was refused, the form with what stands now."""
    body, state = at.desk.agreement(address[0]), at.desk.indicator(address)
    # Whether they may is left to the decision here: it records that somebody tried who may not.
    cell = cell_at(at.desk, body, state, asked)
    try:
        what = sending(form, cell.definition, cell.key, cell.breakdown)
        return at.desk.send(address, at.person, what.body, what.build, form.key)
    except (Refusal, Mistyped) as error:
        cell = cell_of(at.desk, address, at.person, asked)
        held = cell.held
        if form.replaces != (held.name if held else ""):
            return _moved(at, address, cell, form)
        return _again(at, address, cell, form, error)


def entry_frame(
    at: Sitting, address: Address, title: str, indicator: str, path: str, kept: dict[str, str]
) -> Frame:
    """The frame of a page at ``path`` below an indicator's; its title names the indicator too."""
    above = (Crumb(indicator, indicator_address(address)),)
    frame = frame_at_now(at, address[0], f"{title}: {indicator}", path, above, kept)
    last = Crumb(title)
    return msgspec.structs.replace(frame, crumbs=(*frame.crumbs[:-1], last))


def frame_at_now(
    at: Sitting,
    agreement: str,
    title: str,
    path: str,
    above: tuple[Crumb, ...] = (),
    kept: dict[str, str] | None = None,
) -> Frame:
    """The frame of a page that is always of this moment: it has no clocks to be set."""
    answer = at.reader.agreement(agreement, NOW)
    part = path.split("/", 3)[3]
    frame = frame_of(answer, NOW, answer.clocks, title, part, between=above, kept=kept)
    return msgspec.structs.replace(frame, moments=None)


def _as_it_stands(at: Sitting, cell: Cell) -> EntryForm:
    """The form filled with what stands in the cell; an empty one where nothing does."""
    held = cell.held
    if held is None:
        return EntryForm()
    entry = held.entry
    return EntryForm(
        value=_typed(entry.value),
        numerator=_typed(entry.numerator),
        denominator=_typed(entry.denominator),
        confidence_low=_typed(entry.confidence_low),
        confidence_high=_typed(entry.confidence_high),
        missing=entry.missing,
        standing="provisional" if entry.provisional else "final",
        note=at.desk.texts([entry.note]).get(entry.note, "") if entry.note else "",
        replaces=held.name,
        attachments=list(entry.attachments),
    )


def _typed(figure: Decimal | None) -> str:
    return "" if figure is None else to_text(figure)


def _moved(at: Sitting, address: Address, cell: Cell, form: EntryForm) -> Shown:
    """The form again with what was typed, beside what stands there by now."""
    form.replaces = cell.held.name if cell.held else ""
    wrong = ((main_field(cell.definition), _MOVED),)
    return _form(at, address, cell, form, wrong=wrong, status=STATUS["conflict"])


def _again(
    at: Sitting, address: Address, cell: Cell, form: EntryForm, error: Refusal | Mistyped
) -> Shown:
    """The form again with what was typed, and what is wrong with it."""
    status = STATUS[error.code] if isinstance(error, Refusal) else MISTYPED_STATUS
    wrong = wrong_of(error, main_field(cell.definition))
    return _form(at, address, cell, form, wrong=wrong, status=status)


def _form(
    at: Sitting,
    address: Address,
    cell: Cell,
    form: EntryForm,
    *,
    wrong: Wrong = (),
    status: int = 200,
) -> Shown:
    held = cell.held
    title = "Enter a value" if held is None else "Correct a value"
    shown = _around(at, address, cell, title)
    chosen = periods(cell.body, cell.state, cell.today)
    choices = chosen if cell.period in chosen else (cell.period, *chosen)
    page = render(
        "entry.html",
        **shown,
        form=form,
        wrong=wrong,
        before=before(cell),
        choices=choices,
        kept=at.desk.attachments(address[0], form.attachments),
        missing_means=MISSING_MEANS,
    )
    return Shown(page, status)


def _check(at: Sitting, address: Address, cell: Cell, form: EntryForm) -> Shown:
    held, entry = cell.held, entry_of(cell, form)
    trial = tried(cell.state, cell.body, entry, cell.today)
    title = "Check the value" if held is None else "Check the correction"
    form.key = at.desk.new_key()
    next_ones = _who_signs(at, cell)
    page = render(
        "entry_check.html",
        **_around(at, address, cell, title),
        form=form,
        entry=entry,
        available=day_typed(form.data_available_on),
        said=told(entry, cell.definition),
        exact="" if trial.exact is None else exact_text(trial.exact),
        trial=trial,
        warnings=_warnings(cell, form),
        signers=next_ones,
        kept=at.desk.attachments(address[0], form.attachments),
        missing_means=MISSING_MEANS,
    )
    return Shown(page)


def entry_of(cell: Cell, form: EntryForm) -> Entry:
    """The entry that a form which was taken makes, without its note."""
    found = figures(form, cell.definition)
    return Entry(
        period=cell.key.period,
        area=cell.key.area,
        breakdown=cell.breakdown,
        value=found.get("value"),
        numerator=found.get("numerator"),
        denominator=found.get("denominator"),
        confidence_low=found.get("confidence_low"),
        confidence_high=found.get("confidence_high"),
        missing=MISSING[form.missing].value if form.missing else "",
        provisional=form.standing == "provisional",
    )


def _warnings(cell: Cell, form: EntryForm) -> tuple[RowWarning, ...]:
    """What speaks against the figure, as of a row of a file; of a part, in its own series."""
    if form.missing:
        return ()
    fields = {
        "indicator": cell.state.code,
        "area": cell.key.area,
        "period": cell.key.period,
        "standing": form.standing,
        **{field: to_text(figure) for field, figure in figures(form, cell.definition).items()},
        **{f"{PREFIX}{dimension}": code for dimension, code in cell.breakdown.items()},
    }
    folds = {cell.state.code: cell.state}
    looked = look_at([Row(1, (), fields)], cell.body, lambda _: folds, cell.today)
    return looked.rows[0].outcome.warnings


def _who_signs(at: Sitting, cell: Cell) -> tuple[str, ...]:
    """Who may sign it off once it is sent by this person, by name."""
    givers = {at.person, cell.held.submitted_by if cell.held else at.person}
    people = signers(cell.body, cell.state, cell.today, but=givers)
    names = at.desk.names(people)
    return tuple(name_of(person, names) for person in people)


def _around(at: Sitting, address: Address, cell: Cell, title: str) -> dict[str, Any]:
    """What the form and the check show alike."""
    held = cell.held
    texts = at.desk.texts([held.entry.note]) if held and held.entry.note else {}
    names = at.desk.names(people_of(held))
    path, kept = f"{indicator_address(address)}/entry", key_query(cell.key)
    return {
        "frame": entry_frame(at, address, title, cell.definition.title, path, kept),
        "title": title,
        "cell": cell,
        "definition": cell.definition,
        "action": entry_address(address, cell.key),
        "target": target(cell),
        "present": present(cell, names, texts),
        "main": main_field(cell.definition),
    }
