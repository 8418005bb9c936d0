"""Everything once, from a state that is new; and a profit that grows by all its numbers at once."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from fractions import Fraction
from random import Random
from types import ModuleType

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import Step
from guardrails.fuzz.search import Search
from guardrails.fuzz.search.corpus import Corpus, Entry
from guardrails.fuzz.search.execute import Executor, Run
from guardrails.fuzz.search.stretch import Stretch
from guardrails.fuzz.search.sweep import Sweep, greatest
from guardrails.fuzz.search.trim import Trimmer

OWN = 1_000 * 10**6
"""What everybody has of the planted token."""


def up_to(most: int) -> Callable[[int], bool]:
    return lambda value: 0 < value <= most


@pytest.mark.parametrize("guesses", [[], [7], [1_000], [7, 1_000, 10**9], [999, 1_001], [0]])
@pytest.mark.parametrize("most", [0, 1, 2, 6, 7, 8, 255, 999, 1_000, 1_001])
def test_the_most_that_goes_through_is_found_to_the_unit(most: int, guesses: list[int]) -> None:
    tried: list[int] = []

    def goes_through(value: int) -> bool:
        tried.append(value)
        return up_to(most)(value)

    found = greatest(goes_through, guesses)
    far = 256 * max([1, *(guess for guess in guesses if guess <= most)])
    assert found == (most if any(guess > most for guess in guesses) else min(most, far))
    assert len(tried) <= 50


def test_a_guess_that_is_right_takes_two_questions() -> None:
    tried: list[int] = []

    def goes_through(value: int) -> bool:
        tried.append(value)
        return value <= 10**18

    assert greatest(goes_through, [3, 10**18]) == 10**18
    assert tried == [10**18, 10**18 + 1]


class Bench:
    """A sweep of a planted protocol; what was run is in `seen`."""

    def __init__(self, planted: ModuleType, name: str) -> None:
        self.target = getattr(planted, name)()
        self.search = Search(self.target, 1)
        self.executor: Executor = self.search.executor
        self.seen: list[tuple[Step, ...]] = []
        self.broken_at: Step | None = None
        actions = tuple(self.search.generator.by_name.values())
        self.sweep = Sweep(self.executor, actions, self.search._draw, self.judge)

    def judge(self, head: tuple[Step, ...], run: Run) -> bool:
        self.seen.append((*head, *(outcome.step for outcome in run.outcomes)))
        return self.broken_at is not None and self.seen[-1][-1] == self.broken_at

    def learn(self, *steps: Step) -> None:
        self.sweep.learn(self.executor.go(steps))


DEPOSIT = Step("thief", "protocol", "deposit(uint256,address)", (5, "@thief"))
REDEEM = Step("thief", "protocol", "redeem(uint256,address)", (5, "@thief"))


def gift(to: str, amount: int = 3, actor: str = "thief") -> Step:
    return Step(actor, "USDC", "transfer(address,uint256)", (f"@{to}", amount))


def test_each_way_is_tried_with_the_most_and_with_parts_of_it(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    bench.learn(DEPOSIT)
    head = (gift("alice", 600 * 10**6),)
    entry = Entry(head)
    before = bench.executor.executions
    bench.sweep.sweep(entry)
    left = 400 * 10**6
    amounts = [left, left // 2, left // 10, left // 100, left // 1_000, 1]
    assert [steps[:-1] for steps in bench.seen] == [head] * 6
    assert [steps[-1].arguments for steps in bench.seen] == [(amount, "@thief") for amount in amounts]
    assert bench.executor.executions == before + 6  # to seek the amount is none
    assert (entry.swept, bench.sweep.steps) == (1, bench.executor.steps - 1)  # but for what was learned from


def test_what_was_tried_from_a_state_is_not_tried_again_there(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    bench.learn(DEPOSIT)
    entry = Entry(())
    bench.sweep.sweep(entry)
    bench.seen.clear()
    bench.learn(DEPOSIT, replaced(REDEEM, (2, "@alice")))
    bench.sweep.sweep(entry)
    assert bench.seen == []  # nothing can be redeemed there
    assert entry.swept == 2


def replaced(step: Step, arguments: tuple[object, ...]) -> Step:
    return Step(step.actor, step.target, step.function, arguments)


def test_a_way_is_another_with_other_addresses_and_not_with_other_amounts(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    deposits = [
        replaced(DEPOSIT, (amount, to)) for amount in (5, 6) for to in ("@thief", "@alice", "@bob", "@carol")
    ]
    bench.learn(*deposits)
    assert [way.step for way in bench.sweep.ways] == deposits[:3]


@pytest.mark.parametrize(
    "step",
    [
        Step("alice", "protocol", "deposit(uint256,address)", (5, "@alice")),
        Step("thief", "protocol", "redeem(uint256,address)", (5, "@thief")),  # is refused
        gift("thief_contract"),
        gift("alice"),
        Step.batch("thief", (gift("protocol"),)),
        Step.pause(5),
    ],
)
def test_what_teaches_nothing(planted: ModuleType, step: Step) -> None:
    bench = Bench(planted, "NaiveVault")
    outcomes = bench.executor.go((step,))
    bench.sweep.learn(outcomes)
    bench.sweep.watch(outcomes[0])
    assert bench.sweep.ways == []


def test_gifts_to_where_the_money_is_are_ways(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    outcomes = bench.executor.go((gift("protocol"),))
    bench.sweep.watch(outcomes[0])
    assert bench.sweep.ways == []  # not for the asset that it moved alone
    bench.sweep.learn(outcomes)
    (way,) = bench.sweep.ways
    assert (way.step, way.amount, way.value) == (gift("protocol"), 1, 3)


def test_what_moves_the_thiefs_assets_is_a_way(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    for outcome in bench.executor.go((DEPOSIT, replaced(REDEEM, (0, "@thief")), REDEEM)):
        bench.sweep.watch(outcome)
    assert [way.step.arguments for way in bench.sweep.ways] == [(5, "@thief"), (5, "@thief")]


def test_what_touches_nobodys_purse_teaches_nothing(planted: ModuleType) -> None:
    """The assets' events tell: another's deposit or a gift to himself gives him no more."""
    bench = Bench(planted, "NaiveVault")
    (outcome,) = bench.executor.go((DEPOSIT,))
    (log,) = outcome.logs
    for topics in (
        [*log.topics[:1], log.topics[2], log.topics[2]],
        [*log.topics[:1], log.topics[1], log.topics[1]],
    ):
        bench.sweep.watch(
            dataclasses.replace(outcome, logs=(dataclasses.replace(log, topics=tuple(topics)),))
        )
    nothing = dataclasses.replace(log, data=bytes(32))
    bench.sweep.watch(dataclasses.replace(outcome, logs=(nothing,)))
    assert bench.sweep.ways == []
    bench.sweep.watch(outcome)
    assert [way.step for way in bench.sweep.ways] == [DEPOSIT]


def test_what_is_refused_does_not_go_through_though_it_tells_of_nothing(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    bench.learn(DEPOSIT)
    (way,) = bench.sweep.ways
    bench.executor.go(())
    bench.executor.dictionary.glance(())
    assert bench.sweep.most(dataclasses.replace(way, events=frozenset())) == OWN


def test_it_stops_where_a_promise_was_broken_and_when_enough_was_done(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    assert not bench.sweep.affordable  # nothing is known
    bench.learn(DEPOSIT)
    assert bench.sweep.affordable
    bench.broken_at = replaced(DEPOSIT, (OWN // 2, "@thief"))
    bench.sweep.sweep(Entry(()))
    assert len(bench.seen) == 2
    assert not bench.sweep.affordable  # all steps but one were taken here
    bench.executor.steps = bench.sweep.steps * 10 // 4
    assert bench.sweep.affordable
    bench.executor.steps -= 1
    assert not bench.sweep.affordable


def test_what_was_learned_is_kept(planted: ModuleType) -> None:
    bench, other = Bench(planted, "NaiveVault"), Bench(planted, "NaiveVault")
    bench.learn(DEPOSIT, REDEEM)
    bench.sweep.sweep(Entry(()))
    other.sweep.resume(json.loads(json.dumps(bench.sweep.to_json())))
    assert (other.sweep.ways, other.sweep.steps) == (bench.sweep.ways, bench.sweep.steps)
    assert other.sweep.ways[0].events


def test_what_goes_through_must_tell_of_the_same(planted: ModuleType) -> None:
    """A protocol that answers with an error, and does not revert, has not done it."""
    bench = Bench(planted, "NaiveVault")
    bench.learn(DEPOSIT)
    (way,) = bench.sweep.ways
    bench.executor.go(())
    bench.executor.dictionary.glance(())
    assert bench.sweep.most(way) == OWN
    other = type(way)(way.step, way.amount, frozenset({"00" * 32}))
    assert bench.sweep.most(other) == 0


# ---------------------------------------------------------------- a profit grows


def test_amounts_after_the_one_that_changes_keep_their_part(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    steps = (
        replaced(DEPOSIT, (1_000, "@thief")),
        Step.pause(7),
        replaced(REDEEM, (500, "@thief")),
        gift("alice"),
    )
    for seed in range(80):
        Stretch(bench.sweep, bench.judge, Random(seed)).stretch(Entry(steps))
    assert all(tried[1] == steps[1] for tried in bench.seen)
    assert all(len(tried) == 4 for tried in bench.seen)
    amounts = {(tried[0].arguments[0], tried[2].arguments[0], tried[3].arguments[1]) for tried in bench.seen}
    assert {(OWN, OWN // 2), (10_000, 5_000), (500, 250)} <= {some[:2] for some in amounts}
    assert (1, 1) in {some[:2] for some in amounts}
    assert {(1_000, 1_000), (1_000, 50)} <= {some[:2] for some in amounts}
    assert all(redeemed <= deposited for deposited, redeemed, _ in amounts)  # more cannot be redeemed
    left = {(OWN - deposited + redeemed, given) for deposited, redeemed, given in amounts}
    assert any(has == given for has, given in left)  # all of it, as one of them


def test_without_an_amount_nothing_is_changed(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    Stretch(bench.sweep, bench.judge, Random(1)).stretch(Entry((Step.pause(5),)))
    assert bench.seen == []


# ---------------------------------------------------------------- what is kept of it


def test_the_way_to_a_state_is_learned_without_what_only_passes_time(planted: ModuleType) -> None:
    bench, corpus = Bench(planted, "NaiveVault"), Corpus()
    learned: list[tuple[Step, ...]] = []
    trimmer = Trimmer(bench.executor, corpus, bench.search._draw, learned.append)
    approve = Step("thief", "USDC", "approve(address,uint256)", ("@alice", 1))
    steps = (approve, replaced(DEPOSIT, (5, "@thief")), approve, gift("protocol", 10**6))
    bench.executor.go(())
    run = bench.executor.run(steps, bench.search._draw)
    trimmer.note(corpus.consider(Entry(steps, run.profit, run.bound), run.seen))
    trimmer.trim()
    assert learned == [(steps[1], steps[3])]
    assert any(entry.steps == learned[0] for entry in corpus.entries)
    trimmer.trim()
    assert len(learned) == 1


def test_states_of_the_thief_are_swept_once_for_each_way(planted: ModuleType) -> None:
    bench, corpus, rng = Bench(planted, "NaiveVault"), Corpus(), Random(1)
    assert corpus.unswept(rng, 1) is None
    bench.executor.go(())
    run = bench.executor.run((DEPOSIT,), bench.search._draw)
    corpus.consider(Entry((DEPOSIT,)), run.seen)
    entry = corpus.unswept(rng, 1)
    assert entry is corpus.entries[1]
    assert corpus.unswept(rng, 0) is None
    entry.swept = 1
    assert corpus.unswept(rng, 1) is None
    assert corpus.unswept(rng, 2) is entry
    assert Entry.from_json(json.loads(json.dumps(entry.to_json()))) == entry


def test_of_two_states_the_later_is_swept_first(planted: ModuleType) -> None:
    bench, corpus = Bench(planted, "NaiveVault"), Corpus()
    for amount in (5, 50_000):
        bench.executor.go(())
        step = replaced(DEPOSIT, (amount, "@thief"))
        corpus.consider(Entry((step,)), bench.executor.run((step,), bench.search._draw).seen)
    chosen = [corpus.unswept(Random(seed), 1) for seed in range(60)]
    assert sum(entry is corpus.entries[2] for entry in chosen) > 40
    assert corpus.entries[1] in chosen


def test_what_led_to_something_new_is_drawn_oftener(planted: ModuleType) -> None:
    search = Search(planted.NaiveVault(), 1)
    tally, actions = search.generator.tally, tuple(search.generator.by_name.values())
    assert tally.use("thief", actions) == [1.0] * len(actions)
    for outcome in search.executor.go((DEPOSIT,)):
        tally.count(outcome)
    for _ in range(8):
        tally.credit((DEPOSIT, DEPOSIT, REDEEM))  # REDEEM was never counted
    use = {action.function: use for action, use in zip(actions, tally.use("thief", actions), strict=True)}
    assert use[DEPOSIT.function] == 1.0
    assert use[REDEEM.function] == pytest.approx(1 / 3)  # the roots of 1 and 9
    for _ in range(1_000):
        tally.credit((DEPOSIT,))
    assert min(tally.use("thief", actions)) == 0.1
    assert tally.use("alice", actions) == [1.0] * len(actions)


def test_the_dearest_share_is_that_of_a_vault_with_shares(planted: ModuleType) -> None:
    """A gift to a vault that nobody has a share of makes nothing dear."""
    target = planted.NaiveVault()
    executor = Executor(target, RevmChain())

    def records(*steps: Step) -> dict[str, int]:
        executor.go(())
        return executor.run(steps, lambda step, _: step).seen.records

    assert records(gift("protocol", 10**6))["price up in USDC"] == 0
    dear = records(replaced(DEPOSIT, (1, "@thief")), gift("protocol", 10**6))
    assert dear["price up in USDC"] == (10**6 + 2) * 10**9 // 2
    assert Fraction(dear["worth in USDC"]) == 0
