"""What contracts say after a step is asked for once."""

from __future__ import annotations

from typing import Any

from guardrails.fuzz.invariants.facts import Facts


class Counting:
    """A contract that says how often it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[tuple[str, Any]] = []

    def call(self, function: str, account: str) -> int:
        self.asked.append((function, account))
        return len(self.asked)


def test_each_view_is_asked_for_once_and_none_is_taken_for_another() -> None:
    one: Any = Counting("0x01")
    other: Any = Counting("0x02")
    found = Facts()
    for _ in range(2):
        assert found.view(one, "balanceOf", "0xaa") == 1
        assert found.view(one, "balanceOf", "0xbb") == 2
        assert found.view(one, "lockedInClaims", "0xaa") == 3
        assert found.view(other, "balanceOf", "0xaa") == 1
    assert (len(one.asked), len(other.asked)) == (3, 1)
    assert Facts().view(one, "balanceOf", "0xaa") == 4, "another step's are asked for again"
