"""The names that users may import: one that comes or goes is a decision, and is written down here."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

import guardrails

EXPORTED = {
    "artifacts": "Artifact load names read",
    "chain": "ZERO_ADDRESS Address AnvilChain ApeChain Block Chain ChainError Contract Log MissingBackend "
    "NodeDown NotMined NotSupported Receipt Rejected Reverted RevmChain RpcError UnknownSender WrongChain",
    "cli": "",
    "deploy": "Blueprint Difference Guarded Plan Record Step Unsealed apply blueprint deploy "
    "guarded_interface hub_interface plan steps verify",
    "drill": "",
    "errors": "",
    "fuzz": "Broken DirectedMachine Fork GuardedMachine HarnessFault Invariant Loan Outcome PolicyTarget "
    "PropertyViolated RespondedMachine Sequence Stage Step Target World bundle consumes derive find_target "
    "initialize invariant multiple precondition rule",
    "policy": "Asset EncodedOutflow Level Operation OverLimit Policy PolicyError Problem Rank load loads",
    "report": "",
    "response": "Action Announced NotEffective Outcome Prepared Refused announced perform prepare",
    "risk": "",
    "testing": "",
}
"""`__all__` of each part; empty where a part has none, and its modules are imported by name."""


@pytest.mark.parametrize("part", EXPORTED)
def test_a_part_exports_these_names(part: str) -> None:
    module = import_module(f"guardrails.{part}")
    assert sorted(getattr(module, "__all__", [])) == sorted(EXPORTED[part].split())
    for name in EXPORTED[part].split():
        assert getattr(module, name) is not None


def test_no_part_is_left_out() -> None:
    found = {info.name for info in pkgutil.iter_modules(guardrails.__path__)}
    assert {name for name in found if not name.startswith("_")} == set(EXPORTED)


def test_what_people_catch() -> None:
    from guardrails.errors import GuardrailsError

    error = GuardrailsError("what", "where", "remedy")
    assert (error.what, error.where, error.remedy) == ("what", "where", "remedy")
    assert error.exit_code == 2
    for part in ("policy", "chain", "response", "deploy"):
        module = import_module(f"guardrails.{part}")
        kinds = [getattr(module, name) for name in EXPORTED[part].split()]
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, Exception):
                assert issubclass(kind, GuardrailsError), kind
