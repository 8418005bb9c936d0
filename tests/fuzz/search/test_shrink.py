"""What shrinking leaves cannot be left out, cannot be earlier, and cannot be plainer."""

from __future__ import annotations

import pytest

from guardrails.fuzz import Loan, Step
from guardrails.fuzz.search.shrink import shrink

Steps = tuple[Step, ...]


def call(function: str, *arguments: object, **more: object) -> Step:
    return Step("thief", "protocol", function, arguments, **more)  # type: ignore[arg-type]


def names(steps: Steps) -> list[str]:
    return [step.function for step in steps]


NOISE = tuple(call(f"noise{i}", 10**i) for i in range(9))


@pytest.mark.parametrize("wanted", [["noise0"], ["noise8"], ["noise3", "noise4"], ["noise1", "noise7"], []])
def test_only_what_is_needed_stays(wanted: list[str]) -> None:
    kept = shrink(NOISE, lambda steps: set(wanted) <= set(names(steps)))
    assert names(kept) == wanted


def test_what_is_needed_twice_stays_twice() -> None:
    kept = shrink(NOISE[:4] * 3, lambda steps: names(steps).count("noise2") >= 2)
    assert names(kept) == ["noise2", "noise2"]


@pytest.mark.parametrize("needed", [0, 1, 2, 59, 86_400, 604_799])
def test_a_wait_is_as_long_as_it_must_be(needed: int) -> None:
    steps = (call("claim", wait=604_800),)
    (kept,) = shrink(steps, lambda one: bool(one) and one[0].wait >= needed)
    assert kept.wait == needed


@pytest.mark.parametrize(
    ("needed", "left"),
    [(0, 0), (1, 1), (2, 3_000_000), (3_000_000, 3_000_000), (3_100_000, 3_100_000), (3_145_927, 3_145_927)],
)
def test_a_number_is_as_round_as_it_may_be(needed: int, left: int) -> None:
    (kept,) = shrink((call("take", 3_145_927),), lambda one: bool(one) and one[0].arguments[0] >= needed)
    assert kept.arguments == (left,)


def test_a_list_loses_what_it_can() -> None:
    (kept,) = shrink((call("take", [5, 6, 7]),), lambda one: bool(one) and one[0].arguments[0][:1] == [5])
    assert kept.arguments == ([5],)


def test_a_batch_is_taken_apart_where_that_will_do() -> None:
    batch = Step.batch(
        "thief",
        (call("enter", "@thief_contract"), call("noise"), call("leave", may_fail=True)),
        loans=(Loan("USDC", 77),),
        wait=9,
    )
    kept = shrink((batch,), lambda steps: {"enter", "leave"} <= set(names(steps)) | inner(steps))
    assert kept == (call("enter", "@thief"), call("leave"))


def test_a_batch_that_must_be_one_has_only_what_it_needs() -> None:
    batch = Step.batch(
        "thief",
        (call("enter", 123), call("noise"), call("leave", may_fail=True)),
        loans=(Loan("ETH", 5), Loan("USDC", 77)),
        callback=(call("again"), call("noise")),
    )

    def holds(steps: Steps) -> bool:
        return any(
            [one.function for one in step.calls][:1] == ["enter"]
            and step.calls[-1].function == "leave"
            and any(loan.asset == "USDC" and loan.amount >= 70 for loan in step.loans)
            and any(one.function == "again" for one in step.callback)
            for step in steps
            if step.calls
        )

    (kept,) = shrink((batch,), holds)
    assert kept == Step.batch(
        "thief", (call("enter", 0), call("leave")), loans=(Loan("USDC", 70),), callback=(call("again"),)
    )


def inner(steps: Steps) -> set[str]:
    return {one.function for step in steps for one in step.calls}


def test_wei_that_are_not_needed_go() -> None:
    assert shrink((call("pay", value=5),), bool) == (call("pay"),)


def test_it_ends_however_much_there_is_to_try() -> None:
    tried = 0

    def holds(steps: Steps) -> bool:
        nonlocal tried
        tried += 1
        return len(steps) >= 3

    kept = shrink(NOISE, holds, attempts=10)
    assert tried == 10
    assert len(kept) <= len(NOISE)
