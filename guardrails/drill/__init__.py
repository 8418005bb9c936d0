"""Attack drills: a real protocol, a real attack, with and without the guardrails."""
