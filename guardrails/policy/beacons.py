"""Beacons: a level raised on one chain raises it on others. Names as in `contracts/response/Beacon.sol`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, Self

from pydantic import Field, model_validator

from guardrails.policy.breakers import BreakerRole, check_length, check_level
from guardrails.policy.delays import at_most
from guardrails.policy.fields import Seconds, Strict, TokenAddress
from guardrails.policy.operations import Level
from guardrails.policy.problems import Findings
from guardrails.policy.roles import LevelName

if TYPE_CHECKING:
    from guardrails.policy.model import Policy

MAX_MAX_AGE: Final = 7 * 86_400
DAY: Final = 86_400
_EVM: Final = b"\x00\x01\x00\x00"
"""Version 1 of ERC-7930, and the EVM among the kinds of chain."""


class EncodedPeer(NamedTuple):
    """The contract's struct, in its order: a level and seconds."""

    gateway: str
    max_level: int
    max_duration: int
    budget: int


class Peer(Strict):
    """A beacon on another chain: it is told of levels raised here, and heard within these bounds."""

    chain_id: Annotated[int, Field(ge=1, description="Of the other chain.")]
    beacon: Annotated[TokenAddress, Field(description="Its beacon, on that chain.")]
    gateway: Annotated[TokenAddress, Field(description="The ERC-7786 gateway on this chain, both ways.")]
    max_level: Annotated[LevelName, Field(description="The highest level that its messages raise here.")]
    max_duration: Annotated[Seconds, Field(description="The longest that one message raises.")]
    budget: Annotated[
        Seconds,
        Field(description="The most that its messages cover, until they covered none for a whole day."),
    ]

    @property
    def level(self) -> Level:
        """The highest level as the chain numbers it."""
        return Level[self.max_level.upper()]

    @property
    def remote(self) -> bytes:
        """Its ERC-7930 interoperable address."""
        chain = self.chain_id.to_bytes((self.chain_id.bit_length() + 7) // 8, "big")
        return _EVM + bytes([len(chain)]) + chain + bytes([20]) + bytes.fromhex(self.beacon[2:])

    def encoded(self) -> EncodedPeer:
        """What its messages may here."""
        return EncodedPeer(self.gateway, int(self.level), self.max_duration, self.budget)

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("peer")
        for name in ("max_duration", "budget"):
            if getattr(self, name) == 0:
                found.add((name,), f"`{name}` of 0s lets no message count", "write e.g. 6h")
        at_most(found, ("max_duration",), self.max_duration, self.budget or self.max_duration)
        found.settle()
        return self


class Beacons(Strict):
    """The beacon of this deployment, and those on other chains that it hears and tells."""

    role: Annotated[
        BreakerRole, Field(description="The role that the beacon holds, with its bounds and its budget.")
    ] = "guardian"
    max_age: Annotated[Seconds, Field(description="An older message is not taken; at most 7d.")]
    peers: Annotated[
        tuple[Peer, ...],
        Field(description="None yet: deploy, then name this one elsewhere (`interoperableAddress`)."),
    ] = ()

    def canonical(self) -> list[Any]:
        """What decides the deployed contract and its peers."""
        peers = sorted((peer.remote.hex(), *peer.encoded()) for peer in self.peers)
        return [self.role, self.max_age, peers]

    @model_validator(mode="after")
    def _valid(self) -> Self:
        found = Findings("beacons")
        if self.max_age == 0:
            found.add(("max_age",), "an age of 0s lets no message count", "write e.g. 1h")
        at_most(found, ("max_age",), self.max_age, MAX_MAX_AGE)
        seen: set[bytes] = set()
        for i, peer in enumerate(self.peers):
            if peer.remote in seen:
                found.add(("peers", i, "beacon"), "this beacon stands twice", "name each once")
            seen.add(peer.remote)
        found.settle()
        return self


def check_beacons(policy: Policy, found: Findings) -> None:
    """Adds what is wrong with the beacons beside the rest of the policy."""
    if policy.beacons is None:
        return
    role = policy.beacons.role
    for i, peer in enumerate(policy.beacons.peers):
        loc = ("beacons", "peers", i)
        if peer.chain_id == policy.chain_id:
            found.add((*loc, "chain_id"), "this is the policy's own chain", "name another chain")
        check_level(policy, role, (*loc, "max_level"), peer.level, found)
        check_length(policy, role, (*loc, "max_duration"), peer.max_duration, found)
    if not policy.beacons.peers:
        check_level(policy, role, ("beacons", "role"), Level.NORMAL, found)
