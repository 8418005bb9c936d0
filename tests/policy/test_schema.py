"""The exported format: committed copies are current, and the schema agrees with the model."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from ruamel.yaml import YAML

from guardrails.policy.schema import json_schema, markdown

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def as_an_editor_reads_it(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_the_committed_schema_is_current() -> None:
    committed = json.loads((DOCS / "guardrails.schema.json").read_text(encoding="utf-8"))
    assert committed == json_schema(), "run: guardrails schema > docs/guardrails.schema.json"


def test_the_committed_reference_is_current() -> None:
    committed = (DOCS / "policy.md").read_text(encoding="utf-8")
    assert committed == markdown(), "run: guardrails schema --markdown > docs/policy.md"


def test_a_valid_policy_fits_the_schema(validator: Draft202012Validator, bridge_text: str) -> None:
    assert list(validator.iter_errors(as_an_editor_reads_it(bridge_text))) == []


def deepest(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """The faults themselves, inside the alternatives of an optional part too."""
    found: list[ValidationError] = []
    for error in errors:
        found += [error, *deepest(error.context or ())]
    return found


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("mode: embedded", "mood: embedded", []),
        ("window: 24h\n", "window: 24\n", ["assets", 0, "outflow", "window"]),
        ("inflow_credit: 50 %", "inflow_credit: half", ["assets", 0, "outflow", "inflow_credit"]),
        ("limit: 5_000_000 USDC", "limit: lots", ["assets", 0, "outflow", "limit"]),
        ("[WITHDRAW, BORROW]", "[WITHDRW]", ["roles", "sentinel", "operations"]),
        ("setLimit: 72h", "setLimits: 72h", ["override", "delays"]),
        ("version: 1", "version: 2", ["version"]),
    ],
)
def test_an_editor_marks_the_fault(
    validator: Draft202012Validator, bridge_text: str, old: str, new: str, path: list[str | int]
) -> None:
    errors = deepest(validator.iter_errors(as_an_editor_reads_it(bridge_text.replace(old, new, 1))))
    assert path in [list(error.absolute_path) for error in errors]


def test_the_reference_explains_every_key() -> None:
    text = markdown()
    rows = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert len(rows) > 50
    assert [row for row in rows if row.rsplit("|", 2)[1].strip() == ""] == []
