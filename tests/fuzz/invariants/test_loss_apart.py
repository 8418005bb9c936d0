"""What BoundedLoss and NoBypass count beside a plain asset: the shared budget; and what they leave out."""

from __future__ import annotations

from typing import Any

import pytest

from guardrails.fuzz.invariants import BoundedLoss, NoBypass
from guardrails.fuzz.invariants.words import SHARED_BUDGET

LIMIT = 10**12
MOST = LIMIT * 3 // 2


def test_the_shared_budget_counts_every_asset(lab: Any) -> None:
    budget = (
        "settlement: {delay",
        "shared_budget: {limit: 500_000 USD, window: 24h, assets: {USDC: 1 USD}}\nsettlement: {delay",
    )
    world = lab.vault(budget)
    assert int(world.contracts["guard"].call("outflowWord", SHARED_BUDGET)) != 0
    ghost = BoundedLoss(world)
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", LIMIT // 2)))
    assert ghost.violation(world) is None
    ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", 1)))
    assert "the shared budget" in str(ghost.violation(world))
    # an asset that no longer draws on it is bound by its own limit alone
    apart, usdc = BoundedLoss(world), world.address("USDC")
    word = int(world.contracts["guard"].call("outflowWord", usdc)) & ~((1 << 151) - 1) & ~(1 << 255)
    freed = lab.guard_log(world, "LimitSet", asset=usdc, previous=0, word=word)
    apart.observe(world, lab.happened(world, freed))
    apart.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", LIMIT)))
    assert apart.violation(world) is None


def test_nothing_is_promised_of_an_asset_without_a_limit_or_in_shadow_mode(lab: Any) -> None:
    for change in (("shadow: []", "shadow: [outflow]"),):
        world = lab.vault(change)
        ghost = BoundedLoss(world)
        ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", 9 * MOST)))
        assert ghost.violation(world) is None
        left = lab.guard_log(world, "ShadowChanged", guard=2, previous=True, shadow=False)
        ghost.observe(world, lab.happened(world, left))
        ghost.observe(world, lab.happened(world, lab.transfer(world, "protocol", "thief", MOST + 1)))
        assert ghost.violation(world) is not None


@pytest.mark.parametrize(
    ("sender", "to", "fine"),
    [("protocol", "guard", True), ("guard", "guard", False), ("protocol", "alice", False)],
)
def test_a_token_s_own_fee_between_protected_contracts_is_no_outflow(
    lab: Any, sender: str, to: str, fine: bool
) -> None:
    """It is burnt right after the transfer that it is a fee of; any other burning is an outflow."""
    member = "members: [{artifact: HubVault, constructor: {asset: USDC, name: V, symbol: V}}]"
    world = lab.vault(
        ("  artifact: GuardedVault\n", ""),
        ("  constructor: {asset: USDC, name: Guarded USDC, symbol: gUSDC}\n", ""),
        ("mode: embedded  #", f"mode: hub\n{member}\n#"),
    )
    assert world.address("guard") != world.address("protocol")
    world.addresses["nobody"] = "0x" + "00" * 20
    logs = [
        lab.transfer(world, "protocol", to, 9 * MOST if to == "guard" else MOST),
        lab.transfer(world, sender, "nobody", MOST + 1),
    ]
    for kind in (BoundedLoss, NoBypass):
        ghost = kind(world)
        ghost.observe(world, lab.happened(world, *logs))
        assert (ghost.violation(world) is None) is fine
