"""The page of reward: stretch targets, and what each version of the rules pays on them."""

import msgspec

from http_api.pages.framing import frame_of
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import render
from http_api.pages.words import figure, limit, number, reached
from projections.rewards import RewardRow, Rewards, RewardsUnder


class Stretch(msgspec.Struct, frozen=True):
    """A stretch target, and its row under every version of the rules, in their order."""

    row: RewardRow
    under: tuple[RewardRow, ...]


def rewards_page(reader: Reader, asked: ClocksAsked, code: str) -> str:
    """Every stretch target beside what is paid on it; totals, and the working of each sum."""
    answer = reader.rewards(code, asked)
    agreement = reader.agreement(code, asked)
    return render(
        "rewards.html",
        frame_of(agreement, asked, answer.clocks, "Reward", "rewards"),
        agreement=agreement,
        policies=answer.policies,
        columns=[f"Paid under version {one.policy.version}" for one in answer.policies],
        stretches=stretches_of(answer),
        settings_of=settings_of,
        reached=reached,
    )


def stretches_of(answer: Rewards) -> list[Stretch]:
    """The stretch targets in the order of the answer; each is there under every version."""
    columns = [policy.rows for policy in answer.policies]
    return [Stretch(rows[0], rows) for rows in zip(*columns, strict=True)]


def settings_of(under: RewardsUnder) -> list[tuple[str, str]]:
    """The settings of a version in words."""
    settings = under.policy.settings
    told = [
        ("Pot", figure(str(settings["pot"]), "£")),
        ("Paid from", f"{limit(settings['threshold'])} of the stretch"),
        ("Paid up to", limit(settings["cap"])),
        ("Paid of what is earned", limit(settings["share_paid"])),
        ("On account at an interim level", limit(settings["on_account"])),
    ]
    weights = settings["weights"]
    if weights:
        told.append(("Weights", ", ".join(f"{code} {number(w)}" for code, w in weights.items())))
    return told
