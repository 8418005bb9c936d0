"""Findings that differ in numbers alone are one: what counts is the property and the shape of the attack."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from guardrails.fuzz.finding import Finding
from guardrails.fuzz.step import Sequence, Step


def shape(sequence: Sequence) -> list[Any]:
    """Who calls what in which order, without amounts and times."""
    return [_shape(step) for step in sequence.steps]


def _shape(step: Step) -> list[Any]:
    head = step.function.split("(")[0]
    inner = [[_shape(one) for one in many] for many in (step.calls, step.callback)]
    return [step.actor, step.target, head, *inner, sorted({loan.asset for loan in step.loans})]


def file_name(finding: Finding) -> str:
    """`BoundedLoss-1f0c9a3e.json`: the same for the same property and shape."""
    text = json.dumps([finding.sequence.target, finding.property, shape(finding.sequence)])
    word = re.sub(r"[^A-Za-z0-9]+", "-", finding.property).strip("-")[:40] or "finding"
    return f"{word}-{sha256(text.encode()).hexdigest()[:8]}.json"


def from_json(document: dict[str, Any]) -> Finding:
    """What a unit's artefact has of a finding."""
    return Finding(document["property"], document["evidence"], Sequence.from_json(document), document["seed"])


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as its file has it. `confirmed`: a node did the same as the EVM that found it."""

    property: str
    evidence: str
    sequence: Sequence
    confirmed: bool

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Found:
        finding = from_json(document)
        return cls(finding.property, finding.evidence, finding.sequence, bool(document["confirmed"]))
