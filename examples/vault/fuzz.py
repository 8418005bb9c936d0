"""The vault as the fuzz lab sees it: `guardrails fuzz run examples/vault/fuzz.py:Vault`."""

from guardrails.fuzz import PolicyTarget


class Vault(PolicyTarget):
    policy_file = "guardrails.yaml"
