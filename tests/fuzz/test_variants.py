"""The properties hold of every form that a guarded vault takes: none of their ghosts cries wolf."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import GuardedMachine, PolicyTarget, Step, precondition, rule
from guardrails.fuzz.invariants import BoundedLoss, derive
from guardrails.fuzz.machine.choice import Steps, of_lab
from guardrails.fuzz.machine.machine import executed
from guardrails.fuzz.machine.people import announce, drain
from guardrails.fuzz.search.actions import actions_of
from guardrails.policy import Policy, loads

TEXT = (Path(__file__).resolve().parents[2] / "examples/vault/guardrails.yaml").read_text()
EMBEDDED = """  artifact: GuardedVault
  constructor: {asset: USDC, name: Guarded USDC, symbol: gUSDC}
mode: embedded  # embedded: the protocol inherits the guards. hub: several contracts share them.
"""
HUB = """mode: hub
members: [{artifact: HubVault, constructor: {asset: USDC, name: Guarded USDC, symbol: gUSDC}}]
"""
TWO = HUB.replace(
    "members: [", "members: [{artifact: HubVault, constructor: {asset: USDC, name: A, symbol: A}}, "
)
LIMIT = "limit: 1_000_000 USDC      # REPLACE: what may leave in one window"
BUDGET = "shared_budget: {limit: 800_000 USD, window: 12h, assets: {USDC: 1.01 USD}}\nsettlement: {"
VARIANTS = {
    "hub": (EMBEDDED, HUB),
    "hub of two": (EMBEDDED, TWO),
    "exit": ("artifact: GuardedVault", "artifact: ExitVault"),
    "budget": ("settlement: {", BUDGET),
    "relative": (LIMIT, "limit: 10 %\n      base: 30_000_000 USDC\n      base_growth: 50 %"),
    "shadow": ("shadow: []", "shadow: [pause, level, outflow]"),
    "revert": ("over_limit: queue", "over_limit: revert"),
    "unlimited": (
        TEXT[TEXT.index("      limit:") : TEXT.index("# A withdrawal over")],
        "      limit: unlimited\n      window: 24h\n\n",
    ),
}


class Variant(PolicyTarget):
    change: ClassVar[tuple[str, str]]

    def policy(self) -> Policy:
        old, new = self.change
        assert TEXT.count(old) == 1
        return loads(TEXT.replace(old, new))


class Busy(GuardedMachine):
    """Governance does more than it ever will, and what may leave leaves."""

    @rule(weight=100, step=of_lab(announce))
    def more_is_announced(self, step: Step) -> None:
        if self.do(step).ok:
            self.announced.append(step)

    @precondition(lambda self: self.announced)
    @rule(weight=150, step=Steps(executed))
    def more_is_executed(self, step: Step) -> None:
        self.do(step)

    @rule(weight=150, step=of_lab(drain))
    def somebody_drains_it(self, step: Step) -> None:
        self.do(step)


@pytest.mark.guardrails_fuzz(examples=50, steps=50)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_keeps_its_promises(
    name: str, guarded_machine: Callable[[type[GuardedMachine]], int]
) -> None:
    class This(Variant):
        change = VARIANTS[name]

    class Machine(Busy):
        target = This

    assert guarded_machine(Machine) > 1_000


def test_all_members_of_a_hub_are_called_funded_and_watched() -> None:
    """One limit for both: what left the first leaves less for the second, and BoundedLoss counts it."""

    class Two(Variant):
        change = VARIANTS["hub of two"]

    world = Two().build(RevmChain())
    assert world.members == ("protocol", "HubVault 2")
    first, second = (world.contracts[name] for name in world.members)
    assert first.address != second.address
    assert {first.address, second.address} < set(world.protected)
    called = {action.target for action in actions_of(Two(), world)}
    assert called == {*world.members, "USDC"}
    assert second.call("totalAssets") * 2 == first.call("totalAssets")
    usdc, guard = world.addresses["USDC"], world.contracts["guard"]
    available = int(guard.call("available", usdc))
    (loss,) = [one for one in derive(world) if isinstance(one, BoundedLoss)]
    world.invariants = [loss]
    for name in world.members:
        world.require(Step("alice", name, "withdraw", (available // 2, "@alice", "@alice")))
    assert guard.call("available", usdc) < available // 1_000  # what two seconds refill
    bucket = loss.buckets[usdc][0]
    assert bucket.level > available * bucket.window * 999 // 1_000
