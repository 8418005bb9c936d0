"""The policy file and its model. Knows nothing of chains, and is quick to import."""

from guardrails.policy.asset import Asset, EncodedOutflow
from guardrails.policy.load import load, loads
from guardrails.policy.model import Policy
from guardrails.policy.operations import Level, Operation, OverLimit, Rank
from guardrails.policy.problems import PolicyError, Problem

__all__ = [
    "Asset",
    "EncodedOutflow",
    "Level",
    "Operation",
    "OverLimit",
    "Policy",
    "PolicyError",
    "Problem",
    "Rank",
    "load",
    "loads",
]
