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
    "CannotBeBlocked": "The protocol, its governance and its members cannot be blocked.",
    "AccountNotBlocked": "There is no live block of this account.",
    "SelectorNotBlocked": "There is no live block of this entry.",
    "NoOperations": "The rank may close nothing that can be entered: let a higher rank act.",
    "CapNotSet": "Without a cap nothing may grow anyway; governance sets one with `guardrails cap set`.",
    "CutNotLower": "A cut lies below the standing cap: choose a lower amount.",
    "CutOutOfBounds": "The rank may not close the operation that this exposure grows by: a higher rank may.",
    "NotCut": "There is no live cut of this cap.",
    "CapOutsideCorridor": "Change the corridor first: `guardrails override schedule setCapCorridor …`.",
    "NotRiskSteward": "Only the risk steward steps a cap; governance uses `guardrails cap set`.",
    "StepTooSoon": "Wait until the interval of the corridor has passed.",
    "StepOutOfBounds": "Choose a cap between the two that it names.",
    "CapNotMovable": "This cap has no corridor, or follows a source.",
    "CutIsLive": "While a cut is live nobody raises the cap; governance lifts it.",
    "NothingToSync": "The cap is where its source wants it, or no time has passed since its last move.",
    "NotTighter": "State values at most as large as now; `override schedule setOracle …` widens.",
    "InvalidOracle": "Age and threshold are over 0, and the threshold over calm and drift.",
    "BlocksMayBeLive": "Wait until the last block has run out; at 0 none is looked for already.",
    "OracleNotConfigured": "The asset has no oracle; governance sets one (`setOracle`).",
    "CheckFails": "Nothing resumes before this check of the resume gate holds.",
    "OperationClosed": "Claims are paid out again when SETTLE is open.",
}


def remedy_for(reason: str) -> str:
    """The remedy for a decoded revert such as `CoolingDown(until=…)`."""
    return _REMEDIES.get(reason.split("(")[0], "Correct the call, or ask the account that has the power.")
