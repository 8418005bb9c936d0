"""Incident attestation: who reports, how many must agree, and what that may raise and hold.

Names and units are those of `contracts/response/Attestation.sol`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, Self

from pydantic import Field, model_validator

from guardrails.policy.breakers import BreakerLevel, BreakerRole, check_length, check_level
from guardrails.policy.caps import whole_bps
from guardrails.policy.delays import at_most
from guardrails.policy.fields import Holder, Money, Percent, Seconds, Strict
from guardrails.policy.operations import Level
from guardrails.policy.problems import Findings, did_you_mean
from guardrails.policy.units import format_duration

if TYPE_CHECKING:
    from guardrails.policy.model import Policy

MIN_QUORUM: Final = 2
MAX_REPORTERS: Final = 255
MAX_VALIDITY: Final = 30 * 86_400
MIN_CHALLENGE: Final = 86_400
MAX_CHALLENGE: Final = 30 * 86_400
_BOND_BITS: Final = 192
_ZERO: Final = "0x" + "0" * 40


class EncodedBounds(NamedTuple):
    """The contract's struct, in its order: a level and seconds."""

    max_level: int
    max_duration: int
    max_hold: int
    validity: int


class EncodedBonds(NamedTuple):
    """The contract's struct, in its order: smallest units, 1/10,000, seconds."""

    token: str
    minimum: int
    max_slash: int
    slashed_to: str
    challenge_period: int


class Bonds(Strict):
    """What each reporter has at stake; without a bond his report does not count."""

    minimum: Annotated[Money, Field(description="Of an asset of the policy, e.g. 10_000 USDC.")]
    max_slash: Annotated[Percent, Field(description="Most of a bond that one false incident costs.")]
    slashed_to: Annotated[Holder, Field(description="Who gets what is slashed.")]
    challenge_period: Annotated[
        Seconds, Field(description="Between a rejection and a slash; from 24h to 30d.")
    ]

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("bonds")
        if self.minimum.number == 0:
            found.add(("minimum",), "a bond of 0 is none", "write an amount, or remove `bonds`")
        whole_bps(found, ("max_slash",), self.max_slash)
        if not MIN_CHALLENGE <= self.challenge_period <= MAX_CHALLENGE:
            what = f"{format_duration(self.challenge_period)} is outside what the contracts accept"
            found.add(("challenge_period",), what, "write from 24h to 30d")
        found.settle()
        return self


class Attestation(Strict):
    """A quorum of named reporters signs an incident: it raises the level and holds claims, within bounds."""

    reporters: Annotated[
        tuple[Holder, ...], Field(description="Accounts (aliases or addresses) whose signatures count.")
    ]
    quorum: Annotated[int, Field(description="How many of them have to sign; at least 2.")]
    role: Annotated[
        BreakerRole, Field(description="The role that the contract holds, with its bounds and its budget.")
    ] = "guardian"
    max_level: Annotated[
        BreakerLevel, Field(description="The highest level that an incident raises; `normal`: none.")
    ]
    max_duration: Annotated[Seconds, Field(description="The longest that it raises it.")]
    max_hold: Annotated[Seconds, Field(description="The longest that it holds claims.")]
    validity: Annotated[
        Seconds, Field(description="A report that misses the quorum is void after this; at most 30d.")
    ]
    bonds: Bonds | None = None

    @property
    def level(self) -> Level:
        """The highest level as the chain numbers it."""
        return Level[self.max_level.upper()]

    def bounds(self) -> EncodedBounds:
        """What an incident may at most."""
        return EncodedBounds(int(self.level), self.max_duration, self.max_hold, self.validity)

    def stake(self, policy: Policy) -> EncodedBonds:
        """The bonds as the chain stores them; zero without."""
        bonds = self.bonds
        if bonds is None:
            return EncodedBonds(_ZERO, 0, 0, _ZERO, 0)
        asset = policy.asset(bonds.minimum.unit)
        slash, to = int(bonds.max_slash * 10_000), policy.account(bonds.slashed_to)
        return EncodedBonds(asset.address, asset.units(bonds.minimum), slash, to, bonds.challenge_period)

    def addresses(self, policy: Policy) -> tuple[str, ...]:
        """The reporters' addresses (or `ape:<alias>`)."""
        return tuple(policy.account(reporter) for reporter in self.reporters)

    def canonical(self, policy: Policy) -> list[Any]:
        """What decides the deployed contract."""
        who = sorted(self.addresses(policy))
        return [who, self.quorum, self.role, self.bounds(), self.stake(policy)]

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("attestation")
        if self.quorum < MIN_QUORUM:
            found.add(("quorum",), "one reporter alone is no quorum", "write at least 2")
        elif self.quorum > len(self.reporters):
            what = f"{self.quorum} of {len(self.reporters)} reporters never agree"
            found.add(("quorum",), what, "name more reporters, or write a lower quorum")
        if len(self.reporters) > MAX_REPORTERS:
            found.add(("reporters",), f"more than {MAX_REPORTERS} reporters", "name fewer")
        if self.level is Level.NORMAL and not self.max_hold:
            found.add(("max_level",), "an incident would do nothing", "state a level, or `max_hold`")
        if (self.level is Level.NORMAL) != (self.max_duration == 0):
            what = "a level and its duration belong together"
            found.add(("max_duration",), what, "write e.g. 12h; with max_level: normal write 0s")
        if not 0 < self.validity <= MAX_VALIDITY:
            what = f"{format_duration(self.validity)} is outside what the contracts accept"
            found.add(("validity",), what, "write from 1s to 30d, e.g. 24h")
        found.settle()
        return self


def check_attestation(policy: Policy, found: Findings) -> None:
    """Adds what is wrong with the attestation beside the rest of the policy."""
    one = policy.attestation
    if one is None:
        return
    loc = ("attestation",)
    seen: set[str] = set()
    for i, address in enumerate(one.addresses(policy)):
        if address in seen:
            found.add((*loc, "reporters", i), f"{address} stands twice", "name each reporter once")
        seen.add(address)
    check_level(policy, one.role, (*loc, "max_level"), one.level, found)
    check_length(policy, one.role, (*loc, "max_duration"), one.max_duration, found)
    at_most(found, (*loc, "max_hold"), one.max_hold, policy.settlement.max_hold)
    if one.bonds is not None:
        unit, symbols = one.bonds.minimum.unit, [asset.symbol for asset in policy.assets]
        where = (*loc, "bonds", "minimum")
        if unit not in symbols:
            found.add(where, f"`{unit}` is not an asset", did_you_mean(unit, symbols))
        else:
            units = one.bonds.minimum.number * 10 ** policy.asset(unit).decimals
            if units.denominator != 1 or units >= 1 << _BOND_BITS:
                found.add(where, f"{one.bonds.minimum} does not fit the chain's number", "write fewer digits")
