"""The fuzz lab: search for the sequence of calls that breaks a guarded protocol."""

from guardrails.fuzz.errors import HarnessFault, PropertyViolated
from guardrails.fuzz.fork import Fork
from guardrails.fuzz.invariants import Invariant, derive
from guardrails.fuzz.stage import Stage
from guardrails.fuzz.step import Loan, Sequence, Step
from guardrails.fuzz.target import PolicyTarget, Target, find_target
from guardrails.fuzz.world import Outcome, World

__all__ = [
    "Fork",
    "HarnessFault",
    "Invariant",
    "Loan",
    "Outcome",
    "PolicyTarget",
    "PropertyViolated",
    "Sequence",
    "Stage",
    "Step",
    "Target",
    "World",
    "derive",
    "find_target",
]
