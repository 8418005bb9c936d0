"""Builds a Venus market as Venus' own deployment does: Unitroller, comptroller, lens, oracle, vTokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.chain import Address, Chain, Contract

from .packages import PackagedContract
from .venus import MANTISSA, TOKEN, Venus, package

V_DECIMALS = 8
RATES = (0, MANTISSA * 5 // 100, MANTISSA * 109 // 100, MANTISSA * 8 // 10)
"""Base, slope, slope above the kink (all a year), and the kink, of Compound's jump rate model."""

CLOSE_FACTOR = MANTISSA // 2
INCENTIVE = MANTISSA * 11 // 10
MAX_PRICE_AGE = 10**9

_YES_TO_ONE = "73{account}6004351460005260206000f3"
"""Runtime code that answers whether its first argument is `account`: PUSH20, CALLDATALOAD(4), EQ, return."""


@dataclass(frozen=True)
class Asset:
    """One market: price in whole dollars, collateral factor in per cent; `first_rate` is the underlying that
    a vToken is worth in an empty market, in hundredths."""

    symbol: str
    token: Contract
    decimals: int
    dollars: int
    collateral_percent: int
    first_rate: int = 2


def deploy_token(chain: Chain, deployer: Address, symbol: str, decimals: int, supply: int) -> Contract:
    """A plain ERC-20 that nobody can mint; `supply` (smallest unit) is the deployer's."""
    return Contract.deploy(chain, package(TOKEN), supply, symbol, decimals, symbol, sender=deployer)


def deploy_venus(chain: Chain, deployer: Address, assets: Iterable[Asset]) -> Venus:
    """Deploys empty markets of `assets`. The deployer stays administrator of it all."""
    assets = list(assets)

    def make(path: str, *arguments: object) -> Contract:
        return Contract.deploy(chain, package(path), *arguments, sender=deployer)

    unitroller = make("Comptroller/Unitroller")
    implementation = make("Comptroller/Comptroller")
    unitroller.send("_setPendingImplementation", implementation.address, sender=deployer)
    implementation.send("_become", unitroller.address, sender=deployer)

    comptroller = Contract(chain, unitroller.address, implementation.interface)
    access = Contract.deploy(chain, _access_control(deployer), sender=deployer)
    comptroller.send("_setAccessControl", access.address, sender=deployer)
    comptroller.send("_setComptrollerLens", make("Lens/ComptrollerLens").address, sender=deployer)
    oracle = make("Oracle/VenusChainlinkOracle", MAX_PRICE_AGE)
    comptroller.send("_setPriceOracle", oracle.address, sender=deployer)
    comptroller.send("_setCloseFactor", CLOSE_FACTOR, sender=deployer)
    comptroller.send("_setLiquidationIncentive", INCENTIVE, sender=deployer)

    rates = make("InterestRateModels/JumpRateModel", *RATES)
    markets: dict[str, Address] = {}
    for asset in assets:
        oracle.send("setDirectPrice", asset.token.address, asset.dollars * MANTISSA, sender=deployer)
        first_rate = asset.first_rate * 10 ** (18 + asset.decimals - V_DECIMALS - 2)
        names = (f"Venus {asset.symbol}", f"v{asset.symbol}", V_DECIMALS, deployer)
        market = make(
            "Tokens/VTokens/VBep20Immutable",
            *(asset.token.address, unitroller.address, rates.address, first_rate, *names),
        ).address
        markets[asset.symbol] = market
        comptroller.send("_supportMarket", market, sender=deployer)
        comptroller.send("_setMarketSupplyCaps", [market], [2**255], sender=deployer)
        factor = asset.collateral_percent * MANTISSA // 100
        comptroller.send("_setCollateralFactor", market, factor, sender=deployer)
    return Venus(chain, unitroller.address, markets)


def _access_control(account: Address) -> PackagedContract:
    """Venus' access control is not in its package; this stands for it and allows one account everything."""
    runtime = _YES_TO_ONE.format(account=account.removeprefix("0x").lower())
    size = len(runtime) // 2
    code = f"60{size:02x}600c60003960{size:02x}6000f3{runtime}"
    return PackagedContract("AccessControl", [], code)
