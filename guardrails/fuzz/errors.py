"""The two kinds of trouble in the lab, which are never taken for one another."""

from __future__ import annotations

from typing import ClassVar

from guardrails.errors import GuardrailsError


class HarnessFault(GuardrailsError):
    """The target, a rule or the set-up is wrong: nothing is known of the protocol."""

    exit_code: ClassVar[int] = 2


class PropertyViolated(AssertionError):
    """The protocol broke what its policy promises. `name` is the property's."""

    def __init__(self, name: str, evidence: str) -> None:
        super().__init__(f"{name}: {evidence}")
        self.name = name
        self.evidence = evidence
