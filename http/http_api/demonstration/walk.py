"""The walk with which the demonstration ends: what was seen, what is known, why, and the proof."""

from collections.abc import Sequence

import msgspec

from http_api.demonstration.script import AGREEMENT

SEEN = "2025-01-31"  # the day of a board meeting, after the first sign-offs


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One stop: what is to be seen there, the page that shows it, and the command that does."""

    title: str
    told: str
    page: str
    command: str


def stops() -> Sequence[Stop]:
    """The six stops, in order."""
    agreement = f"/agreements/{AGREEMENT}"
    figure = f"{agreement}/indicators/FirstYJS"
    return (
        Stop(
            title="What the board saw",
            told="The board page of 31 January 2025, by the rules of that day.",
            page=f"{agreement}?known_at={SEEN}&policy_at={SEEN}",
            command=f"outturn status --agreement {AGREEMENT} --known-at {SEEN} --policy-at {SEEN}",
        ),
        Stop(
            title="What is known now",
            told="The same page with all that came in and was corrected since, by today’s rules.",
            page=agreement,
            command=f"outturn status --agreement {AGREEMENT}",
        ),
        Stop(
            title="Why it differs",
            told="Every figure that differs between the two, and each cause in order: what came in,"
            " what was corrected and why, which rules were adopted.",
            page=f"{agreement}/changes?from={SEEN}",
            command=f"outturn diff --agreement {AGREEMENT} --from {SEEN} --to now",
        ),
        Stop(
            title="What was done about what fell behind",
            told="One indicator through all three stages, and what a late revision by its publisher"
            " made of that.",
            page=f"{agreement}/indicators/ChildPov/escalation",
            command=f"outturn escalations --agreement {AGREEMENT}",
        ),
        Stop(
            title="How the rules moved",
            told="An amendment that was rehearsed on all history, objected to, revised and"
            " approved; its first sentence says what becomes of what was red.",
            page=f"{agreement}/amendments/1",
            command=f"outturn diff --agreement {AGREEMENT} --from now --policy-from {SEEN}",
        ),
        Stop(
            title="That nothing was altered",
            told="The proof of one corrected figure, in four steps. The command checks every event"
            " of the whole record, and every answer made from it.",
            page=f"{figure}/proof?period=CY2022&area=E10000031",
            command="outturn verify",
        ),
    )
