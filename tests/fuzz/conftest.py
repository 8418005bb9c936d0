"""What several folders of the lab's tests stand on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails.chain import AnvilChain
from guardrails.drill.upstream.build import Upstream
from guardrails.drill.upstream.cache import start_upstream
from guardrails.fuzz import Step, Target, find_target

ROOT = Path(__file__).resolve().parents[2]
AAVE = f"{ROOT}/tests/fuzz/targets/aave.py:AaveVault"
MILLION = 10**12


@pytest.fixture(scope="session")
def leaving() -> tuple[Step, ...]:
    """A vault's users leave: at once, over the limit and so a day later, and one with what is not his."""
    return (
        Step("alice", "protocol", "withdraw", (700_000 * 10**6, "@alice", "@alice")),
        Step("bob", "protocol", "withdraw", (9 * MILLION, "@bob", "@bob"), wait=3_600),
        Step("thief", "protocol", "withdraw", (5, "@thief", "@alice")),
        Step.pause(86_400),
        Step("bob", "protocol", "settle", (1,)),
    )


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    """A node with the real protocols."""
    started = start_upstream(ROOT / ".cache" / "upstream")
    yield started
    started.chain.close()


@pytest.fixture(scope="module")
def aave(
    upstream: Upstream, leaving: tuple[Step, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """Once seen with its node, of which then nobody knows the address."""
    assert isinstance(upstream.chain, AnvilChain)
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
            world.run(leaving)
            chain.close()
        patch.delenv("GUARDRAILS_NODE")
        yield target
