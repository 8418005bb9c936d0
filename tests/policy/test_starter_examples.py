"""The commented examples of a starter policy are true: without their comment signs they are valid."""

from __future__ import annotations

import re

import pytest

from guardrails.policy import loads
from guardrails.policy.starter import KINDS, starter

EXAMPLE = re.compile(
    r"^( *)# (( {2,}\S.*)|(caps|oracle|sequencer|risk_steward|resume_gate|risk-team):.*)$", re.M
)


def test_the_examples_of_a_lending_market() -> None:
    text = starter("lending", "market")
    assert loads(text).asset("WETH").encoded_caps() == {}
    policy = loads(EXAMPLE.sub(r"\1\2", text), "p.yaml")
    for asset in policy.assets:
        caps = asset.encoded_caps()
        assert set(caps) == {"supply", "borrow", "account_supply"}
        assert caps["borrow"].corridor is not None
        assert asset.oracle is not None
        assert asset.oracle.reference == asset.price_usd
    assert policy.steward == policy.accounts["risk-team"]
    assert policy.resume_gate is not None
    assert policy.sequencer is not None


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"lending"}))
def test_other_kinds_have_none(kind: str) -> None:
    assert not EXAMPLE.search(starter(kind, "one"))
