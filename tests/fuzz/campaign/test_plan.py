"""Which unit is next, whoever asks and whatever is done already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.campaign.plan import Plan


@pytest.mark.parametrize(
    ("done", "pending", "until", "number"),
    [
        ((), (), None, 0),
        ((), (0,), None, 1),
        ((), (0, 1), None, None),  # both lanes are under way
        ((0,), (1,), None, 2),
        ((0, 1), (2,), None, 3),
        ((1,), (0,), None, 3),  # lane 0 waits for unit 0, lane 1 goes on
        ((0, 1, 3), (), None, 2),  # what a killed run left out comes first
        ((0, 1, 3, 5, 7), (2,), None, 9),
        ((0, 1), (), 2, None),
        ((0, 1), (), 3, 2),
        ((0, 1), (2,), 3, None),
        ((), (), 0, None),
    ],
)
def test_the_next_unit(
    plan: Plan, done: Collection[int], pending: Collection[int], until: int | None, number: int | None
) -> None:
    assert plan.next(done, pending, until) == number


def test_a_lane_keeps_its_seed_and_no_other_has_it(plan: Plan) -> None:
    seeds = [plan.seed_of(number) for number in range(4)]
    assert seeds[0] == seeds[2] != seeds[1] == seeds[3]
    assert replace(plan, seed=1).seed_of(0) != seeds[0]


def test_a_plan_survives_json(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json(), "here") == plan


@pytest.mark.parametrize(
    "change",
    [
        {"target": 1},
        {"mode": "guess"},
        {"seed": -1},
        {"seed": True},
        {"executions": 0},
        {"lanes": 0},
        {"lanes": "2"},
        {"identity": {}},
        {"identity": []},
        {"more": 1},
    ],
)
def test_what_is_no_plan(plan: Plan, change: dict[str, Any]) -> None:
    with pytest.raises(CampaignError, match="this is no campaign"):
        Plan.from_json({**plan.to_json(), **change}, "here")
    for document in ([], None, {}):
        with pytest.raises(CampaignError, match="this is no campaign"):
            Plan.from_json(document, "here")


def test_a_plan_of_another_version(plan: Plan) -> None:
    with pytest.raises(CampaignError, match="of version 2"):
        Plan.from_json({**plan.to_json(), "version": 2}, "here")
