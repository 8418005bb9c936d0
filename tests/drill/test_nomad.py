"""What the drill must show, and what the record says independently of it."""

from __future__ import annotations

from decimal import Decimal

from guardrails.drill.nomad_history import MAIN_TOKENS, totals
from guardrails.drill.run import DrillResult
from guardrails.drill.summary import summary
from guardrails.policy.operations import Operation

TOTAL = Decimal("159_566_235")
HONEST_WITHDRAWALS = 3_519


def test_without_guardrails_everything_is_lost(drill: DrillResult) -> None:
    assert abs(drill.unguarded.lost_usd - TOTAL) < 10_000
    assert drill.unguarded.lost == totals(drill.withdrawals)
    assert (drill.unguarded.paid, drill.unguarded.queued, drill.unguarded.refused) == (375, 0, 0)


def test_with_guardrails_at_most_one_percent_is_lost_and_never_more_than_the_bound(
    drill: DrillResult,
) -> None:
    assert drill.guarded.lost_usd <= TOTAL / 100
    assert drill.guarded.lost_usd <= drill.bound_usd
    assert drill.bound_usd < TOTAL / 50
    assert drill.guarded.paid + drill.guarded.queued + drill.guarded.refused == 375


def test_after_the_guardians_block_nothing_leaves(drill: DrillResult) -> None:
    contained = drill.attack.contained_after
    early = [p.usd for p in drill.guarded.curve if p.seconds < contained]
    late = [p.usd for p in drill.guarded.curve if p.seconds >= contained]

    assert contained == drill.reaction == 900
    assert set(late) == {early[-1]}
    assert early[-1] > 0
    assert drill.unguarded.curve[-1].usd > 5 * max(
        p.usd for p in drill.unguarded.curve if p.seconds < contained
    )


def test_honest_users_hardly_notice(drill: DrillResult) -> None:
    honest = drill.honest

    assert honest.withdrawals == HONEST_WITHDRAWALS == sum(honest.withdrawals_by_token.values())
    assert honest.delayed <= HONEST_WITHDRAWALS * 6 // 1000
    assert honest.delayed == sum(honest.delayed_by_token.values()) > 0
    assert honest.refused == 0
    assert honest.conserved
    assert honest.longest_delay >= drill.policy.settlement.delay


def test_the_stolen_claims_go_back_and_the_honest_user_is_paid(drill: DrillResult) -> None:
    recovery = drill.recovery

    assert len(drill.attack.suspects) == drill.guarded.queued > 0
    assert recovery.returned["WBTC"] > 0
    assert recovery.conserved
    assert recovery.honest_refused_then_paid
    delay = drill.policy.override.delays["cancel"]
    assert delay <= recovery.seconds_to_service < drill.policy.settlement.max_hold


def test_events_are_in_order_and_the_guardian_closes_both_ways_out(drill: DrillResult) -> None:
    times = [event.seconds for event in (*drill.attack.events, *drill.recovery.events)]

    assert times == sorted(times)
    assert any(Operation.WITHDRAW.name in event.what for event in drill.attack.events)


def test_the_summary_has_the_agreed_shape(drill: DrillResult) -> None:
    found = summary(drill)

    assert list(found)[:5] == ["attack", "unguarded", "guarded", "honest", "wall_seconds"]
    assert list(found["attack"]) == ["withdrawals", "usd"]
    assert list(found["unguarded"]) == ["lost_usd"]
    assert list(found["guarded"]) == ["lost_usd", "bound_usd", "seconds_to_containment"]
    assert list(found["honest"]) == ["withdrawals", "delayed", "refused", "longest_delay_seconds"]
    assert found["attack"]["withdrawals"] == 375
    assert found["unguarded"]["lost_usd"] == found["attack"]["usd"]
    assert all(found["checks"].values())
    assert len(found["checks"]) == 6
    assert set(drill.prices) == set(MAIN_TOKENS)
    assert found["wall_seconds"] > 0
