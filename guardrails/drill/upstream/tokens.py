"""The five tokens of the upstream chain: the real WETH9, and ERC-20s with the real names and decimals.

The four others use Aave's `MintableERC20`, an OpenZeppelin ERC-20 that anybody may mint.
"""

from __future__ import annotations

from guardrails.chain import Address, Chain, Contract

from . import packages

DECIMALS = {"WETH": 18, "USDC": 6, "USDT": 6, "WBTC": 8, "DAI": 18}
NAMES = {"USDC": "USD Coin", "USDT": "Tether USD", "WBTC": "Wrapped BTC", "DAI": "Dai Stablecoin"}
GAS_RESERVE = 10**20
"""Wei that a minter of WETH keeps for gas."""

WETH9 = (packages.WETH, "build/contracts/WETH9.json")
MINTABLE = (packages.AAVE_V3, "artifacts/contracts/mocks/tokens/MintableERC20.sol/MintableERC20.json")


def deploy_tokens(chain: Chain, deployer: Address) -> dict[str, Contract]:
    """Deploys WETH, USDC, USDT, WBTC and DAI. Returns them by symbol."""
    mintable = packages.read(*MINTABLE)
    tokens = {"WETH": Contract.deploy(chain, packages.read(*WETH9), sender=deployer)}
    for symbol, name in NAMES.items():
        tokens[symbol] = Contract.deploy(chain, mintable, name, symbol, DECIMALS[symbol], sender=deployer)
    return tokens


def attach_tokens(chain: Chain, addresses: dict[str, Address]) -> dict[str, Contract]:
    """Handles on tokens that exist already, by symbol."""
    return {
        symbol: Contract(chain, address, packages.read(*(WETH9 if symbol == "WETH" else MINTABLE)).abi)
        for symbol, address in addresses.items()
    }


def mint(token: Contract, symbol: str, to: Address, amount: int, *, minter: Address) -> None:
    """Gives `to` `amount` (smallest unit) out of nothing; WETH is wrapped from new ether of the minter.

    Needs a development chain, and tokens that `deploy_tokens` made.
    """
    if symbol == "WETH":
        wrap(token, to, amount, sender=minter)
    else:
        token.send("mint(address,uint256)", to, amount, sender=minter)


def wrap(weth: Contract, to: Address, amount: int, *, sender: Address) -> None:
    """Wraps `amount` wei of development ether and gives the WETH to `to`; on a public fork too."""
    weth.chain.set_balance(sender, max(weth.chain.balance(sender), amount + GAS_RESERVE))
    weth.send("deposit", sender=sender, value=amount)
    if to != sender:
        weth.send("transfer", to, amount, sender=sender)
