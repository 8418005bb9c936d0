"""Puts the protocols on a development chain, or finds them on a public one.

Prices agree everywhere: one WETH is 1,600 USDC on both Uniswaps and to Aave. The two Uniswaps trade the
USDC that Nomad escrows and Aave lends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from guardrails.chain import Address, Chain, Contract

from . import aave_v3_market, uniswap_v2, uniswap_v3
from .aave_v3 import AaveV3
from .aave_v3_market import Reserve
from .nomad import NomadDeployment, build_nomad
from .safe import Safe, SafeContracts, create_safe, deploy_safe_contracts, owner_accounts
from .tokens import DECIMALS, attach_tokens, deploy_tokens, mint, wrap
from .uniswap_v2 import UniswapV2
from .uniswap_v3 import UniswapV3

USDC_PER_WETH = 1_600
LIQUIDITY_WETH = 5_000 * 10**18
LIQUIDITY_USDC = 5_000 * USDC_PER_WETH * 10**6
OBSERVATIONS = 100
HISTORY_SECONDS = 7_200
"""How far back the Uniswap V3 pool's price history reaches when the build is done."""

THRESHOLD = 2

Addresses = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Upstream:
    """Every protocol of one chain. `mintable`: tokens come out of nothing, they need not be bought."""

    chain: Chain
    deployer: Address
    tokens: Mapping[str, Contract]
    uniswap_v2: UniswapV2
    uniswap_v3: UniswapV3
    safe_contracts: SafeContracts
    safe: Safe
    aave: AaveV3
    nomad: NomadDeployment
    mintable: bool = True

    @property
    def weth(self) -> Contract:
        """WETH9."""
        return self.tokens["WETH"]

    @property
    def usdc(self) -> Contract:
        """USDC, the other side of both Uniswap markets."""
        return self.tokens["USDC"]

    def fund(self, symbol: str, to: Address, amount: int) -> None:
        """Gives `to` `amount` (smallest unit): minted here, bought for development ether on a public fork."""
        token = self.tokens[symbol]
        if self.mintable or symbol == "WETH":
            mint(token, symbol, to, amount, minter=self.deployer)
        else:
            self.uniswap_v2.buy_exactly(token, amount, to=to, sender=self.deployer)

    def addresses(self) -> Addresses:
        """What `attach` needs to find all of this again on the same chain, as JSON."""
        nomad = self.nomad
        return {
            "tokens": {symbol: token.address for symbol, token in self.tokens.items()},
            "uniswap_v2": {
                "factory": self.uniswap_v2.factory_address,
                "router": self.uniswap_v2.router_address,
            },
            "uniswap_v3": {
                "factory": self.uniswap_v3.factory_address,
                "positions": self.uniswap_v3.positions_address,
                "router": self.uniswap_v3.router_address,
            },
            "safe": {**asdict(self.safe_contracts), "account": self.safe.address},
            "aave_v3": {"provider": self.aave.provider_address},
            "nomad": {
                name: getattr(nomad, name)
                for name in ("owner", "home", "replica", "router", "registry", "connections")
            },
        }


def build_upstream(chain: Chain) -> Upstream:
    """Deploys everything from the chain's first account, which stays owner and administrator of it all.

    Needs a development chain. Ends two hours after it began, so that the Uniswap V3 pool has a history.
    """
    deployer = chain.accounts[0]
    tokens = deploy_tokens(chain, deployer)
    weth, usdc = tokens["WETH"], tokens["USDC"]
    wrap(weth, deployer, 4 * LIQUIDITY_WETH, sender=deployer)
    mint(usdc, "USDC", deployer, 4 * LIQUIDITY_USDC, minter=deployer)
    mint(tokens["DAI"], "DAI", deployer, LIQUIDITY_USDC * 10**12, minter=deployer)

    v3 = uniswap_v3.deploy_uniswap_v3(chain, deployer, weth, usdc, usdc_per_weth=USDC_PER_WETH)
    v3.pool.send("increaseObservationCardinalityNext", OBSERVATIONS, sender=deployer)
    uniswap_v3.add_liquidity(v3, LIQUIDITY_WETH, LIQUIDITY_USDC, sender=deployer)
    v2 = uniswap_v2.deploy_uniswap_v2(chain, deployer, weth, usdc)
    uniswap_v2.add_liquidity(v2, LIQUIDITY_WETH, LIQUIDITY_USDC, sender=deployer)

    aave = _build_aave(chain, deployer, tokens)
    safe_contracts = deploy_safe_contracts(chain, deployer)
    safe = create_safe(chain, safe_contracts, deployer, owner_accounts(), THRESHOLD)
    nomad = build_nomad(chain, deployer, {symbol: token.address for symbol, token in tokens.items()})

    chain.warp(chain.block().timestamp + HISTORY_SECONDS)
    v3.swap(usdc, weth, 10**6, sender=deployer)
    return Upstream(chain, deployer, tokens, v2, v3, safe_contracts, safe, aave, nomad)


def attach(chain: Chain, addresses: Mapping[str, Mapping[str, Any]], *, mintable: bool = True) -> Upstream:
    """Handles on what `addresses` lists.

    A public network lists neither a Safe of ours nor a Nomad bridge that still runs: the chain's first
    account creates them on the fork.
    """
    deployer = chain.accounts[0]
    tokens = attach_tokens(chain, dict(addresses["tokens"]))
    weth, usdc = tokens["WETH"], tokens["USDC"]
    v2, v3 = addresses["uniswap_v2"], addresses["uniswap_v3"]
    shared = dict(addresses["safe"])
    account = shared.pop("account", None)
    safe_contracts = SafeContracts(**shared)
    token_addresses = {symbol: token.address for symbol, token in tokens.items()}
    return Upstream(
        chain=chain,
        deployer=deployer,
        tokens=tokens,
        uniswap_v2=UniswapV2(chain, v2["factory"], v2["router"], weth, usdc),
        uniswap_v3=UniswapV3(chain, v3["factory"], v3["positions"], v3["router"], weth, usdc),
        safe_contracts=safe_contracts,
        safe=(
            Safe(chain, account, tuple(owner_accounts()), THRESHOLD, deployer)
            if account
            else create_safe(
                chain, safe_contracts, deployer, owner_accounts(), THRESHOLD, salt=chain.block().number
            )
        ),
        aave=AaveV3(chain, addresses["aave_v3"]["provider"]),
        nomad=(
            NomadDeployment(chain=chain, tokens=token_addresses, **addresses["nomad"])
            if "nomad" in addresses
            else build_nomad(chain, deployer, token_addresses)
        ),
        mintable=mintable,
    )


def _build_aave(chain: Chain, deployer: Address, tokens: Mapping[str, Contract]) -> AaveV3:
    """A market of WETH, USDC and DAI."""
    terms = {"WETH": (USDC_PER_WETH, 8_000, 8_250), "USDC": (1, 7_700, 8_000), "DAI": (1, 7_500, 8_000)}
    reserves = [Reserve(s, tokens[s], DECIMALS[s], *terms[s]) for s in terms]
    aave = aave_v3_market.deploy_aave_v3(chain, deployer, reserves)
    for symbol, amount in (
        ("WETH", LIQUIDITY_WETH),
        ("USDC", LIQUIDITY_USDC),
        ("DAI", LIQUIDITY_USDC * 10**12),
    ):
        aave.supply(tokens[symbol].address, amount, sender=deployer)
    return aave
