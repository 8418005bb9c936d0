"""The Aave market lends, refuses and liquidates."""

from __future__ import annotations

import pytest

from guardrails.chain import Reverted
from guardrails.drill.upstream.aave_v3 import MAX
from guardrails.drill.upstream.build import Upstream

TEN_WETH = 10 * 10**18
LOAN = 1_000 * 10**6
HEALTHY = 10**18
COLLATERAL_CANNOT_COVER_NEW_BORROW = "36"


def test_supply_borrow_repay_withdraw(protocols: Upstream, user: str) -> None:
    aave, weth, usdc = protocols.aave, protocols.weth, protocols.usdc
    protocols.fund("WETH", user, TEN_WETH)

    aave.supply(weth.address, TEN_WETH, sender=user)
    assert aave.a_token(weth.address).call("balanceOf", user) == pytest.approx(TEN_WETH, abs=2)
    assert weth.call("balanceOf", user) == 0

    aave.borrow(usdc.address, LOAN, sender=user)
    assert usdc.call("balanceOf", user) == LOAN
    assert aave.debt_token(usdc.address).call("balanceOf", user) >= LOAN
    assert HEALTHY < aave.health(user) < MAX

    protocols.fund("USDC", user, 10**6)
    aave.repay(usdc.address, MAX, sender=user)
    assert aave.debt_token(usdc.address).call("balanceOf", user) == 0

    aave.withdraw(weth.address, MAX, sender=user)
    assert weth.call("balanceOf", user) >= TEN_WETH - 2


def test_borrowing_without_collateral_is_refused(protocols: Upstream, user: str) -> None:
    with pytest.raises(Reverted):
        protocols.aave.borrow(protocols.usdc.address, LOAN, sender=user)


def test_borrowing_over_the_collateral_is_refused(upstream: Upstream) -> None:
    user = upstream.chain.accounts[5]
    upstream.fund("WETH", user, TEN_WETH)
    upstream.aave.supply(upstream.weth.address, TEN_WETH, sender=user)
    most = 10 * 1_600 * 8 // 10 * 10**6

    with pytest.raises(Reverted, match=COLLATERAL_CANNOT_COVER_NEW_BORROW):
        upstream.aave.borrow(upstream.usdc.address, most + 10**6, sender=user)
    upstream.aave.borrow(upstream.usdc.address, most, sender=user)


def test_fall_in_price_makes_a_position_liquidatable(upstream: Upstream) -> None:
    user, liquidator = upstream.chain.accounts[5], upstream.chain.accounts[6]
    aave, weth, usdc = upstream.aave, upstream.weth.address, upstream.usdc.address
    upstream.fund("WETH", user, TEN_WETH)
    aave.supply(weth, TEN_WETH, sender=user)
    aave.borrow(usdc, 12_000 * 10**6, sender=user)
    assert aave.health(user) > HEALTHY

    aave.set_price(weth, aave.price(weth) * 8 // 10, admin=upstream.deployer)

    assert aave.health(user) < HEALTHY
    upstream.fund("USDC", liquidator, LOAN)
    upstream.usdc.send("approve", aave.pool.address, LOAN, sender=liquidator)
    aave.pool.send("liquidationCall", weth, usdc, user, LOAN, False, sender=liquidator)
    assert upstream.weth.call("balanceOf", liquidator) > 0
