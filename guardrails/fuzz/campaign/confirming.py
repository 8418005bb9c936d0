"""STAND-IN"""

from __future__ import annotations

from typing import Any

from guardrails.fuzz.finding import Finding


def on_a_node(finding: Finding) -> dict[str, Any]:
    return {**finding.to_json(), "confirmed": True}
