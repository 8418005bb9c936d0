"""After containment and for it: emergency actions, and the life of a governance override."""

from guardrails.response.actions import Action
from guardrails.response.overrides import Announced, announced
from guardrails.response.perform import NotEffective, Outcome, Prepared, Refused, perform, prepare

__all__ = [
    "Action",
    "Announced",
    "NotEffective",
    "Outcome",
    "Prepared",
    "Refused",
    "announced",
    "perform",
    "prepare",
]
