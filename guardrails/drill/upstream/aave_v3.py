"""Handles on an Aave V3 market. `aave_v3_market` builds one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from guardrails.chain import Address, Chain, Contract, Receipt

from . import packages
from .packages import PackagedContract
from .tokens import MINTABLE

VARIABLE_RATE = 2
NO_REFERRAL = 0
BASE_UNIT = 10**8
"""Aave's oracle counts in US dollars with eight decimals."""

MAX = 2**256 - 1


def package(path: str) -> PackagedContract:
    """A contract of the Aave package by its folder and name, such as `protocol/pool/Pool`."""
    name = path.rsplit("/", 1)[-1]
    return packages.read(packages.AAVE_V3, f"artifacts/contracts/{path}.sol/{name}.json")


@dataclass(frozen=True)
class AaveV3:
    """A market, found from its addresses provider as Aave's own clients do."""

    chain: Chain
    provider_address: Address

    @cached_property
    def provider(self) -> Contract:
        """The addresses provider, the root of a market."""
        return Contract(
            self.chain, self.provider_address, package("protocol/configuration/PoolAddressesProvider").abi
        )

    @cached_property
    def pool(self) -> Contract:
        """The pool that users talk to."""
        return self._found("getPool", "protocol/pool/Pool")

    @cached_property
    def configurator(self) -> Contract:
        """The administrator's side of the pool."""
        return self._found("getPoolConfigurator", "protocol/pool/PoolConfigurator")

    @cached_property
    def oracle(self) -> Contract:
        """The market's price oracle."""
        return self._found("getPriceOracle", "misc/AaveOracle")

    @cached_property
    def data(self) -> Contract:
        """The read-only data provider."""
        return self._found("getPoolDataProvider", "misc/AaveProtocolDataProvider")

    def _found(self, getter: str, path: str) -> Contract:
        return Contract(self.chain, self.provider.call(getter), package(path).abi)

    def a_token(self, asset: Address) -> Contract:
        """The receipt token of a reserve, as an ERC-20."""
        address = self.data.call("getReserveTokensAddresses", asset)[0]
        return Contract(self.chain, address, package("protocol/tokenization/AToken").abi)

    def debt_token(self, asset: Address) -> Contract:
        """The variable-rate debt token of a reserve."""
        address = self.data.call("getReserveTokensAddresses", asset)[2]
        return Contract(self.chain, address, package("protocol/tokenization/VariableDebtToken").abi)

    def supply(self, asset: Address, amount: int, *, sender: Address) -> Receipt:
        """Supplies `amount` (smallest unit) for the sender, after approving the pool for it."""
        self._approve(asset, amount, sender)
        return self.pool.send("supply", asset, amount, sender, NO_REFERRAL, sender=sender)

    def borrow(self, asset: Address, amount: int, *, sender: Address) -> Receipt:
        """Borrows at the variable rate against what the sender supplied."""
        return self.pool.send("borrow", asset, amount, VARIABLE_RATE, NO_REFERRAL, sender, sender=sender)

    def repay(self, asset: Address, amount: int, *, sender: Address) -> Receipt:
        """Repays `amount` of the sender's variable debt; `MAX` repays all of it."""
        self._approve(asset, amount, sender)
        return self.pool.send("repay", asset, amount, VARIABLE_RATE, sender, sender=sender)

    def withdraw(self, asset: Address, amount: int, *, sender: Address) -> Receipt:
        """Withdraws `amount` to the sender; `MAX` withdraws all of it."""
        return self.pool.send("withdraw", asset, amount, sender, sender=sender)

    def price(self, asset: Address) -> int:
        """US dollars, eight decimals, that the market values one whole token at."""
        return int(self.oracle.call("getAssetPrice", asset))

    def health(self, account: Address) -> int:
        """The account's health factor, 18 decimals; below 10**18 it can be liquidated."""
        return int(self.pool.call("getUserAccountData", account)[5])

    def set_price(self, asset: Address, dollars: int, *, admin: Address) -> None:
        """Moves a price (eight decimals) by the administrator's own way: a new source. Local markets only."""
        source = Contract.deploy(self.chain, package_aggregator(), dollars, sender=admin)
        self.oracle.send("setAssetSources", [asset], [source.address], sender=admin)

    def _approve(self, asset: Address, amount: int, sender: Address) -> None:
        Contract(self.chain, asset, packages.read(*MINTABLE).abi).send(
            "approve", self.pool.address, amount, sender=sender
        )


def package_aggregator() -> PackagedContract:
    """Aave's fixed-answer price feed."""
    return package("mocks/oracle/CLAggregators/MockAggregator")
