"""A guarded lending market priced by the mean of a real Uniswap V3 pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from guardrails import artifacts
from guardrails.chain import Address, Contract, Reverted
from guardrails.deploy import Guarded
from guardrails.drill.upstream.build import Upstream

HALF_HOUR = 1_800
DAY = 86_400
USDC, WETH = 10**6, 10**18
CHAINLINK = "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419"
ONE_TICK = Decimal("0.0001")


@dataclass(frozen=True)
class Market:
    """The market with a treasury's cash, and its price feed."""

    protocols: Upstream
    lending: Contract
    feed: Contract
    user: Address
    guardian: Address

    def price(self) -> Decimal:
        """USDC for one WETH."""
        return Decimal(self.feed.call("latestRoundData")[1]) / 10**18

    def wait(self, seconds: int) -> None:
        chain = self.protocols.chain
        chain.warp(chain.block().timestamp + seconds)
        chain.mine()

    def add_collateral(self, account: Address, amount: int) -> None:
        self.protocols.fund("WETH", account, amount)
        self.protocols.weth.send("approve", self.lending.address, amount, sender=account)
        self.lending.send("addCollateral", amount, sender=account)

    def swap_in(self, symbol: str, amount: int, trader: Address) -> None:
        weth, usdc, v3 = self.protocols.weth, self.protocols.usdc, self.protocols.uniswap_v3
        self.protocols.fund(symbol, trader, amount)
        v3.swap(*((usdc, weth) if symbol == "USDC" else (weth, usdc)), amount, sender=trader)


@pytest.fixture
def feed(protocols: Upstream) -> Contract:
    return Contract.deploy(
        protocols.chain,
        artifacts.load("UniswapTwapFeed"),
        protocols.uniswap_v3.pool.address,
        protocols.weth.address,
        HALF_HOUR,
        sender=protocols.deployer,
    )


@pytest.fixture
def market(
    protocols: Upstream, deployed: Callable[..., Guarded], feed: Contract, user: Address, guardian: Address
) -> Market:
    treasury = protocols.deployer
    guarded = deployed("lending", {CHAINLINK: feed.address, "treasury: council": f'treasury: "{treasury}"'})
    protocols.fund("USDC", treasury, 2_000_000 * USDC)
    protocols.usdc.send("approve", guarded.address, 2_000_000 * USDC, sender=treasury)
    guarded.guard.send("lend", 2_000_000 * USDC, sender=treasury)
    market = Market(protocols, guarded.guard, feed, user, guardian)
    market.wait(DAY)
    return market


def test_the_feed_says_what_the_pool_says(protocols: Upstream, feed: Contract) -> None:
    answer = Decimal(feed.call("latestRoundData")[1]) / 10**18
    expected = protocols.uniswap_v3.twap(HALF_HOUR)
    assert feed.call("decimals") == 18
    assert abs(answer / expected - 1) < 2 * ONE_TICK


def test_the_feed_answers_the_other_way_round_too(protocols: Upstream, feed: Contract) -> None:
    inverse = Contract.deploy(
        protocols.chain,
        artifacts.load("UniswapTwapFeed"),
        protocols.uniswap_v3.pool.address,
        protocols.usdc.address,
        HALF_HOUR,
        sender=protocols.deployer,
    )
    weth = Decimal(feed.call("latestRoundData")[1]) / 10**18
    usdc = Decimal(inverse.call("latestRoundData")[1]) / 10**18
    assert abs(weth * usdc - 1) < Decimal("1e-12")


def test_the_feed_refuses_what_it_cannot_answer(protocols: Upstream) -> None:
    def make(base: Address, window: int) -> Contract:
        pool = protocols.uniswap_v3.pool.address
        code = artifacts.load("UniswapTwapFeed")
        return Contract.deploy(protocols.chain, code, pool, base, window, sender=protocols.deployer)

    with pytest.raises(Reverted, match="NotInPool"):
        make(protocols.tokens["DAI"].address, HALF_HOUR)
    with pytest.raises(Reverted, match="InvalidWindow"):
        make(protocols.weth.address, 0)
    too_long = make(protocols.weth.address, 10 * 365 * DAY)
    with pytest.raises(Reverted, match="OLD"):
        too_long.call("latestRoundData")


def test_borrow_repay_and_leave(market: Market) -> None:
    lending, user, usdc = market.lending, market.user, market.protocols.usdc
    market.add_collateral(user, 10 * WETH)
    market.wait(HALF_HOUR)
    most = int(10 * market.price() * 3 / 4) * USDC

    with pytest.raises(Reverted, match="Undercollateralised"):
        lending.send("borrow", most + 10 * USDC, sender=user)
    lending.send("borrow", most - 10 * USDC, sender=user)
    assert usdc.call("balanceOf", user) == most - 10 * USDC

    market.protocols.fund("USDC", user, 100 * USDC)
    usdc.send("approve", lending.address, 2**256 - 1, sender=user)
    lending.send("repay", user, 2**256 - 1, sender=user)
    lending.send("removeCollateral", 10 * WETH, sender=user)
    assert market.protocols.weth.call("balanceOf", user) == 10 * WETH


@pytest.mark.own_chain
def test_a_swap_does_not_move_the_price_in_its_own_block(market: Market, provider: Address) -> None:
    protocols, v3, chain = market.protocols, market.protocols.uniswap_v3, market.protocols.chain
    protocols.fund("USDC", provider, 5_000_000 * USDC)
    protocols.usdc.send("approve", v3.router_address, 5_000_000 * USDC, sender=provider)
    time = chain.block().timestamp + 60
    chain.warp(time)
    before, spot = market.price(), v3.spot()
    order = (protocols.usdc.address, protocols.weth.address, 500, provider, 2**40, 5_000_000 * USDC, 0, 0)

    v3.router.send("exactInputSingle", order, sender=provider)

    assert chain.block().timestamp == time
    assert v3.spot() > spot * 2
    assert market.price() == before


@pytest.mark.own_chain
def test_a_price_that_was_pushed_up_a_minute_ago_buys_a_thief_nothing(
    market: Market, provider: Address
) -> None:
    """He pays for a spot price of more than double; the mean gives him 3 % of it after a minute."""
    market.add_collateral(provider, 100 * WETH)
    market.wait(HALF_HOUR)
    honest, spot = market.price(), market.protocols.uniswap_v3.spot()
    market.swap_in("USDC", 5_000_000 * USDC, provider)
    market.wait(60)

    assert market.protocols.uniswap_v3.spot() > 2 * spot
    assert market.price() < honest * Decimal("1.04")
    with pytest.raises(Reverted, match="Undercollateralised"):
        market.lending.send("borrow", int(100 * honest * Decimal("0.8")) * USDC, sender=provider)


@pytest.mark.own_chain
def test_a_price_that_was_pushed_down_liquidates_nobody(market: Market, provider: Address) -> None:
    """After a minute the mean has hardly moved; after the window it is too far from the reference (S49)."""
    market.add_collateral(market.user, 10 * WETH)
    market.wait(HALF_HOUR)
    market.lending.send("borrow", int(10 * market.price() * Decimal("0.74")) * USDC, sender=market.user)
    market.swap_in("WETH", 5_000 * WETH, provider)
    market.wait(60)

    with pytest.raises(Reverted, match="PositionHealthy"):
        market.lending.send("liquidate", market.user, USDC, sender=provider)
    market.wait(HALF_HOUR)
    with pytest.raises(Reverted, match="PriceUnusable"):
        market.lending.send("liquidate", market.user, USDC, sender=provider)


@pytest.mark.own_chain
def test_whoever_holds_a_wrong_price_for_the_window_and_for_days_gets_nothing(
    market: Market, provider: Address
) -> None:
    """The mean believes him in the end; the reference, which anyone may call to follow, never does (S47)."""
    lending, weth = market.lending, market.protocols.weth.address
    market.add_collateral(provider, 600 * WETH)
    lending.send("syncReference", weth, sender=provider)
    before = lending.call("referenceOf", weth)[0]
    market.swap_in("USDC", 20_000_000 * USDC, provider)
    market.wait(HALF_HOUR)

    for _ in range(3):
        lending.send("syncReference", weth, sender=provider)
        with pytest.raises(Reverted, match="PriceUnusable"):
            lending.send("borrow", USDC, sender=provider)
        market.wait(DAY)
    assert lending.call("referenceOf", weth)[0] == before


@pytest.mark.own_chain
def test_a_guardian_locks_the_thiefs_account_and_it_can_still_be_liquidated(
    market: Market, provider: Address
) -> None:
    lending = market.lending
    market.add_collateral(market.user, 10 * WETH)
    market.wait(HALF_HOUR)
    lending.send("borrow", int(10 * market.price() * Decimal("0.74")) * USDC, sender=market.user)
    subject = lending.call("accountSubject", market.user)
    lending.send("lock", subject, DAY, 7, "suspect", sender=market.guardian)
    for refused in (("removeCollateral", 1), ("borrow", 1)):
        with pytest.raises(Reverted, match="Locked"):
            lending.send(*refused, sender=market.user)

    market.swap_in("WETH", 600 * WETH, provider)
    market.wait(HALF_HOUR)
    market.protocols.usdc.send("approve", lending.address, 1_000 * USDC, sender=provider)
    lending.send("liquidate", market.user, 1_000 * USDC, sender=provider)
    assert market.protocols.weth.call("balanceOf", provider) > 0
