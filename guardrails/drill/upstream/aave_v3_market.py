"""Builds an Aave V3 market as Aave's deployment does: libraries, pool, configurator, oracle, reserves."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.chain import Address, Chain, Contract

from .aave_v3 import BASE_UNIT, AaveV3, package, package_aggregator
from .packages import PackagedContract
from .safe import ZERO

RAY = 10**27
LOGIC = (
    "BorrowLogic",
    "BridgeLogic",
    "ConfiguratorLogic",
    "EModeLogic",
    "FlashLoanLogic",
    "LiquidationLogic",
    "PoolLogic",
    "SupplyLogic",
)
"""In an order in which each finds the ones it links."""

RATES = [RAY * part // 1000 for part in (800, 0, 40, 750, 5, 750, 10, 80, 200)]
"""Aave's volatile strategy: optimal use, base, variable and stable slopes, stable offsets and share."""


@dataclass(frozen=True)
class Reserve:
    """One asset of the market: price in whole dollars, collateral factors in basis points."""

    symbol: str
    token: Contract
    decimals: int
    dollars: int
    loan_to_value: int
    liquidation_threshold: int
    liquidation_bonus: int = 10_500


def deploy_aave_v3(chain: Chain, deployer: Address, reserves: list[Reserve]) -> AaveV3:
    """Deploys an empty market; every reserve serves as collateral and can be borrowed."""

    def make(contract: PackagedContract, *arguments: object) -> Contract:
        return Contract.deploy(chain, contract, *arguments, sender=deployer)

    provider = make(package("protocol/configuration/PoolAddressesProvider"), "upstream", deployer)
    market = AaveV3(chain, provider.address)

    provider.send("setACLAdmin", deployer, sender=deployer)
    acl = make(package("protocol/configuration/ACLManager"), provider.address)
    provider.send("setACLManager", acl.address, sender=deployer)
    for role in ("addPoolAdmin", "addAssetListingAdmin", "addRiskAdmin", "addEmergencyAdmin"):
        acl.send(role, deployer, sender=deployer)

    sources = [make(package_aggregator(), r.dollars * BASE_UNIT).address for r in reserves]
    assets = [r.token.address for r in reserves]
    oracle = make(package("misc/AaveOracle"), provider.address, assets, sources, ZERO, ZERO, BASE_UNIT)
    provider.send("setPriceOracle", oracle.address, sender=deployer)
    data = make(package("misc/AaveProtocolDataProvider"), provider.address)
    provider.send("setPoolDataProvider", data.address, sender=deployer)

    libraries: dict[str, Address] = {}
    for name in LOGIC:
        libraries[name] = make(package(f"protocol/libraries/logic/{name}").link(libraries)).address
    pool = make(package("protocol/pool/Pool").link(libraries), provider.address)
    provider.send("setPoolImpl", pool.address, sender=deployer)
    configurator = make(package("protocol/pool/PoolConfigurator").link(libraries))
    provider.send("setPoolConfiguratorImpl", configurator.address, sender=deployer)

    _list(market, deployer, reserves)
    return market


def _list(market: AaveV3, deployer: Address, reserves: list[Reserve]) -> None:
    chain, pool = market.chain, market.pool.address
    implementations = [
        Contract.deploy(chain, package(f"protocol/tokenization/{name}"), pool, sender=deployer).address
        for name in ("AToken", "StableDebtToken", "VariableDebtToken")
    ]
    strategy = Contract.deploy(
        chain,
        package("protocol/pool/DefaultReserveInterestRateStrategy"),
        market.provider_address,
        *RATES,
        sender=deployer,
    )
    owner = (deployer, ZERO)  # treasury, incentives
    listings = [
        (*implementations, r.decimals, strategy.address, r.token.address, *owner, *_names(r.symbol), b"")
        for r in reserves
    ]
    market.configurator.send("initReserves", listings, sender=deployer)
    for r in reserves:
        factors = (r.loan_to_value, r.liquidation_threshold, r.liquidation_bonus)
        market.configurator.send("configureReserveAsCollateral", r.token.address, *factors, sender=deployer)
        market.configurator.send("setReserveBorrowing", r.token.address, True, sender=deployer)


def _names(symbol: str) -> list[str]:
    """Name and symbol of a reserve's receipt, variable-debt and stable-debt tokens, in that order."""
    kinds = (("", "a"), ("Variable Debt ", "variableDebt"), ("Stable Debt ", "stableDebt"))
    return [text for name, prefix in kinds for text in (f"Upstream {name}{symbol}", f"{prefix}{symbol}")]
