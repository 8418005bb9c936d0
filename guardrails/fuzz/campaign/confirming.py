"""A finding is taken again on a node before anybody hears of it."""

from __future__ import annotations

from typing import Any

from guardrails.fuzz.artefact import Artefact
from guardrails.fuzz.confirm import confirm
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.target import find_target


def on_a_node(finding: Finding) -> dict[str, Any]:
    """The finding's artefact, which can be replayed and exported; `confirmed` says whether anvil agrees, and
    `verdict` and `differences` in which way it does not."""
    target = find_target(finding.sequence.target)
    said = confirm(finding, target)
    return {
        **Artefact.of(finding, target).to_json(),
        "confirmed": said.confirmed,
        "verdict": said.verdict,
        "differences": list(said.differences),
    }
