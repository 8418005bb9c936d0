"""Bridges that are guarded badly, or not at all, fail what the committed policy passes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from guardrails.drill.attack import BRIDGE, ROUTER, Attack, AttackResult
from guardrails.drill.flows import Flow
from guardrails.drill.honest import HonestReplay
from guardrails.drill.nomad_history import attack_withdrawals, totals
from guardrails.drill.run import bound_at, prices_of, run
from guardrails.drill.stage import build_stage
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy

REACTION = 900
ONE_PERCENT = Decimal("1_595_662")


def changed(policy: Policy, **outflow: Any) -> Policy:
    """The policy with other fields for the outflow of every asset; None removes one."""
    data = policy.model_dump(mode="json", exclude_none=True)
    for asset in data["assets"]:
        fields = {name: value for name, value in {**asset["outflow"], **outflow}.items() if value is not None}
        asset["outflow"] = fields
    if outflow.get("limit") == "unlimited":
        del data["shared_budget"]
    return Policy.model_validate(data)


def attacked(policy: Policy) -> AttackResult:
    withdrawals = attack_withdrawals()
    stage = build_stage(policy, totals(withdrawals))
    try:
        return Attack(stage, withdrawals, REACTION).run()
    finally:
        stage.chain.close()


def test_without_the_limiter_the_guardian_alone_comes_too_late(demo_policy: Policy) -> None:
    off = changed(demo_policy, limit="unlimited", exemption=None, reserve="0 %", inflow_credit="0 %")

    result = attacked(off)

    lost = result.sides[BRIDGE].lost_usd
    early = max(p.usd for p in result.sides[ROUTER].curve if p.seconds < REACTION)
    assert lost == early > 10 * ONE_PERCENT
    assert result.sides[BRIDGE].queued == 0
    with pytest.raises(GuardrailsError, match="nothing bounds its loss"):
        bound_at(off, prices_of(attack_withdrawals()), REACTION)


def test_in_shadow_mode_the_limiter_stops_nothing(demo_policy: Policy) -> None:
    data = demo_policy.model_dump(mode="json", exclude_none=True)
    shadow = Policy.model_validate({**data, "shadow": ["outflow"]})

    assert attacked(shadow).sides[BRIDGE].lost_usd > 10 * ONE_PERCENT


def test_limits_that_stop_every_thief_also_delay_too_many_honest_users(
    demo_policy: Policy, flows: list[Flow]
) -> None:
    data = demo_policy.model_dump(mode="json", exclude_none=True)
    for asset in data["assets"]:
        amount, unit = asset["outflow"]["limit"].split()
        asset["outflow"]["limit"] = f"{int(float(amount.replace('_', ''))) // 10 or 1} {unit}"
        asset["outflow"].pop("exemption")
        asset["outflow"]["reserve"] = "0 %"
    tight = Policy.model_validate(data)

    result = HonestReplay(tight, flows, totals(attack_withdrawals())).run()

    assert result.delayed > result.withdrawals * 6 // 1000
    assert result.conserved


def test_limits_that_refuse_instead_of_queueing_refuse_honest_users(
    demo_policy: Policy, flows: list[Flow]
) -> None:
    refusing = changed(demo_policy, over_limit="revert")

    result = HonestReplay(refusing, flows, totals(attack_withdrawals())).run()

    assert result.refused > 0
    assert result.delayed == 0
    assert result.conserved


def test_a_guardian_slower_than_the_claims_is_refused(demo_policy: Policy) -> None:
    with pytest.raises(GuardrailsError, match="claims are already paid"):
        run(demo_policy, reaction=demo_policy.settlement.delay)
