"""The eve of the attack, on anvil: the real router and the guarded bridge behind one vulnerable Replica."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guardrails.chain import Address, AnvilChain
from guardrails.drill.bridge import GuardedBridge, bound_to, deploy_bridge
from guardrails.drill.flows import ATTACK_BEGINS
from guardrails.drill.upstream.nomad import NomadDeployment, build_nomad
from guardrails.drill.upstream.safe import Safe, create_safe, deploy_safe_contracts, owner_accounts
from guardrails.policy import Policy

EVE_SECONDS = 86_400
THRESHOLD = 2


@dataclass(frozen=True)
class Stage:
    """Both bridges, each with its own escrow of the same size, and everybody who acts."""

    chain: AnvilChain
    nomad: NomadDeployment
    bridge: GuardedBridge
    safe: Safe
    guardian: Address
    attacker: Address
    user: Address

    def escrow(self, of: Address, symbol: str) -> int:
        """A token's balance, claims included, smallest unit."""
        return self.nomad.escrow(symbol, of=of)


def build_stage(policy: Policy, escrow: Mapping[str, int]) -> Stage:
    """Starts an anvil of its own a day before the attack; `close()` of its chain ends it."""
    chain = AnvilChain.start(timestamp=int(ATTACK_BEGINS.timestamp()) - EVE_SECONDS)
    try:
        deployer, guardian, watcher, attacker, user = chain.accounts[:5]
        nomad = build_nomad(chain, deployer)
        safe = create_safe(
            chain, deploy_safe_contracts(chain, deployer), deployer, owner_accounts(), THRESHOLD
        )
        accounts = {"council": safe.address, "guardians": guardian, "watcher": watcher}
        bridge = deploy_bridge(nomad, bound_to(policy, nomad.tokens, accounts), deployer=deployer)
        nomad.fund_escrow(escrow)
        nomad.fund_escrow(escrow, to=bridge.address)
        return Stage(chain, nomad, bridge, safe, guardian, attacker, user)
    except BaseException:
        chain.close()
        raise
