"""Values of the chain as people read them, in plans and in the list of what differs."""

from __future__ import annotations

from guardrails.chain.types import ZERO_ADDRESS
from guardrails.policy import OverLimit, Rank
from guardrails.policy.operations import Level, names_of


def operations_text(mask: int) -> str:
    return ", ".join(names_of(mask)) or "none"


def rank_text(rank: int) -> str:
    if not rank:
        return "no role"
    return Rank(rank).name.lower() if rank in Rank.__members__.values() else f"rank {rank}"


def mode_text(mode: int) -> str:
    return {
        OverLimit.UNSET: "not configured",
        OverLimit.LIMITED_REVERT: "over the limit: revert",
        OverLimit.LIMITED_QUEUE: "over the limit: queue",
        OverLimit.UNLIMITED: "unlimited",
    }[OverLimit(mode)]


def level_text(level: int) -> str:
    return Level(level).name.lower() if level in Level.__members__.values() else str(level)


def tenths_text(value: int) -> str:
    return f"{value * 10} %"


def percent_text(value: int) -> str:
    return f"{value} %"


def bps_text(value: int) -> str:
    return f"{value / 100:g} %"


def address_text(address: str) -> str:
    return "none" if address == ZERO_ADDRESS else address


def yes_no(value: bool) -> str:
    return "yes" if value else "no"


def on_off(value: bool) -> str:
    return "in shadow mode" if value else "enforcing"
