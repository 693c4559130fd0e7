"""One amendment proposed, rehearsed, objected to, revised and approved; and two of definitions.

The agreement is sealed when its targets are agreed. In the summer a wider margin for amber is
proposed. The rehearsal says in its first line what that does to figures that were red; a partner
objects, and half of it is approved. What people do here is illustrative.
"""

from datetime import date
from decimal import Decimal

from http_api.demonstration.steps import Amend, Propose, Rehearse, Seal, Step, london
from ledger.amendment.commands import Consent, Decide, Object, Revise
from ledger.amendment.events import Changes, PolicyChange
from policies.rag import RagSettings

BOARD = "partnership-board"
LEADS = {"county": "lead.safety", "health": "lead.health", "police": "lead.youth"}


def _margin(amber: str) -> Changes:
    return Changes(
        effective_from="CY2022",
        policies=(
            PolicyChange(
                kind="rag",
                version="2",
                effective_from=date(2022, 1, 1),
                rag=RagSettings(amber_margin=Decimal(amber), exceed_margin=Decimal("0.10")),
            ),
        ),
    )


def _consent(day: str, time: str, number: int, partner: str, by: str = "") -> Amend:
    return Amend(
        at=london(day, time),
        actor=by or LEADS[partner],
        number=number,
        command=Consent(partner=partner),
    )


def _approve(day: str, time: str, number: int, minute: str) -> Amend:
    return Amend(
        at=london(day, time),
        actor="board.member",
        number=number,
        command=Decide(decision="approved", body=BOARD, minute_reference=minute),
    )


_MARGIN: tuple[Step, ...] = (
    Propose(
        at=london("2025-06-02", "10:00"),
        actor="performance.officer",
        title="A wider margin for amber",
        reason="A miss of six in a hundred turns a figure red, and the board has more red figures"
        " before it than it can act on.",
        changes=_margin("0.15"),
    ),
    Rehearse(at=london("2025-06-02", "10:05"), actor="performance.officer", number=1),
    _consent("2025-06-09", "09:30", 1, "police"),
    Amend(
        at=london("2025-06-12", "15:10"),
        actor=LEADS["health"],
        number=1,
        command=Object(
            partner="health",
            reason="By the rehearsal nearly half of all that was red would never have been. A"
            " miss of fifteen in a hundred of what was agreed for children is not amber to us.",
        ),
    ),
    Amend(
        at=london("2025-06-30", "11:00"),
        actor="performance.officer",
        number=1,
        command=Revise(
            changes=_margin("0.10"),
            reason="Ten in a hundred in the place of fifteen, as the health partner can agree to.",
        ),
    ),
    _consent("2025-07-02", "09:30", 1, "police"),
    _consent("2025-07-03", "12:00", 1, "health"),
    _consent("2025-07-04", "10:15", 1, "county"),
    Rehearse(at=london("2025-07-15", "09:00"), actor="performance.officer", number=1),
    _approve("2025-07-16", "14:00", 1, "Board 2025/37"),
)


def _new_series(
    number: int, code: str, effective_from: str, title: str, partner: str, by: str
) -> tuple[Step, ...]:
    """A measure becomes a new series, as its publisher said that it would."""
    return (
        Propose(
            at=london("2026-03-18", f"10:{number}0"),
            actor="performance.officer",
            title=title,
            reason="The publisher begins a new series on 8 April and says that it cannot be"
            " compared with the one before.",
            changes=Changes(effective_from=effective_from),
            redefined=(code,),
        ),
        _consent("2026-03-25", f"09:{number}0", number, partner, by),
        Rehearse(
            at=london("2026-04-07", f"13:{number}0"), actor="performance.officer", number=number
        ),
        _approve("2026-04-07", f"14:{number}0", number, f"Board 2026/{number + 6}"),
    )


CHANGE_CONTROL: tuple[Step, ...] = (
    Seal(
        at=london("2025-01-15", "14:30"),
        actor="board.member",
        minute_reference="Board 2025/04",
    ),
    *_MARGIN,
    *_new_series(
        2,
        "ChildPov",
        "FY2021",
        "Children in low income families, measured anew",
        "county",
        "lead.prosper",
    ),
    *_new_series(
        3,
        "YJS_Caution-Sentence10-17",
        "FY2024",
        "Children cautioned or sentenced, per 10,000",
        "police",
        "lead.youth",
    ),
)
