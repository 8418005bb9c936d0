"""Guardrails: one safety policy, enforced on chain, checked before launch and watched after it."""
