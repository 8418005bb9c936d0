"""The properties hold of every form that a guarded vault takes: none of their ghosts cries wolf."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from guardrails.fuzz import GuardedMachine, PolicyTarget, Step, precondition, rule
from guardrails.fuzz.machine.choice import Steps, of_lab
from guardrails.fuzz.machine.machine import executed
from guardrails.fuzz.machine.people import announce, drain
from guardrails.policy import Policy, loads

TEXT = (Path(__file__).resolve().parents[2] / "examples/vault/guardrails.yaml").read_text()
EMBEDDED = """  artifact: GuardedVault
  constructor: {asset: USDC, name: Guarded USDC, symbol: gUSDC}
mode: embedded  # embedded: the protocol inherits the guards. hub: several contracts share them.
"""
HUB = """mode: hub
members: [{artifact: HubVault, constructor: {asset: USDC, name: Guarded USDC, symbol: gUSDC}}]
"""
LIMIT = "limit: 1_000_000 USDC      # REPLACE: what may leave in one window"
BUDGET = "shared_budget: {limit: 800_000 USD, window: 12h, assets: {USDC: 1.01 USD}}\nsettlement: {"
VARIANTS = {
    "hub": (EMBEDDED, HUB),
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
