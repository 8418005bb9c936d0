"""Findings: one for each property and shape, taken on a node before anybody hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guardrails.fuzz import HarnessFault, Loan, Sequence, Step
from guardrails.fuzz.artefact import parse
from guardrails.fuzz.campaign.confirming import on_a_node
from guardrails.fuzz.campaign.findings import Found, file_name, from_json
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.results import Results
from guardrails.fuzz.finding import Finding
from guardrails.fuzz.search import PROFIT

from .conftest import LEAKY

Run = Callable[..., Results]
TAKE = Step("thief", "USDC", "transferFrom(address,address,uint256)", ("@alice", "@thief", 2_000_000 * 10**6))


def finding(*steps: Step, name: str = "NoRefusal", seed: int = 0) -> Finding:
    return Finding(name, "evidence", Sequence(LEAKY, steps), seed)


def test_numbers_make_no_new_finding() -> None:
    one = finding(Step("thief", "protocol", "redeem", (1, "@thief", "@thief"), wait=5))
    same = finding(Step("thief", "protocol", "redeem", (2, "@thief", "@alice")), seed=7)
    assert file_name(one) == file_name(same)
    assert file_name(one).startswith("NoRefusal-")


@pytest.mark.parametrize(
    "other",
    [
        finding(Step("alice", "protocol", "redeem")),
        finding(Step("thief", "guard", "redeem")),
        finding(Step("thief", "protocol", "withdraw")),
        finding(Step("thief", "protocol", "redeem"), Step("thief", "protocol", "redeem")),
        finding(Step("thief", "protocol", "redeem"), name="Other"),
        finding(Step.batch("thief", (Step("thief", "protocol", "redeem"),))),
        finding(Step.batch("thief", (), callback=(Step("thief", "protocol", "redeem"),))),
        finding(Step.batch("thief", (), loans=(Loan("USDC", 1),))),
        finding(),
    ],
)
def test_another_shape_is_another_finding(other: Finding) -> None:
    assert file_name(other) != file_name(finding(Step("thief", "protocol", "redeem")))


def test_a_loan_and_a_property_by_another_name_make_another_finding() -> None:
    calls = (Step("thief", "protocol", "redeem"),)
    loan = finding(Step.batch("thief", calls, loans=(Loan("USDC", 1),)))
    assert file_name(loan) != file_name(finding(Step.batch("thief", calls)))
    assert file_name(loan) == file_name(finding(Step.batch("thief", calls, loans=(Loan("USDC", 2),))))
    assert file_name(finding(name="a/b")) != file_name(finding(name="a-b"))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "…", "<script>", "a" * 300, "a/b\0c"])
def test_a_hostile_name_is_no_path(name: str) -> None:
    made = file_name(finding(name=name))
    assert Path(made).name == made
    assert made.replace("-", "").removesuffix(".json").isalnum()
    assert len(made) < 60


def test_a_finding_survives_its_file() -> None:
    one = finding(TAKE)
    assert from_json(one.to_json()) == one
    found = Found.from_json({**one.to_json(), "confirmed": False})
    assert (found.sequence, found.confirmed) == (one.sequence, False)


def test_each_shape_is_confirmed_once(campaign: Run, tmp_path: Path) -> None:
    asked: list[str] = []

    def confirm(one: Finding) -> dict[str, Any]:
        asked.append(file_name(one))
        return {**one.to_json(), "confirmed": len(asked) > 1}

    results = campaign(tmp_path, 4, confirm=confirm)
    assert len(asked) == len(set(asked)) == len(results.findings) > 1
    assert len(results.confirmed) == len(asked) - 1
    assert asked[0] not in results.confirmed
    assert results.curve[-1].findings == len(results.confirmed)
    assert {path.name for path in (tmp_path / "findings").iterdir()} == set(asked)
    campaign(tmp_path, 4, confirm=confirm)
    assert len(asked) == len(results.findings)


def test_what_a_killed_run_did_not_confirm_is_confirmed_later(campaign: Run, tmp_path: Path) -> None:
    def dies(_: Finding) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        campaign(tmp_path, 2, confirm=dies)
    assert not (tmp_path / "findings").exists()
    assert campaign(tmp_path, 2).confirmed
    assert "ends early: KeyboardInterrupt" in (tmp_path / "campaign.log").read_text()


REFUSED = Step("bob", "protocol", "redeem", (10**18, "@bob", "@alice"))


@pytest.mark.serial
@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (finding(TAKE, name=PROFIT), "confirmed"),
        (finding(Step.pause(1), name=PROFIT), "not reproduced"),
        (finding(REFUSED), "confirmed"),
        (finding(Step.pause(1)), "not reproduced"),
    ],
)
def test_a_node_has_the_last_word(one: Finding, verdict: str) -> None:
    document = on_a_node(one)
    assert document["verdict"] == verdict
    assert document["confirmed"] is (verdict == "confirmed")
    assert bool(document["differences"]) is (verdict != "confirmed")
    assert parse(document, "here").finding == one


def test_a_property_that_the_target_does_not_have_is_the_harness_s_fault() -> None:
    with pytest.raises(HarnessFault, match="the target has no property 'Other'"):
        on_a_node(finding(REFUSED, name="Other"))


@pytest.mark.serial
def test_what_a_machine_finds_is_confirmed_too(campaign: Run, plan: Plan, tmp_path: Path) -> None:
    machine = replace(plan, mode="machine", executions=5)
    results = campaign(tmp_path, 1, plan=machine, confirm=on_a_node)
    [found] = results.confirmed.values()
    assert (found.property, found.sequence.target) == ("NoRefusal", LEAKY)
