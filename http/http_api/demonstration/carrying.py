"""Carrying out the steps of the demonstration's story by the ordinary commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from http_api import clock
from http_api.api.bodies import TextKeeper
from http_api.demonstration.acting import changes_of, commands_of
from http_api.demonstration.script import AGREEMENT, FOLDER, STATEMENT, set_up_of
from http_api.demonstration.steps import (
    Amend,
    Apply,
    Correct,
    Load,
    Propose,
    Publish,
    Rehearse,
    Respond,
    Seal,
    SignOff,
    Step,
    Withdraw,
)
from http_api.rehearsals import rehearse_on
from ledger.acts import Act, refusal_of
from ledger.amending.acting import handle, propose
from ledger.amending.sealing import seal
from ledger.engine import Connection, Text
from ledger.indicator.commands import Command
from ledger.loading.now import load_now
from ledger.loading.receiving import FileOffered
from ledger.loading.working import Workshop
from ledger.publishing import publish
from ledger.record import Record
from ledger.setting_up.applying import apply_set_up
from projections.catch_up import catch_up
from projections.reading.clocks import ResolvedClocks, resolve

TEXTS = ("action", "cause", "reason", "note")  # fields of commands that are people's own words
S = TypeVar("S", bound=msgspec.Struct)


def told(step: Step) -> str:
    """What happens at a step, for whoever watches."""
    return f"{step.at:%-d %B %Y}: {_TOLD[type(step)].format(step)}".replace("data/", "")


_TOLD: dict[type[Step], str] = {
    Apply: "the agreement is set up",
    Load: "loading {0.file}",
    SignOff: "{0.actor} signs off {0.block}",
    Withdraw: "{0.indicator} loses years that were withdrawn",
    Correct: "{0.indicator} {0.period} is corrected",
    Respond: "{0.actor} answers for {0.indicator}",
    Seal: "the agreement is sealed",
    Publish: "published: {0.title}",
    Propose: "proposed: {0.title}",
    Rehearse: "amendment {0.number} is rehearsed on all history",
    Amend: "{0.actor} acts on amendment {0.number}",
}


class Teller:
    """Tells the story to a ledger, step by step. Owned by whoever prepares a demonstration."""

    def __init__(self, record: Record, url: str) -> None:
        self._record = record
        self._url = url

    def carry_out(self, step: Step) -> None:
        """Do what the step says. A refusal means that the story is wrong, and is raised."""
        match step:
            case Apply():
                self._apply(step)
            case Load():
                self._load(step)
            case SignOff() | Withdraw() | Correct():
                self._act_on_figures(step)
            case Respond():
                command, texts = _kept(step.command)
                self._yes(step.indicator, command, _act(step, *texts))
            case Seal():
                seal(self._record, AGREEMENT, step.minute_reference, _act(step))
            case Publish():
                publish(self._record, AGREEMENT, step.title, _act(step))
            case _:
                self._amend(step)

    def _amend(self, step: Step) -> None:
        """The steps of change control."""
        match step:
            case Propose():
                keeper = TextKeeper(clock.nonce)
                reason = keeper.keep(step.reason)
                propose(
                    self._record,
                    AGREEMENT,
                    _act(step, *keeper.texts),
                    title=step.title,
                    reason=reason,
                    changes=changes_of(step),
                )
            case Rehearse():
                rehearse_on(
                    self._record, AGREEMENT, step.number, _act(step), lambda _: self._known(step)
                )
            case Amend():
                command, texts = _kept(step.command)
                handle(self._record, AGREEMENT, step.number, command, _act(step, *texts))
            case _:
                raise TypeError(f"the story has a step of no known kind: {step!r}")

    @contextmanager
    def _known(self, step: Step) -> Iterator[tuple[Connection, ResolvedClocks]]:
        """All that is recorded, as known at the time of a step."""
        catch_up(self._url)
        with self._record.pool.connection() as connection:
            yield connection, resolve(connection, "now", "now", step.at)

    def _apply(self, step: Apply) -> None:
        apply_set_up(
            self._record,
            set_up_of(step),
            lambda name: (FOLDER / step.instead.get(name, name)).read_text("utf-8"),
            _act(step),
            demonstration=STATEMENT,
        )

    def _load(self, step: Load) -> None:
        path = FOLDER / step.file
        file = FileOffered(
            pieces=[path.read_bytes()],
            name=path.name,
            mapping=(FOLDER / "mapping.toml").read_text("utf-8"),
            released_on=step.released_on,
        )
        act = _act(step)
        shop = Workshop(self._record, lambda _: act, clock.nonce, lambda _: None)
        load_now(shop, AGREEMENT, file, act, clock.new_id())

    def _act_on_figures(self, step: SignOff | Withdraw | Correct) -> None:
        """What people do with the figures that hold at that moment."""
        agreement = self._record.fresh_agreement(AGREEMENT)
        folds = self._record.indicators(AGREEMENT, agreement.placements)
        texts = () if isinstance(step, SignOff) else (_text(step.reason),)
        reason = texts[0].digest.hex() if texts else ""
        for code, command in commands_of(step, agreement, folds, reason):
            self._yes(code, command, _act(step, *texts))

    def _yes(self, indicator: str, command: Command, act: Act) -> None:
        """The story's people do what they may."""
        self._record.refresh(AGREEMENT, indicator)
        refusal = refusal_of(self._record.handle(AGREEMENT, indicator, command, act).told)
        if refusal is not None:
            raise refusal


def _act(step: Step, *texts: Text) -> Act:
    return Act(
        actor=step.actor,
        at=step.at,
        correlation_id=clock.new_id(),
        texts=texts,
        simulated=True,
    )


def _text(text: str) -> Text:
    nonce = clock.nonce()
    return Text(sha256(nonce + text.encode()).digest(), nonce, text)


def _kept(command: S) -> tuple[S, list[Text]]:
    """A command with the digests of its texts in their places, and the texts."""
    keeper = TextKeeper(clock.nonce)
    return _digested(command, keeper.keep), keeper.texts


def _digested(command: S, keep: Callable[[str], str]) -> S:
    changed: dict[str, Any] = {}
    for name in command.__struct_fields__:
        value = getattr(command, name)
        if name in TEXTS:
            changed[name] = keep(value)
        elif name == "steps":
            changed[name] = tuple(_digested(one, keep) for one in value)
    return msgspec.structs.replace(command, **changed)
