"""A deployed policy: its contracts, ready to be called."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails import artifacts
from guardrails.chain import Address, Chain, Contract
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.facts import Reader
from guardrails.deploy.interface import HUB, guarded_interface, hub_interface
from guardrails.deploy.parts import Part
from guardrails.deploy.record import Record
from guardrails.policy import Policy


@dataclass(frozen=True)
class Guarded:
    """`guard` is the contract that decides, with every function of the controls: the protocol, or the hub.

    `protocol` is what users call: the same contract when embedded, the first member in hub mode (the hub
    itself where it has none). `contracts` holds all by key, `members` those that users call.
    """

    policy: Policy
    chain: Chain
    guard: Contract
    protocol: Contract
    contracts: dict[str, Contract]
    record: Record
    members: tuple[str, ...]

    @property
    def address(self) -> Address:
        """Of the contract that users call."""
        return self.protocol.address

    @property
    def reader(self) -> Reader:
        return Reader(self.chain, self.guard, {k: c.address for k, c in self.contracts.items()})

    @classmethod
    def of(cls, plan: Blueprint, chain: Chain, record: Record) -> Guarded:
        """The contracts of a record, each with the ABI that is known of it."""
        contracts = {key: contract_at(plan, key, chain, at) for key, at in record.contracts.items()}
        guard = contracts[plan.guard]
        members = tuple(ref.key for ref in plan.members) or (plan.guard,)
        return cls(plan.policy, chain, guard, contracts[members[0]], contracts, record, members)


def contract_at(plan: Blueprint, key: str, chain: Chain, address: Address) -> Contract:
    """A part of the deployment at its address."""
    if key == plan.guard:
        interface = hub_interface() if key == HUB else guarded_interface(plan.part(key).artifact)
        return Contract(chain, address, interface)
    part = next((part for part in plan.parts if part.key == key), None)
    return Contract(chain, address, (part.artifact if part and part.artifact else _shipped(key, part)).abi)


def _shipped(key: str, part: Part | None) -> artifacts.Artifact:
    """The controls have artefacts of their names; a member that stood already is known as a host only."""
    return artifacts.load(key if part is None or part.address is None else HUB)
