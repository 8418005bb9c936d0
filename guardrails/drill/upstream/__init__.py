"""A chain that holds the real bytecode of the protocols which guardrails stand beside, without a network."""
