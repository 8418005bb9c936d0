"""A finding as a pytest test on the plugin's `chain` fixture."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from guardrails.fuzz.artefact import Artefact, write_whole
from guardrails.fuzz.export import comment, identifier, render
from guardrails.fuzz.step import Loan, Step
from guardrails.fuzz.target import find_target


def export_pytest(artefact: Artefact, path: Path) -> tuple[Path, ...]:
    """The path of the test."""
    finding = artefact.finding
    steps = [(comment(str(step)), _step(step)) for step in _until(artefact)]
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier(finding.property)).lower()
    text = render(
        "test_finding.py.j2",
        name=name,
        property=repr(finding.property),
        evidence=comment(finding.evidence).replace("\\", "/").replace('"', "'"),
        target=repr(finding.sequence.target),
        steps=steps,
        loans=any(step.loans for step in finding.sequence.steps),
        forked=find_target(finding.sequence.target).fork is not None,
        seed=finding.seed,
    )
    write_whole(path, text)
    return (path,)


def _until(artefact: Artefact) -> tuple[Step, ...]:
    assert artefact.broken_at is not None
    return artefact.finding.sequence.steps[: artefact.broken_at]


def _step(step: Step) -> str:
    """The constructor's call, without what it leaves out."""
    given = []
    for field in fields(step):
        value = getattr(step, field.name)
        if value == field.default:
            continue
        if field.name in ("calls", "callback"):
            value = f"({', '.join(map(_step, value))},)"
        elif field.name == "loans":
            value = f"({', '.join(map(_loan, value))},)"
        else:
            value = repr(value)
        given.append(f"{field.name}={value}")
    return f"Step({', '.join(given)})"


def _loan(loan: Loan) -> str:
    return f"Loan({loan.asset!r}, {loan.amount})"
