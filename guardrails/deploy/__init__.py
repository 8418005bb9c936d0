"""From a policy to a chain and back: plan, apply, verify."""

from guardrails.deploy.apply import apply, deploy
from guardrails.deploy.blueprint import Blueprint, blueprint
from guardrails.deploy.engine import Unsealed
from guardrails.deploy.facts import Difference
from guardrails.deploy.guarded import Guarded
from guardrails.deploy.interface import guarded_interface, hub_interface
from guardrails.deploy.plan import Plan, plan
from guardrails.deploy.record import Record
from guardrails.deploy.steps import Step, steps
from guardrails.deploy.verify import verify

__all__ = [
    "Blueprint",
    "Difference",
    "Guarded",
    "Plan",
    "Record",
    "Step",
    "Unsealed",
    "apply",
    "blueprint",
    "deploy",
    "guarded_interface",
    "hub_interface",
    "plan",
    "steps",
    "verify",
]
