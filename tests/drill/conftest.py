"""One drill for all tests of it: the committed policy, a guardian after a quarter of an hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.drill.flows import Flow, honest_flows
from guardrails.drill.run import DrillResult, run
from guardrails.policy import Policy, load

REACTION = 900


@pytest.fixture(scope="session")
def demo_policy(root: Path) -> Policy:
    """The policy as committed."""
    return load(root / "examples" / "bridge" / "guardrails.yaml")


@pytest.fixture(scope="session")
def flows() -> list[Flow]:
    """Every honest transfer of the five months."""
    return honest_flows()


@pytest.fixture(scope="session")
def drill(demo_policy: Policy, flows: list[Flow]) -> DrillResult:
    """The whole drill, run once."""
    return run(demo_policy, reaction=REACTION, flows=flows)
