"""A guarded vault with a hole beside it, so that a campaign has something to find."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from guardrails.fuzz import Invariant, Outcome, PolicyTarget, Step, World
from guardrails.fuzz.target import UNLIMITED


class NoRefusal(Invariant):
    """Nothing that any policy promises: it falls, and in many shapes."""

    name = "NoRefusal"

    def __init__(self) -> None:
        self.refused = 0

    def observe(self, world: World, outcome: Outcome) -> None:
        self.refused += not outcome.ok

    def violation(self, world: World) -> str | None:
        return f"promised <b>no</b> refusal, saw {self.refused}" if self.refused else None


class Sound(PolicyTarget):
    policy_file = "../../../examples/vault/guardrails.yaml"
    actions: ClassVar[tuple[str, ...] | None] = ("protocol.deposit(uint256,address)", "protocol.redeem")


class Leaky(Sound):
    """All that the thief has lies with alice at first, and she lets him take more than that."""

    actions = ("protocol.deposit(uint256,address)", "USDC.transferFrom(address,address,uint256)")

    def setup(self, world: World) -> None:
        super().setup(world)
        world.require(Step("alice", "USDC", "approve(address,uint256)", ("@thief", UNLIMITED)))

    def invariants(self, world: World) -> list[Invariant]:
        return [NoRefusal()]


class NoTaking(Invariant):
    """It falls in one shape alone: for each finding that a campaign keeps, nodes are started."""

    name = "NoTaking"

    def __init__(self) -> None:
        self.taken = False

    def observe(self, world: World, outcome: Outcome) -> None:
        step = outcome.step
        self.taken |= outcome.ok and step.actor == "thief" and step.function.startswith("transferFrom")

    def violation(self, world: World) -> str | None:
        return "promised that the thief takes nothing, and he did" if self.taken else None


class Slips(Leaky):
    """As leaky, with one thing to find."""

    def invariants(self, world: World) -> list[Invariant]:
        return [NoTaking()]

    def profit(self, world: World) -> Fraction:
        return Fraction(0)


class Raises(Sound):
    def invariants(self, world: World) -> list[Invariant]:
        raise ZeroDivisionError("of the target")
