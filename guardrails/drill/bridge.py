"""The guarded bridge on a development chain, behind the same vulnerable Replica as the real router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guardrails.chain import Address, Contract
from guardrails.deploy import deploy
from guardrails.drill.upstream.nomad import REMOTE_ROUTER, NomadDeployment
from guardrails.drill.upstream.nomad_message import MOONBEAM, address_word
from guardrails.policy import Policy


@dataclass(frozen=True)
class GuardedBridge:
    """The deployed bridge: its own functions and those of its controls in one `contract`."""

    nomad: NomadDeployment
    contract: Contract
    policy: Policy

    @property
    def address(self) -> Address:
        """Where the bridge stands."""
        return self.contract.address

    def token(self, symbol: str) -> Address:
        """The token on this chain."""
        return self.nomad.tokens[symbol]

    def escrow(self, symbol: str) -> int:
        """What the bridge holds and owes to no claim, smallest unit."""
        return int(self.contract.call("escrow", self.token(symbol)))

    def locked(self, symbol: str) -> int:
        """What waits in claims, smallest unit."""
        return int(self.contract.call("lockedInClaims", self.token(symbol)))

    def available(self, symbol: str) -> int:
        """What may leave at once in a withdrawal that is not small, smallest unit."""
        return int(self.contract.call("available", self.token(symbol)))


def bound_to(policy: Policy, tokens: Mapping[str, Address], accounts: Mapping[str, Address]) -> Policy:
    """The same policy with the tokens and accounts of a chain; all rules are checked again."""
    data = policy.model_dump(mode="json", exclude_none=True)
    data["accounts"] = {**data["accounts"], **accounts}
    for asset in data["assets"]:
        asset["address"] = tokens[asset["symbol"]]
    return Policy.model_validate(data)


def with_prices(policy: Policy, prices: Mapping[str, object]) -> Policy:
    """The same policy with other prices, which only reports look at."""
    data = policy.model_dump(mode="json", exclude_none=True)
    for asset in data["assets"]:
        asset["price_usd"] = str(prices[asset["symbol"]])
    return Policy.model_validate(data)


def deploy_bridge(nomad: NomadDeployment, policy: Policy, *, deployer: Address) -> GuardedBridge:
    """Deploys controls and bridge by the policy (bound to this chain) and hands them to its governance."""
    constructor = {
        "connections_": nomad.connections,
        "remoteDomain_": MOONBEAM,
        "remoteRouter_": address_word(REMOTE_ROUTER),
    }
    guarded = deploy(
        policy, nomad.chain, deployer, protocol_artifact="GuardedBridge", constructor=constructor
    )
    return GuardedBridge(nomad, guarded.guard, policy)
