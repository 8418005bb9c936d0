"""What to do about each refusal of the contracts."""

from __future__ import annotations

from typing import Final

_REMEDIES: Final = {
    "Unauthorised": "Use an account of the required rank; `guardrails verify` shows whether one has lapsed.",
    "BudgetExhausted": "The rank's budget is used up: choose a shorter time, or let governance act.",
    "DurationOutOfBounds": "Choose a time within the rank's bounds; extend it later.",
    "CoolingDown": "Wait until the cooldown ends, or let a higher rank act.",
    "OperationsOutOfBounds": "Name only operations that the rank may close, or let a higher rank act.",
    "LevelOutOfBounds": "Choose a level up to the rank's highest, or let a higher rank act.",
    "NothingToLower": "The level is that low already.",
    "NotLocked": "There is no live lock on this subject.",
    "ClaimNotWaiting": "The claim has ended; `guardrails claims list` shows how.",
    "ClaimNotReady": "Wait until the claim is ready.",
    "NotScheduled": "Nothing of that id waits; `guardrails override list` shows what does.",
    "AlreadyScheduled": "It is announced already; `guardrails override list` shows when it can be executed.",
    "NotYetExecutable": "Wait until its delay has passed.",
    "Expired": "Announce it again with `guardrails override schedule`.",
    "SelectorAbdicated": "This power was given up for ever.",
    "InvalidLimit": "Correct the limit; an asset of the shared budget needs its unit rate first.",
    "OperationClosed": "Claims are paid out again when SETTLE is open.",
}


def remedy_for(reason: str) -> str:
    """The remedy for a decoded revert such as `CoolingDown(until=…)`."""
    return _REMEDIES.get(reason.split("(")[0], "Correct the call, or ask the account that has the power.")
