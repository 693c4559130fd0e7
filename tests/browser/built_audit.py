"""What an auditor finds on the built board: the events of one of its indicators, roles, rules."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from browser.indicators import HOME
from browser.judged import CODE, HEAD, NOW, clocks, find, recorded

from http_api.pages.reader import ClocksAsked
from ledger.proofs.logs import Log
from projections.answers import History, HistoryEvent
from projections.audit_answers import (
    ActorCount,
    Actors,
    AuditOverview,
    EventStored,
    FieldChanged,
    RoleSpan,
    RoleSpans,
    RuleChange,
    RuleChanges,
    TextBehind,
)
from projections.reading.kinds import topics_of
from projections.reading.search import EventsAsked

ACTORS = ("operator", "p-entry", "p-erased", "p-lead", "p-signer")
LOAD = "00000000-0000-0000-0000-000000000005"


def events() -> list[HistoryEvent]:
    """The events of an indicator, then one of the agreement and one of a load."""
    found = recorded(find("absence"))
    others: tuple[tuple[str, dict[str, Any], str | None], ...] = (
        ("role-assigned", {"person": "p-lead", "role": "lead-officer", "scope": "absence"}, None),
        ("load-refused", {"file": "a.csv", "code": "bad-file"}, LOAD),
        ("load-withdrawn", {"withdrawn": 1, "restored": 2, "kept": 0}, LOAD),
    )
    return found + [
        HistoryEvent(
            position=300 + place,
            recorded_at=NOW,
            actor="operator",
            type=kind,
            agreement=CODE,
            indicator=None,
            load=load,
            data=data,
        )
        for place, (kind, data, load) in enumerate(others)
    ]


class BuiltAudit:
    """The auditor's questions, answered over the built board."""

    def overview(self, agreement: str, asked: ClocksAsked) -> AuditOverview:
        """Some of everything."""
        return AuditOverview(
            clocks=clocks(asked),
            events=HEAD,
            kinds={"values-submitted": 1700, "action-refused": 1, "targets-set": 41},
            actors=tuple(ActorCount(actor=actor, events=348) for actor in ACTORS),
        )

    def losses(self, asked: ClocksAsked) -> list[Log]:
        """Once."""
        at = NOW - timedelta(days=30)
        return [
            Log(
                number=2,
                id=UUID(int=2),
                begun_at=at,
                because="events-lost",
                agreed=9,
                signed=351,
                head=12,
            )
        ]

    def actors(self, agreement: str, asked: ClocksAsked) -> Actors:
        """Everybody."""
        return Actors(clocks=clocks(asked), actors=ACTORS)

    def search(self, agreement: str, asked: ClocksAsked, wanted: EventsAsked) -> History:
        """Those that fit, the latest first."""
        found = [
            event
            for event in reversed(events())
            if wanted.actor in ("", event.actor)
            and wanted.indicator in ("", event.indicator)
            and event.type in topics_of(wanted.kinds)
        ]
        return History(clocks=clocks(asked), events=tuple(found), next="200")

    def event(self, agreement: str, position: int, asked: ClocksAsked) -> EventStored:
        """One of them."""
        (event,) = (each for each in events() if each.position == position)
        stored = msgspec.json.encode(event.data)
        reason = event.data.get("reason")
        return EventStored(
            clocks=clocks(asked),
            event=event,
            stored=stored.decode(),
            sha256=sha256(stored).hexdigest(),
            stream="0f5c2a2e-0000-5000-8000-000000000000",
            version=4,
            before=position - 1,
            after=None,
            first_position=position,
            last_position=position + 2,
            command="correct",
            correlation="0f5c2a2e-0000-4000-8000-000000000000",
            texts=(TextBehind(digest=reason, text=None),) if reason else (),
        )

    def roles(self, agreement: str, asked: ClocksAsked) -> RoleSpans:
        """One that ended and one that is held."""
        given: dict[str, Any] = {"since": NOW, "since_position": 300, "given_by": "operator"}
        ended: dict[str, Any] = {"until": NOW, "until_position": 301, "ended_by": "operator"}
        held: dict[str, Any] = {"until": None, "until_position": None, "ended_by": None}
        return RoleSpans(
            clocks=clocks(asked),
            roles=(
                RoleSpan(person="p-lead", role="lead-officer", scope="absence", **given, **ended),
                RoleSpan(person="p-entry", role="entry-officer", scope=CODE, **given, **held),
            ),
        )

    def rules(
        self, agreement: str, asked: ClocksAsked, *, indicator: str, after: int | None, limit: int
    ) -> RuleChanges:
        """A policy replaced, and a target set."""
        by: dict[str, Any] = {"recorded_at": NOW, "actor": "p-lead"}
        return RuleChanges(
            clocks=clocks(asked),
            rules=(
                RuleChange(
                    position=400,
                    type="rag-policy-adopted",
                    indicator=None,
                    about="2",
                    changes=(FieldChanged(field="amber_margin", before="0.05", after="0.10"),),
                    **by,
                ),
                RuleChange(
                    position=201,
                    type="targets-set",
                    indicator="absence",
                    about="absence",
                    changes=(
                        FieldChanged(
                            field="level", area=HOME, period="FY2025", before=None, after="9.5"
                        ),
                    ),
                    **by,
                ),
            ),
            next="201",
        )
