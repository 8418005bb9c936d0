"""How long claims wait, how long each loosening is announced, how long a deposit stays."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from guardrails.policy.fields import Seconds, Strict
from guardrails.policy.problems import Findings, Location, did_you_mean
from guardrails.policy.units import UnitError, format_duration

DAY: Final = 86_400
MAX_DELAY: Final = 365 * DAY
MAX_SETTLEMENT_DELAY: Final = 30 * DAY
MAX_HOLD: Final = 90 * DAY
MAX_DEPOSIT_AGE: Final = 30 * DAY
MAX_LIQUIDATION_GRACE: Final = DAY

GOVERNANCE_FUNCTIONS: Final = (
    "abdicate",
    "cancel",
    "liftCut",
    "lowerLevel",
    "release",
    "resetOracle",
    "setCap",
    "setCapCorridor",
    "setCapSource",
    "setDelay",
    "setExpiry",
    "setGovernance",
    "setHolder",
    "setLevelRules",
    "setLimit",
    "setLiquidationGrace",
    "setMinDepositAge",
    "setOracle",
    "setRankLimits",
    "setRelativeLimit",
    "setResumeGate",
    "setRiskSteward",
    "setSequencerFeed",
    "setSettlement",
    "setShadow",
    "setUnitRate",
    "tightenOracle",
    "unblockAccount",
    "unblockSelector",
    "unlock",
    "unpause",
)
"""What governance can loosen by, and so what a delay can be set for."""

HUB_FUNCTIONS: Final = ("setBaseSource", "setMember")
"""The same, where a hub is shared: an embedded protocol does not have them."""

_DELAYED: Final = tuple(sorted((*GOVERNANCE_FUNCTIONS, *HUB_FUNCTIONS)))


def _governance_function(value: object) -> str:
    name = str(value)
    if name not in _DELAYED:
        raise UnitError(f"`{name}` is not a function with a delay", did_you_mean(name, _DELAYED))
    return name


GovernanceFunction = Annotated[str, BeforeValidator(_governance_function)]


def at_most(found: Findings, loc: Location, seconds: int, most: int) -> None:
    """Records a duration that is over what the contracts accept."""
    if seconds > most:
        what = f"{format_duration(seconds)} is over the {format_duration(most)} that the contracts accept"
        found.add(loc, what, f"write at most {format_duration(most)}")


class Settlement(Strict):
    """What happens to a withdrawal over the limit that waits as a claim."""

    delay: Annotated[Seconds, Field(description="How long a claim waits before anyone can settle it.")]
    max_hold: Annotated[Seconds, Field(description="The longest that a suspect claim can be held.")]

    @model_validator(mode="after")
    def _hold_covers_delay(self) -> Self:
        found = Findings("settlement")
        if self.delay == 0:
            found.add(
                ("delay",), "a delay of 0s settles at once: queued claims would not wait", "write e.g. 24h"
            )
        if self.max_hold < self.delay:
            what = f"max_hold ({format_duration(self.max_hold)}) is shorter than the delay itself"
            found.add(("max_hold",), what, f"write at least {format_duration(self.delay)}")
        at_most(found, ("delay",), self.delay, MAX_SETTLEMENT_DELAY)
        at_most(found, ("max_hold",), self.max_hold, MAX_HOLD)
        found.settle()
        return self


class Override(Strict):
    """How long each loosening is announced before it can be executed."""

    default_delay: Annotated[Seconds, Field(description="Delay of every governance call without its own.")]
    expiry: Annotated[Seconds, Field(description="How long a ripe call stays executable.")]
    delays: Annotated[
        dict[GovernanceFunction, Seconds],
        Field(
            default_factory=dict,
            description="Delays of single functions, by name; 0s may be called directly. "
            "`setMember` and `setBaseSource` in hub mode only.",
            json_schema_extra={"propertyNames": {"enum": list(_DELAYED)}},
        ),
    ]

    @model_validator(mode="after")
    def _expires(self) -> Self:
        found = Findings("override")
        if self.expiry == 0:
            found.add(("expiry",), "a call that expires at once can never be executed", "write e.g. 14d")
        at_most(found, ("default_delay",), self.default_delay, MAX_DELAY)
        for name, delay in self.delays.items():
            at_most(found, ("delays", name), delay, MAX_DELAY)
        found.settle()
        return self


class Lock(Strict):
    """Collateral that has to stay."""

    min_deposit_age: Annotated[
        Seconds, Field(description="How old a deposit must be before it can leave.")
    ] = 0

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        found = Findings("lock")
        at_most(found, ("min_deposit_age",), self.min_deposit_age, MAX_DEPOSIT_AGE)
        found.settle()
        return self
