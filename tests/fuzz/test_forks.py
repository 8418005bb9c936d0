"""A vault over the real Aave V3 market, on a fork: the same on both backends, and again without the node."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails.drill.upstream.cache import start_upstream
from guardrails.fuzz import HarnessFault, Step, Target, World, find_target

ROOT = Path(__file__).resolve().parents[2]
AAVE = f"{ROOT}/tests/fuzz/targets/aave.py:AaveVault"
MILLION = 10**12
STEPS = (
    Step("alice", "protocol", "withdraw", (700_000 * 10**6, "@alice", "@alice")),
    Step("bob", "protocol", "withdraw", (9 * MILLION, "@bob", "@bob"), wait=3_600),
    Step("thief", "protocol", "withdraw", (5, "@thief", "@alice")),
    Step.pause(86_400),
    Step("bob", "protocol", "settle", (1,)),
)


@pytest.fixture(scope="module")
def aave(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Once seen with its node, which then ends."""
    upstream = start_upstream(ROOT / ".cache" / "upstream")
    addresses = upstream.addresses()
    a_token = upstream.aave.a_token(upstream.usdc.address).address
    addresses["aave_v3"] |= {"pool": upstream.aave.pool.address, "aUSDC": a_token}
    cache = tmp_path_factory.mktemp("fork") / "cache.sqlite"
    where = {"block": upstream.chain.block().number, "cache": str(cache), "addresses": addresses}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUARDRAILS_UPSTREAM", json.dumps(where))
        patch.setenv("GUARDRAILS_NODE", upstream.chain.url)
        target = find_target(AAVE)
        for backend in ("revm", "anvil"):
            chain = target.chain(backend)
            world = target.build(chain)
            world.run(STEPS)
            chain.close()
        upstream.chain.close()
        patch.delenv("GUARDRAILS_NODE")
        yield target


def invested(world: World) -> int:
    return int(find_target(AAVE).invested(world))  # type: ignore[attr-defined]


def test_both_backends_agree_without_the_node(aave: Target) -> None:
    seen = []
    for backend in ("revm", "anvil"):
        chain = aave.chain(backend)
        try:
            world = aave.build(chain)
            outcomes = world.run(STEPS)
            balances = world.holdings("alice"), world.holdings("bob"), invested(world)
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
        before = invested(world)
        for _ in range(300):
            user, amount = draw.choice(("alice", "bob", "carol")), draw.randrange(1, 2 * MILLION)
            name = draw.choice(("deposit(uint256,address)", "withdraw", "redeem"))
            who = (f"@{user}",) if name.startswith("deposit") else (f"@{user}", f"@{user}")
            outcome = world.do(Step(user, "protocol", name, (amount, *who), wait=draw.choice((0, 60))))
            accepted += outcome.ok
        assert accepted > 100
        assert vault.call("totalAssets") <= invested(world) + world.balance("USDC", vault.address)
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
