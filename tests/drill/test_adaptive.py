"""Attackers who know the policy come close to the bound, and none gets past it."""

from __future__ import annotations

from guardrails.drill.run import DrillResult
from guardrails.drill.strategies import STRATEGIES


def test_nobody_keeps_more_than_the_bound(drill: DrillResult) -> None:
    assert [one.name for one in drill.attempts] == [name for name, _, _ in STRATEGIES]
    for one in drill.attempts:
        assert one.kept_usd == one.withdrawn_usd - one.deposited_usd
        assert 0 < one.kept_usd <= drill.bound_usd, one.name


def test_the_attackers_are_no_straw_men(drill: DrillResult) -> None:
    by_name = {one.name: one for one in drill.attempts}

    assert drill.best_attempt.kept_usd > drill.bound_usd * 9 / 10
    assert drill.best_attempt.kept_usd > 4 * by_name["as in 2022"].kept_usd
    assert by_name["waits"].kept_usd >= by_name["every second"].kept_usd > by_name["one burst"].kept_usd


def test_money_of_ones_own_buys_nothing(drill: DrillResult) -> None:
    by_name = {one.name: one for one in drill.attempts}

    for name in ("deposits first", "flash"):
        assert by_name[name].deposited_usd > 0
        assert by_name[name].kept_usd <= by_name["every second"].kept_usd


def test_the_recorded_attack_takes_the_same_after_five_months_of_use(drill: DrillResult) -> None:
    (recorded,) = [one for one in drill.attempts if one.name == "as in 2022"]

    assert recorded.kept_usd <= drill.bound_usd
    assert abs(recorded.kept_usd - drill.guarded.lost_usd) < drill.guarded.lost_usd / 2
