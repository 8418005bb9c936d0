"""A kept state is the state that was built, and the fork is a chain of its own."""

from __future__ import annotations

from pathlib import Path

from guardrails.drill.upstream.build import HISTORY_SECONDS, USDC_PER_WETH, Upstream
from guardrails.drill.upstream.cache import fork_upstream, start_upstream, state_key


def state_of(upstream: Upstream) -> dict[str, object]:
    return {
        "addresses": upstream.addresses(),
        "reserves": upstream.uniswap_v2.reserves(),
        "spot": upstream.uniswap_v3.spot(),
        "price": upstream.aave.price(upstream.weth.address),
        "supplied": upstream.aave.a_token(upstream.usdc.address).call("totalSupply"),
        "code": upstream.chain.code(upstream.nomad.router),
        "owners": list(upstream.safe.contract.call("getOwners")),
    }


def test_the_second_start_finds_what_the_first_one_built(tmp_path: Path) -> None:
    built = start_upstream(tmp_path)
    first = state_of(built)
    ended = built.chain.block()
    built.chain.close()
    files = {path.name for path in tmp_path.iterdir()}

    loaded = start_upstream(tmp_path)
    second = state_of(loaded)
    went_on = loaded.chain.block()
    mean = loaded.uniswap_v3.twap(HISTORY_SECONDS - 60)
    loaded.chain.close()

    assert second == first
    assert went_on.timestamp == ended.timestamp + 1
    assert files == {f"{state_key()}.state.json", f"{state_key()}.addresses.json"}
    assert round(mean) == USDC_PER_WETH


def test_what_happens_on_the_fork_stays_there(upstream: Upstream) -> None:
    somebody = upstream.chain.accounts[7]
    forked = fork_upstream(upstream)
    try:
        forked.fund("USDC", somebody, 5)
        assert forked.usdc.call("balanceOf", somebody) == 5
        assert upstream.usdc.call("balanceOf", somebody) == 0
        assert state_of(forked) == state_of(upstream)
    finally:
        forked.chain.close()
