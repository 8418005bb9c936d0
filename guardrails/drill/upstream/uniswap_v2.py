"""Uniswap V2: factory, router, and a WETH/USDC pair with liquidity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from guardrails.chain import Address, Chain, Contract, Receipt

from . import packages

FACTORY = (packages.UNISWAP_V2_CORE, "build/UniswapV2Factory.json")
PAIR = (packages.UNISWAP_V2_CORE, "build/UniswapV2Pair.json")
ROUTER = (packages.UNISWAP_V2_PERIPHERY, "build/UniswapV2Router02.json")
FOREVER = 2**48 - 1
"""A deadline that no chain reaches."""


@dataclass(frozen=True)
class UniswapV2:
    """Handles on a deployment; `weth` and `usdc` are the two sides of the pair."""

    chain: Chain
    factory_address: Address
    router_address: Address
    weth: Contract
    usdc: Contract

    @cached_property
    def factory(self) -> Contract:
        """The factory, which knows every pair."""
        return Contract(self.chain, self.factory_address, packages.read(*FACTORY).abi)

    @cached_property
    def router(self) -> Contract:
        """Router02."""
        return Contract(self.chain, self.router_address, packages.read(*ROUTER).abi)

    @cached_property
    def pair(self) -> Contract:
        """The WETH/USDC pair."""
        address = self.factory.call("getPair", self.weth.address, self.usdc.address)
        return Contract(self.chain, address, packages.read(*PAIR).abi)

    def reserves(self) -> tuple[int, int]:
        """(WETH, USDC) that the pair holds, smallest units."""
        reserve0, reserve1, _ = self.pair.call("getReserves")
        weth_first = self.pair.call("token0") == self.weth.address
        return (reserve0, reserve1) if weth_first else (reserve1, reserve0)

    def quote(self, token_in: Contract, token_out: Contract, amount_in: int) -> int:
        """What a swap would pay now, smallest unit of `token_out`."""
        return int(self.router.call("getAmountsOut", amount_in, [token_in.address, token_out.address])[-1])

    def swap(self, token_in: Contract, token_out: Contract, amount_in: int, *, sender: Address) -> Receipt:
        """Swaps exactly `amount_in` at whatever price, after approving the router for it."""
        token_in.send("approve", self.router_address, amount_in, sender=sender)
        path = [token_in.address, token_out.address]
        return self.router.send(
            "swapExactTokensForTokens", amount_in, 0, path, sender, FOREVER, sender=sender
        )

    def buy_exactly(self, token: Contract, amount: int, *, to: Address, sender: Address) -> Receipt:
        """Buys `amount` of a token with the sender's ether."""
        path = [self.weth.address, token.address]
        budget = self.router.call("getAmountsIn", amount, path)[0]
        return self.router.send(
            "swapETHForExactTokens", amount, path, to, FOREVER, sender=sender, value=budget
        )


def deploy_uniswap_v2(chain: Chain, deployer: Address, weth: Contract, usdc: Contract) -> UniswapV2:
    """Deploys the factory, the router and the empty pair."""
    factory = Contract.deploy(chain, packages.read(*FACTORY), deployer, sender=deployer)
    router = Contract.deploy(chain, packages.read(*ROUTER), factory.address, weth.address, sender=deployer)
    factory.send("createPair", weth.address, usdc.address, sender=deployer)
    return UniswapV2(chain, factory.address, router.address, weth, usdc)


def add_liquidity(v2: UniswapV2, weth_amount: int, usdc_amount: int, *, sender: Address) -> None:
    """Puts both sides into the pair; the first deposit sets the price."""
    v2.weth.send("approve", v2.router_address, weth_amount, sender=sender)
    v2.usdc.send("approve", v2.router_address, usdc_amount, sender=sender)
    v2.router.send(
        "addLiquidity",
        v2.weth.address,
        v2.usdc.address,
        weth_amount,
        usdc_amount,
        0,
        0,
        sender,
        FOREVER,
        sender=sender,
    )
