"""Who acts in a test, by role: `actors.attacker`, never `accounts[5]`."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from guardrails.chain.base import Chain
from guardrails.chain.errors import ChainError
from guardrails.chain.types import Address


@dataclass(frozen=True)
class Actors:
    """Addresses that can send on the chain; no two roles share one."""

    deployer: Address
    governance: Address
    guardian: Address
    sentinel: Address
    alice: Address
    bob: Address
    attacker: Address
    keeper: Address
    liquidator: Address

    @classmethod
    def of(cls, chain: Chain) -> Actors:
        """The chain's first nine accounts, in the order of the roles."""
        roles = len(cls.__dataclass_fields__)
        accounts = chain.accounts
        if len(accounts) < roles:
            raise ChainError(
                f"{len(accounts)} accounts for {roles} roles", chain.name, "Use a development chain."
            )
        return cls(*accounts[:roles])

    def all(self) -> tuple[Address, ...]:
        return tuple(astuple(self))
