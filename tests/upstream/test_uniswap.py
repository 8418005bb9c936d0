"""The Uniswap markets trade, and the V3 pool remembers its price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guardrails.chain import Reverted
from guardrails.drill.upstream.build import Upstream

ONE_WETH = 10**18
HALF_HOUR = 1_800


def test_v2_swap_pays_what_it_quotes(protocols: Upstream, user: str) -> None:
    protocols.fund("WETH", user, ONE_WETH)
    quoted = protocols.uniswap_v2.quote(protocols.weth, protocols.usdc, ONE_WETH)

    protocols.uniswap_v2.swap(protocols.weth, protocols.usdc, ONE_WETH, sender=user)

    assert protocols.usdc.call("balanceOf", user) == quoted > 0
    assert protocols.weth.call("balanceOf", user) == 0


def test_v2_swap_without_the_tokens_is_refused(protocols: Upstream, user: str) -> None:
    with pytest.raises(Reverted, match="TRANSFER_FROM_FAILED"):
        protocols.uniswap_v2.swap(protocols.weth, protocols.usdc, ONE_WETH, sender=user)


def test_v2_product_of_the_reserves_never_falls(protocols: Upstream, user: str) -> None:
    weth_before, usdc_before = protocols.uniswap_v2.reserves()
    protocols.fund("WETH", user, ONE_WETH)
    protocols.uniswap_v2.swap(protocols.weth, protocols.usdc, ONE_WETH, sender=user)
    weth_after, usdc_after = protocols.uniswap_v2.reserves()

    assert weth_after == weth_before + ONE_WETH
    assert weth_after * usdc_after >= weth_before * usdc_before


def test_v3_swap_pays_near_the_spot_price(protocols: Upstream, user: str) -> None:
    v3 = protocols.uniswap_v3
    protocols.fund("WETH", user, ONE_WETH)
    spot = v3.spot()

    v3.swap(protocols.weth, protocols.usdc, ONE_WETH, sender=user)

    received = Decimal(protocols.usdc.call("balanceOf", user)) / 10**6
    assert spot * Decimal("0.99") < received < spot


def test_v3_swap_moves_the_spot_price_at_once_and_the_mean_later(protocols: Upstream, user: str) -> None:
    v3, chain = protocols.uniswap_v3, protocols.chain
    pool_weth = protocols.weth.call("balanceOf", v3.pool.address)
    spot, mean = v3.spot(), v3.twap(HALF_HOUR)
    protocols.fund("WETH", user, pool_weth // 2)

    v3.swap(protocols.weth, protocols.usdc, pool_weth // 2, sender=user)

    assert v3.spot() < spot * Decimal("0.9")
    assert v3.twap(HALF_HOUR) > mean * Decimal("0.99")
    chain.warp(chain.block().timestamp + HALF_HOUR)
    chain.mine()
    assert v3.twap(HALF_HOUR) == pytest.approx(v3.spot(), rel=Decimal("0.001"))


def test_v3_mean_over_more_than_the_history_is_refused(protocols: Upstream) -> None:
    with pytest.raises(Reverted, match="OLD"):
        protocols.uniswap_v3.twap(10 * 365 * 86_400)
