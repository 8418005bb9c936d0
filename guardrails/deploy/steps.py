"""What a deployment does, in order, before any chain is asked: create, configure, seal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from guardrails.artifacts import Artifact
from guardrails.deploy.blueprint import Blueprint
from guardrails.deploy.configuration import settings
from guardrails.deploy.facts import Fact, view_fact
from guardrails.deploy.interface import governance_selectors


@dataclass(frozen=True)
class Step:
    """One transaction. `key` is its name in the record; `target` the contract that it creates or calls.

    `fact` is what must be true afterwards; where it is true before, there is nothing to do. None for a
    creation, whose sign is the code at its address.
    """

    key: str
    kind: Literal["create", "configure", "seal"]
    target: str
    arguments: tuple[Any, ...]
    artifact: Artifact | None = None
    function: str = ""
    fact: Fact | None = None


def steps(plan: Blueprint) -> list[Step]:
    """Every step of a deployment from nothing. Arguments may hold `Ref`s to what earlier steps create."""
    policy = plan.policy
    found = [
        Step(f"create {part.key}", "create", part.key, part.arguments, artifact=part.artifact)
        for part in plan.parts
        if part.address is None
    ]
    selectors = governance_selectors(hub=plan.hub)
    for setting in settings(policy, selectors, plan.members):
        found.append(
            Step(
                setting.key,
                "configure",
                setting.target or plan.guard,
                setting.arguments,
                function=setting.function,
                fact=setting.fact,
            )
        )
    sealed = view_fact("sealed", "isSealed", expected=True, show=lambda value: "yes" if value else "no")
    found.append(Step("seal", "seal", plan.guard, (policy.governance,), function="seal", fact=sealed))
    return found
