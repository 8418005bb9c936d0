"""A unit of work is a pure function, and says in words what it cannot do."""

from __future__ import annotations

import json
import pickle
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.fuzz.campaign.identity import Identity, identify
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.unit import Done, Failed, run_unit

from .conftest import SOUND, TARGETS


def done(result: Done | Failed) -> Done:
    assert isinstance(result, Done), result
    return result


def failed(result: Done | Failed) -> Failed:
    assert isinstance(result, Failed), result
    return result


def test_the_same_unit_leaves_the_same_bytes(plan: Plan) -> None:
    first, again = done(run_unit(plan.unit(0))), done(run_unit(plan.unit(0)))
    assert (first.artefact, first.state) == (again.artefact, again.state)
    other = done(run_unit(plan.unit(1)))
    assert json.loads(other.artefact)["features"] != json.loads(first.artefact)["features"]


def test_a_unit_goes_on_where_the_one_before_it_stood(plan: Plan) -> None:
    first = done(run_unit(plan.unit(0)))
    second = done(run_unit(plan.unit(2, first.state)))
    assert json.loads(second.artefact)["unit"]["seed"] == json.loads(first.artefact)["unit"]["seed"]
    news = json.loads(second.artefact)["features"]
    assert news
    assert not set(news) & set(json.loads(first.artefact)["features"])
    found, state = json.loads(second.artefact), json.loads(zlib.decompress(second.state))
    assert state["executions"] >= 2 * plan.executions
    for name in ("executions", "steps"):
        assert json.loads(first.artefact)[name] + found[name] == state[name], "each counts its own"
    assert [point[0] for point in found["curve"] if not 0 <= point[0] <= found["executions"]] == []


def test_a_machine_leaves_the_same_bytes_too(plan: Plan) -> None:
    machine = replace(plan, mode="machine", target=SOUND, identity=identify(SOUND), executions=8)
    first, again = (done(run_unit(machine.unit(0))) for _ in range(2))
    assert first.artefact == again.artefact
    found = json.loads(first.artefact)
    assert found["findings"] == []
    assert found["features"]
    assert found["executions"] == 8
    assert 8 <= found["steps"] <= 8 * 50
    second = json.loads(done(run_unit(machine.unit(2, first.state))).artefact)
    assert second["features"] != found["features"]


def test_what_shrank_a_finding_is_counted(plan: Plan) -> None:
    """Asked for a thousand examples, one of the first breaks its promise: a thousand would be a lie."""
    machine = replace(plan, mode="machine", executions=1_000)
    found = json.loads(done(run_unit(machine.unit(0))).artefact)
    assert [one["property"] for one in found["findings"]] == ["NoRefusal"]
    assert 1 < found["executions"] < 1_000
    assert found["steps"] <= found["executions"] * 50
    assert found["curve"] == [[found["executions"], "0", None]]


def test_an_artefact_says_what_it_is_of_and_no_time(plan: Plan) -> None:
    document = json.loads(done(run_unit(plan.unit(0))).artefact)
    assert document["unit"]["identity"] == plan.identity.to_json()
    assert document["executions"] >= plan.executions
    assert document["curve"][-1][0] == document["executions"]
    assert document["best"]["target"] == plan.target
    assert "second" not in json.dumps(document)


@pytest.mark.parametrize("name", ["policy", "target", "contracts", "lab", "evm"])
def test_a_worker_that_has_something_else_refuses(plan: Plan, name: str) -> None:
    unit = replace(plan, identity=replace(plan.identity, **{name: "0" * 64})).unit(0)
    result = failed(run_unit(unit))
    assert f"the {name} was 000000000000 and is {getattr(plan.identity, name)[:12]}" in result.what
    assert "Give every worker the same checkout" in result.remedy
    assert result.exit_code == 2
    assert pickle.loads(pickle.dumps(result)) == result


def test_what_a_target_raises_is_no_finding(plan: Plan) -> None:
    unit = replace(plan, target=f"{TARGETS}:Raises").unit(0)
    result = failed(run_unit(unit))
    assert "ZeroDivisionError: of the target" in result.what
    assert result.exit_code == 2


def test_a_state_that_is_damaged_is_the_harness_s_fault(plan: Plan) -> None:
    result = failed(run_unit(plan.unit(2, zlib.compress(b'{"corpus": 1}'))))
    assert "the harness raised" in result.what
    assert ".py:" in str(result.where)
    result = failed(run_unit(plan.unit(2, b"half of it")))
    assert result.what == "what the unit before it handed on cannot be read"


def test_a_target_that_is_not_there() -> None:
    identity = Identity("", "", "", "", "")
    result = failed(run_unit(Plan("absent.py:Vault", identity).unit(0)))
    assert (result.what, result.where) == ("there is no such file", "absent.py")


def test_identities_are_told_apart(plan: Plan, tmp_path: Path) -> None:
    assert plan.identity.differences(plan.identity) == []
    other = replace(plan.identity, policy="")
    assert plan.identity.differences(other) == [f"the policy was {plan.identity.policy[:12]} and is none"]
    assert Identity.from_json(plan.identity.to_json()) == plan.identity
    with pytest.raises(ValueError, match="no identity"):
        Identity.from_json({**plan.identity.to_json(), "more": ""})
