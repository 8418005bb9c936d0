"""Handles on a Venus market, a Compound V2 that still runs. `venus_market` builds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from guardrails.chain import Address, Chain, Contract, Receipt
from guardrails.errors import GuardrailsError

from . import packages
from .packages import PackagedContract

MAX = 2**256 - 1
MANTISSA = 10**18
"""Venus counts rates, factors and dollars in 1e-18."""

NO_ERROR = 0

TOKEN = "test/BEP20.sol/StandardToken"
"""Venus' plain ERC-20: all of it belongs to who deploys it, nobody mints."""


class VenusRefusal(GuardrailsError):
    """A market answered with one of its error codes instead of reverting."""


def package(path: str) -> PackagedContract:
    """A contract of the Venus package, such as `Comptroller/Unitroller` or `test/BEP20.sol/StandardToken`."""
    name = path.rsplit("/", 1)[-1]
    file = path if ".sol/" in path else f"{path}.sol/{name}"
    return packages.read(packages.VENUS, f"artifacts/contracts/{file}.json")


@dataclass(frozen=True)
class Venus:
    """A deployment; `markets` are the vTokens by the symbol of what they hold."""

    chain: Chain
    comptroller_address: Address
    markets: Mapping[str, Address]

    @cached_property
    def comptroller(self) -> Contract:
        """The comptroller behind its proxy, the Unitroller."""
        return Contract(self.chain, self.comptroller_address, package("Comptroller/Comptroller").abi)

    @cached_property
    def unitroller(self) -> Contract:
        """The same address, with the proxy's own functions."""
        return Contract(self.chain, self.comptroller_address, package("Comptroller/Unitroller").abi)

    @cached_property
    def oracle(self) -> Contract:
        """Venus' price oracle."""
        return Contract(
            self.chain, self.comptroller.call("oracle"), package("Oracle/VenusChainlinkOracle").abi
        )

    def market(self, symbol: str) -> Contract:
        """The vToken of an asset."""
        return self._markets[symbol]

    @cached_property
    def _markets(self) -> dict[str, Contract]:
        abi = package("Tokens/VTokens/VBep20Immutable").abi
        return {symbol: Contract(self.chain, address, abi) for symbol, address in self.markets.items()}

    def token(self, symbol: str) -> Contract:
        """What a market holds."""
        return Contract(self.chain, self.market(symbol).call("underlying"), package(TOKEN).abi)

    def supply(self, symbol: str, amount: int, *, sender: Address) -> Receipt:
        """Supplies `amount` (smallest unit), after approving the market for it."""
        self._approve(symbol, amount, sender)
        return self.market(symbol).send("mint", amount, sender=sender)

    def enter(self, *symbols: str, sender: Address) -> Receipt:
        """Makes what the sender supplied there, and will supply, his collateral."""
        return self.comptroller.send("enterMarkets", [self.markets[s] for s in symbols], sender=sender)

    def borrow(self, symbol: str, amount: int, *, sender: Address) -> Receipt:
        """Borrows against the sender's collateral."""
        return self.market(symbol).send("borrow", amount, sender=sender)

    def repay(self, symbol: str, amount: int, *, sender: Address) -> Receipt:
        """Repays `amount` of the sender's debt; `MAX` repays all of it."""
        self._approve(symbol, amount, sender)
        return self.market(symbol).send("repayBorrow", amount, sender=sender)

    def redeem(self, symbol: str, shares: int, *, sender: Address) -> Receipt:
        """Gives up `shares` vTokens (smallest unit) for what they are worth."""
        return self.market(symbol).send("redeem", shares, sender=sender)

    def redeem_underlying(self, symbol: str, amount: int, *, sender: Address) -> Receipt:
        """Takes out `amount` for as many vTokens as that is worth, rounded down: the fault of Compound V2."""
        return self.market(symbol).send("redeemUnderlying", amount, sender=sender)

    def liquidate(
        self, symbol: str, borrower: Address, amount: int, seize: str, *, sender: Address
    ) -> Receipt:
        """Repays `amount` of somebody's debt and takes his vTokens of the asset `seize` for it."""
        self._approve(symbol, amount, sender)
        call = ("liquidateBorrow", borrower, amount, self.markets[seize])
        code = self.market(symbol).call(*call, sender=sender)
        if code != NO_ERROR:  # the transaction would succeed and do nothing
            raise VenusRefusal(f"error code {code}", f"v{symbol}.liquidateBorrow", "See ErrorReporter.sol.")
        return self.market(symbol).send(*call, sender=sender)

    def debt(self, symbol: str, account: Address) -> int:
        """What the account owes now, with interest."""
        return int(self.market(symbol).call("borrowBalanceCurrent", account))

    def liquidity(self, account: Address) -> tuple[int, int]:
        """(what more he may borrow, what he is short of), US dollars with 18 decimals."""
        error, liquidity, shortfall = self.comptroller.call("getAccountLiquidity", account)
        if error != NO_ERROR:
            raise VenusRefusal(f"error code {error}", "getAccountLiquidity", "See ErrorReporter.sol.")
        return int(liquidity), int(shortfall)

    def set_price(self, symbol: str, mantissa: int, *, admin: Address) -> None:
        """Moves a price: US dollars a whole token, 18 decimals."""
        self.oracle.send("setDirectPrice", self.token(symbol).address, mantissa, sender=admin)

    def _approve(self, symbol: str, amount: int, sender: Address) -> None:
        self.token(symbol).send("approve", self.markets[symbol], amount, sender=sender)
