"""Uniswap V3: factory, position manager, swap router, and a WETH/USDC pool (0.05 %) with a price history.

Prices are USDC per WETH as exact decimals; the time-weighted price follows Uniswap's `OracleLibrary.consult`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property
from math import isqrt

from guardrails.chain import Address, Chain, Contract, Receipt

from . import packages
from .uniswap_v2 import FOREVER

CORE = packages.UNISWAP_V3_CORE
PERIPHERY = packages.UNISWAP_V3_PERIPHERY
FACTORY = (CORE, "artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json")
POOL = (CORE, "artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json")
POSITIONS = (PERIPHERY, "artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json")
ROUTER = (PERIPHERY, "artifacts/contracts/SwapRouter.sol/SwapRouter.json")
NO_DESCRIPTOR: Address = "0x" + "00" * 20
"""The position manager asks its descriptor for pictures of positions only."""

FEE = 500
"""Hundredths of a basis point."""

TICK_SPACING = 10
WIDEST_TICK = 887_272 // TICK_SPACING * TICK_SPACING
Q96 = 2**96
WETH_UNIT = Decimal(10**18)
USDC_UNIT = Decimal(10**6)
DIGITS = 50


@dataclass(frozen=True)
class UniswapV3:
    """Handles on a deployment; `weth` and `usdc` are the two sides of the pool."""

    chain: Chain
    factory_address: Address
    positions_address: Address
    router_address: Address
    weth: Contract
    usdc: Contract

    @cached_property
    def factory(self) -> Contract:
        """The factory, which knows every pool."""
        return Contract(self.chain, self.factory_address, packages.read(*FACTORY).abi)

    @cached_property
    def positions(self) -> Contract:
        """The position manager, through which liquidity comes and goes."""
        return Contract(self.chain, self.positions_address, packages.read(*POSITIONS).abi)

    @cached_property
    def router(self) -> Contract:
        """The swap router."""
        return Contract(self.chain, self.router_address, packages.read(*ROUTER).abi)

    @cached_property
    def pool(self) -> Contract:
        """The WETH/USDC pool."""
        address = self.factory.call("getPool", self.weth.address, self.usdc.address, FEE)
        return Contract(self.chain, address, packages.read(*POOL).abi)

    @cached_property
    def weth_first(self) -> bool:
        """Whether WETH is the pool's token0; it depends on the addresses alone."""
        return int(self.weth.address, 16) < int(self.usdc.address, 16)

    def spot(self) -> Decimal:
        """USDC for one WETH at this moment: what one swap can move."""
        with localcontext(prec=DIGITS):
            return self._usdc_per_weth((Decimal(self.pool.call("slot0")[0]) / Q96) ** 2)

    def twap(self, seconds: int) -> Decimal:
        """USDC for one WETH, the geometric mean of the last `seconds`; reverts `OLD` past the history."""
        past, now = self.pool.call("observe", [seconds, 0])[0]
        with localcontext(prec=DIGITS):
            return self._usdc_per_weth(Decimal("1.0001") ** ((now - past) // seconds))

    def _usdc_per_weth(self, token1_per_token0: Decimal) -> Decimal:
        """Turns the pool's raw ratio (smallest units) into USDC per WETH."""
        raw = token1_per_token0 if self.weth_first else 1 / token1_per_token0
        return raw * WETH_UNIT / USDC_UNIT

    def swap(self, token_in: Contract, token_out: Contract, amount_in: int, *, sender: Address) -> Receipt:
        """Swaps exactly `amount_in` at whatever price, after approving the router for it."""
        token_in.send("approve", self.router_address, amount_in, sender=sender)
        order = (token_in.address, token_out.address, FEE, sender, FOREVER, amount_in, 0, 0)
        return self.router.send("exactInputSingle", order, sender=sender)


def deploy_uniswap_v3(
    chain: Chain, deployer: Address, weth: Contract, usdc: Contract, *, usdc_per_weth: int
) -> UniswapV3:
    """Deploys factory, position manager and swap router, and creates the empty pool at a price."""

    def make(package_path: tuple[str, str], *arguments: object) -> Address:
        return Contract.deploy(chain, packages.read(*package_path), *arguments, sender=deployer).address

    factory = make(FACTORY)
    positions = make(POSITIONS, factory, weth.address, NO_DESCRIPTOR)
    router = make(ROUTER, factory, weth.address)
    v3 = UniswapV3(chain, factory, positions, router, weth, usdc)
    amounts = (10**18, usdc_per_weth * 10**6)
    amount0, amount1 = amounts if v3.weth_first else amounts[::-1]
    token0, token1 = _pool_order(v3)
    start = isqrt(amount1 * Q96 * Q96 // amount0)
    v3.positions.send("createAndInitializePoolIfNecessary", token0, token1, FEE, start, sender=deployer)
    return v3


def add_liquidity(v3: UniswapV3, weth_amount: int, usdc_amount: int, *, sender: Address) -> None:
    """Opens a position over the whole range of prices."""
    v3.weth.send("approve", v3.positions_address, weth_amount, sender=sender)
    v3.usdc.send("approve", v3.positions_address, usdc_amount, sender=sender)
    amounts = (weth_amount, usdc_amount) if v3.weth_first else (usdc_amount, weth_amount)
    position = (*_pool_order(v3), FEE, -WIDEST_TICK, WIDEST_TICK, *amounts, 0, 0, sender, FOREVER)
    v3.positions.send("mint", position, sender=sender)


def _pool_order(v3: UniswapV3) -> tuple[Address, Address]:
    pair = (v3.weth.address, v3.usdc.address)
    return pair if v3.weth_first else (pair[1], pair[0])
