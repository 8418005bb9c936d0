"""The fuzz lab: search for the sequence of calls that breaks a guarded protocol.

`GuardedMachine` and the words that it is written in need the extra `fuzz`, and are loaded on demand.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from guardrails.fuzz.errors import HarnessFault, PropertyViolated
from guardrails.fuzz.fork import Fork
from guardrails.fuzz.invariants import Invariant, derive
from guardrails.fuzz.stage import Stage
from guardrails.fuzz.step import Loan, Sequence, Step
from guardrails.fuzz.target import PolicyTarget, Target, find_target
from guardrails.fuzz.world import Outcome, World

if TYPE_CHECKING:
    from guardrails.fuzz.machine import Broken, DirectedMachine, GuardedMachine, RespondedMachine
    from guardrails.fuzz.words import bundle, consumes, initialize, invariant, multiple, precondition, rule

__all__ = [
    "Broken",
    "DirectedMachine",
    "Fork",
    "GuardedMachine",
    "HarnessFault",
    "Invariant",
    "Loan",
    "Outcome",
    "PolicyTarget",
    "PropertyViolated",
    "RespondedMachine",
    "Sequence",
    "Stage",
    "Step",
    "Target",
    "World",
    "bundle",
    "consumes",
    "derive",
    "find_target",
    "initialize",
    "invariant",
    "multiple",
    "precondition",
    "rule",
]

_MACHINE = ("Broken", "DirectedMachine", "GuardedMachine", "RespondedMachine")
_WORDS = ("bundle", "consumes", "initialize", "invariant", "multiple", "precondition", "rule")


def __getattr__(name: str) -> Any:
    if name in _MACHINE:
        return getattr(import_module("guardrails.fuzz.machine"), name)
    if name in _WORDS:
        return getattr(import_module("guardrails.fuzz.words"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
