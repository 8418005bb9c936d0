"""What is read out of units, whose lanes know nothing of one another."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from guardrails.fuzz import Sequence, Step
from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.campaign.findings import file_name
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.results import Point, Results
from guardrails.fuzz.campaign.run import MOST_SHAPES, Campaign, Limits, Progress
from guardrails.fuzz.campaign.store import Store, opened
from guardrails.fuzz.campaign.unit import Done, canonical
from guardrails.fuzz.finding import Finding

from .conftest import Here, believe

Add = Callable[..., None]


@pytest.fixture
def add(plan: Plan) -> Add:
    def made(store: Store, number: int, curve: list[Any], features: list[int], *findings: Finding) -> None:
        best = Sequence(plan.target, (Step("thief", "protocol", f"step{number}"),))
        unit = canonical(
            {
                "unit": {**_head(plan, number), "identity": plan.identity.to_json()},
                "executions": 100,
                "steps": 7,
                "features": features,
                "curve": curve,
                "best": {**best.to_json(), "profit": curve[-1][1], "bound": curve[-1][2]},
                "findings": [finding.to_json() for finding in findings],
            }
        )
        store.add(Done(number, unit, b"", 1.5, "somebody"))

    return made


def _head(plan: Plan, number: int) -> dict[str, Any]:
    unit = plan.unit(number)
    return {name: getattr(unit, name) for name in ("number", "target", "mode", "seed", "executions")}


def broken(plan: Plan, *functions: str, name: str = "BoundedLoss") -> Finding:
    steps = tuple(Step("thief", "protocol", function) for function in functions)
    return Finding(name, "evidence", Sequence(plan.target, steps), 0)


def test_units_count_in_the_order_of_their_numbers(plan: Plan, add: Add, tmp_path: Path) -> None:
    with opened(tmp_path, plan) as store:
        add(store, 1, [[40, "7/2", "9"], [100, "7/2", "9"]], [2, 3])
        add(store, 0, [[10, "0", None], [60, "3", "8"], [100, "3", "8"]], [1, 2])
        add(store, 2, [[5, "10/3", "50"], [100, "10/3", "50"]], [3])
    results = Results.of(Store(tmp_path))
    assert results.curve == (
        Point(10, Fraction(0), None, 0, 0),
        Point(60, Fraction(3), Fraction(8), 0, 0),
        Point(100, Fraction(3), Fraction(8), 2, 0),
        Point(140, Fraction(7, 2), Fraction(9), 2, 0),
        Point(200, Fraction(7, 2), Fraction(9), 3, 0),
        Point(300, Fraction(7, 2), Fraction(9), 3, 0),
    )
    assert (results.units, results.executions, results.steps, results.coverage) == (3, 300, 21, 3)
    assert (results.profit, results.bound, results.tightness) == (Fraction(7, 2), 9, Fraction(7, 18))
    assert results.best is not None
    assert (results.best.steps[0].function, results.best_profit) == ("step1", Fraction(7, 2))


def test_a_bound_counts_where_nothing_was_gained(plan: Plan, add: Add, tmp_path: Path) -> None:
    with opened(tmp_path, plan) as store:
        add(store, 0, [[10, "0", None], [100, "0", "8"]], [])
        add(store, 1, [[100, "0", "9"]], [])
    results = Results.of(Store(tmp_path))
    assert results.best is not None
    assert results.best.steps[0].function == "step0"
    assert (results.profit, results.bound, results.tightness) == (0, 8, 0)


def test_nothing_is_known_before_the_first_unit(plan: Plan, tmp_path: Path) -> None:
    with opened(tmp_path, plan):
        pass
    results = Results.of(Store(tmp_path))
    assert (results.units, results.profit, results.bound, results.tightness, results.best) == (0, *[None] * 4)


def test_a_finding_counts_from_the_unit_that_had_it_first(plan: Plan, add: Add, tmp_path: Path) -> None:
    one, other, false = broken(plan, "a"), broken(plan, "b"), broken(plan, "c")
    with opened(tmp_path, plan) as store:
        for number, findings in enumerate([(), (one, false), (one,), (other, one)]):
            add(store, number, [[100, "0", None]], [], *findings)
        for finding in (one, other, false):
            store.add_finding(file_name(finding), {**finding.to_json(), "confirmed": finding is not false})
    results = Results.of(Store(tmp_path))
    assert [point.findings for point in results.curve if point.executions % 100 == 0][-4:] == [0, 1, 1, 2]
    assert set(results.findings) - set(results.confirmed) == {file_name(false)}


def test_so_many_shapes_of_a_property_are_kept(plan: Plan, add: Add, tmp_path: Path) -> None:
    many = [broken(plan, *["a"] * (i + 1)) for i in range(MOST_SHAPES + 2)]
    another = broken(plan, "a", name="Conservation")
    seen: list[Progress] = []
    with opened(tmp_path, plan) as store:
        add(store, 0, [[100, "0", None]], [], *many, another)
        results = Campaign(store, Here(), Limits(units=1), believe, seen.append).run()
    assert set(results.findings) == {file_name(one) for one in (*many[:MOST_SHAPES], another)}
    assert [len(progress.results.findings) for progress in seen] == list(range(1, MOST_SHAPES + 2))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("curve", 5),
        ("curve", [[1, "1/0", None]]),
        ("best", {}),
        ("features", None),
        ("steps", "many"),
        ("findings", [{}]),
        ("findings", [{"target": 7}]),
    ],
)
def test_a_unit_of_nonsense_is_named(plan: Plan, add: Add, tmp_path: Path, part: str, value: object) -> None:
    with opened(tmp_path, plan) as store:
        add(store, 0, [[100, "0", "8"]], [])
        store.done[0][part] = value
        with pytest.raises(CampaignError, match=r"0000\.json: this is no file of a campaign"):
            Results.of(store)


def test_a_finding_of_nonsense_is_named_and_other_names_are_no_units(plan: Plan, tmp_path: Path) -> None:
    with opened(tmp_path, plan):
        pass
    for name, text in {"units/0a.json": "{", "findings/NoBypass-1.json": '{"property": "NoBypass"}'}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(CampaignError, match=r"NoBypass-1\.json: this is no file of a campaign"):
        Results.of(Store(tmp_path))
