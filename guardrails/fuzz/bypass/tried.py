"""What the dynamic half tried and found, and whether it happens again elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from guardrails.chain import Chain
from guardrails.fuzz.bypass.ledger import Leak, Ledger
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.step import Step
from guardrails.fuzz.target import Target, built
from guardrails.fuzz.world import World


@dataclass(frozen=True, slots=True)
class Bypass:
    """A finding, with its function and its state. `owner`: only whoever owns the contract can do it.
    `leaves`: an asset leaves, or may; else one comes in through what is closed."""

    finding: Finding
    function: str
    state: str
    owner: bool
    leaves: bool

    def to_json(self) -> dict[str, Any]:
        found = {"function": self.function, "state": self.state, "owner": self.owner, "leaves": self.leaves}
        return found | self.finding.to_json()


@dataclass(slots=True)
class Tried:
    """What was tried, and what came of it."""

    guarded: bool
    bypasses: list[Bypass] = field(default_factory=list)
    calls: int = 0
    succeeded: int = 0
    states: dict[str, int] = field(default_factory=dict)
    never: list[str] = field(default_factory=list)
    never_of_guards: list[str] = field(default_factory=list)
    governed: list[str] = field(default_factory=list)
    hidden: dict[str, list[str]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "guarded": self.guarded,
            "bypasses": [one.to_json() for one in self.bypasses],
            "calls": self.calls,
            "succeeded": self.succeeded,
            "states": self.states,
            "never_succeeded": self.never,
            "never_succeeded_of_the_guards": self.never_of_guards,
            "governance_is_trusted_with": self.governed,
            "not_in_the_abi": self.hidden,
            "states_not_reached": self.skipped,
        }


def last_leak(world: World, steps: Iterable[Step]) -> Leak | None:
    """What the last of the steps lets out: how a finding is confirmed in a world just built."""
    ledger, leak = Ledger(world), None
    for step in steps:
        leak = ledger.leak(world, world.do(step))
    return leak


def unconfirmed(target: Target, chain: Chain, tried: Tried) -> list[str]:
    """Functions whose findings do not happen on another chain: the lab's fault, not the protocol's."""
    if not tried.bypasses:
        return []
    world = built(target, chain)
    base, wrong = world.snapshot(), []
    for one in tried.bypasses:
        world.revert(base)
        if last_leak(world, one.finding.sequence.steps) is None:
            wrong.append(one.function)
    return wrong
