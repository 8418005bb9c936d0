"""Who and what stands around a protocol in the lab: actors, tokens, price feeds, and the thief's tools."""

from __future__ import annotations

from guardrails import artifacts
from guardrails.chain import Address, Chain, Contract
from guardrails.fuzz.errors import HarnessFault
from guardrails.fuzz.world import ENVIRONMENT, THIEF, THIEF_CONTRACT

WEI = 10**24
"""What each actor has for gas and value."""
FLASH = 10**32
"""Smallest units of each asset that can be borrowed: more than any protocol holds."""
LENDER = "lender"
"""The contract that lends."""
ACTORS = (
    *("deployer", "alice", "bob", "carol", "whale"),
    *(THIEF, "keeper", "accomplice", "liquidator", ENVIRONMENT),
)
"""The first ten accounts of a development chain."""


class Stage:
    """An empty stage on a development chain."""

    def __init__(self, chain: Chain) -> None:
        if len(chain.accounts) < len(ACTORS):
            raise HarnessFault(
                f"{chain.name} has {len(chain.accounts)} accounts, the lab needs {len(ACTORS)}",
                chain.name,
                "Use a development chain or a fork.",
            )
        self.chain = chain
        self.actors: dict[str, Address] = dict(zip(ACTORS, chain.accounts, strict=False))
        self.contracts: dict[str, Contract] = {}
        self.assets: dict[str, Contract] = {}
        for account in self.actors.values():
            chain.set_balance(account, WEI)
        deployer = self.actors["deployer"]
        self.lender = Contract.deploy(chain, artifacts.load("FlashLender"), sender=deployer)
        thief = artifacts.load("Thief")
        self.contracts[LENDER] = self.lender
        self.contracts[THIEF_CONTRACT] = Contract.deploy(
            chain, thief, self.actors[THIEF], self.lender.address, sender=deployer
        )

    @property
    def environment(self) -> Address:
        return self.actors[ENVIRONMENT]

    def actor(self, name: str, address: Address) -> None:
        """Somebody of the policy's own, who can act from now on."""
        self.chain.impersonate(address)
        self.chain.set_balance(address, WEI)
        self.actors[name] = address

    def token(self, symbol: str, decimals: int, at: Address | None = None) -> Contract:
        """A `FuzzToken`, at the address that a policy names or at a new one; anybody may borrow it."""
        token = self._place("FuzzToken", at)
        token.send("prepare", symbol, decimals, self.environment, sender=self.environment)
        token.send("mint", self.lender.address, FLASH, sender=self.environment)
        self.assets[symbol] = token
        return token

    def feed(self, name: str, answer: int, decimals: int = 8, at: Address | None = None) -> Contract:
        """A price feed that says `answer` (in units of 10^-decimals) until the environment sets another."""
        feed = self._place("PriceFeed", at)
        feed.send("prepare", decimals, answer, self.environment, sender=self.environment)
        self.contracts[name] = feed
        return feed

    def fund(self, symbol: str, amounts: dict[str, int]) -> None:
        """Smallest units of an asset for actors, out of nothing."""
        for name, amount in amounts.items():
            to = self.contracts[name].address if name in self.contracts else self.actors[name]
            self.assets[symbol].send("mint", to, amount, sender=self.environment)

    def _place(self, name: str, at: Address | None) -> Contract:
        artifact = artifacts.load(name)
        if at is None:
            return Contract.deploy(self.chain, artifact, sender=self.actors["deployer"])
        self.chain.set_code(at, artifact.deployed_bytecode)
        return Contract(self.chain, at, artifact.abi)
