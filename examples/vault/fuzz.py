"""The vault as the fuzz lab sees it: `guardrails fuzz run examples/vault/fuzz.py:Vault`."""

from guardrails.fuzz import Invariant, PolicyTarget, World
from guardrails.fuzz.invariants import Solvency


class Vault(PolicyTarget):
    policy_file = "guardrails.yaml"

    def invariants(self, world: World) -> list[Invariant]:
        """All that the policy promises, and that what its books say is here is here."""
        return [*super().invariants(world), Solvency(world, "USDC")]
