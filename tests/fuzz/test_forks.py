"""A vault over the real Aave V3 market, on a fork: the same on both backends, and again without the node."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from guardrails.chain.errors import NodeDown
from guardrails.fuzz import Fork, HarnessFault, Step, Target, World

MILLION = 10**12


def invested(aave: Target, world: World) -> int:
    return int(aave.invested(world))  # type: ignore[attr-defined]


def test_both_backends_agree_without_the_node(aave: Target, leaving: tuple[Step, ...]) -> None:
    seen = []
    for backend in ("revm", "anvil"):
        chain = aave.chain(backend)
        try:
            world = aave.build(chain)
            outcomes = world.run(leaving)
            balances = world.holdings("alice"), world.holdings("bob"), invested(aave, world)
            seen.append(([(o.ok, o.timestamp, o.selector) for o in outcomes], balances, world.now))
        finally:
            chain.close()
    assert seen[0] == seen[1]
    assert [ok for ok, _, _ in seen[0][0]] == [True, True, False, True, True]
    assert seen[0][1][2] == 20_300_000 * 10**6, "30 M deposited, 9.7 M withdrawn: the rest is in Aave"


def test_a_random_run_never_takes_more_than_the_limit_allows(aave: Target) -> None:
    chain, draw = aave.chain(), random.Random(7)
    try:
        world = aave.build(chain)
        vault, accepted = world.contracts["protocol"], 0
        before = invested(aave, world)
        for _ in range(300):
            user, amount = draw.choice(("alice", "bob", "carol")), draw.randrange(1, 2 * MILLION)
            name = draw.choice(("deposit(uint256,address)", "withdraw", "redeem"))
            who = (f"@{user}",) if name.startswith("deposit") else (f"@{user}", f"@{user}")
            outcome = world.do(Step(user, "protocol", name, (amount, *who), wait=draw.choice((0, 60))))
            accepted += outcome.ok
        assert accepted > 100
        assert vault.call("totalAssets") <= invested(aave, world) + world.balance("USDC", vault.address)
        # withdrawals over the limit wait as claims: out of Aave, still in the vault
        holders = sum(world.balance("USDC", world.address(name)) for name in ("alice", "bob", "carol"))
        assert holders <= 30 * MILLION + 3 * MILLION
        assert before == 30 * MILLION
    finally:
        chain.close()


def test_the_stage_of_a_fork_refuses_what_it_cannot_fund(aave: Target) -> None:
    chain = aave.chain()
    try:
        world = aave.build(chain)
        assert world.balance("USDC", world.address("whale")) == 1_000 * MILLION
    finally:
        chain.close()
    odd, chain = type("Odd", (type(aave),), {"policy": _with_decimals(aave)})(), aave.chain()
    try:
        with pytest.raises(HarnessFault, match="USDC has 6 decimals, not 18"):
            odd.build(chain)
    finally:
        chain.close()


def _with_decimals(aave: Target) -> object:
    def policy(self: Target) -> object:
        found = aave.policy()  # type: ignore[attr-defined]
        assets = tuple(asset.model_copy(update={"decimals": 18}) for asset in found.assets)
        return found.model_copy(update={"assets": assets})

    return policy


def test_a_variable_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_RPC", raising=False)
    with pytest.raises(NodeDown, match=r"\$NO_SUCH_RPC is not set") as raised:
        Fork("$NO_SUCH_RPC", 1, tmp_path / "none.sqlite").open("revm")
    assert raised.value.exit_code == 3
