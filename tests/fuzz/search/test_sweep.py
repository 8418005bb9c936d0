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
from guardrails.fuzz.search.corpus import Corpus, Entry, Wanted
from guardrails.fuzz.search.execute import Executor, Run
from guardrails.fuzz.search.stretch import Stretch
from guardrails.fuzz.search.sweep import Sweep, Way, greatest
from guardrails.fuzz.search.trim import Trimmer, effective

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


def test_a_guess_too_many_takes_three_questions_and_nothing_one() -> None:
    for most, guesses, asked in ((10**18 - 1, [10**18], [10**18, 10**18 - 1, 10**18]), (0, [], [1])):
        tried: list[int] = []

        def goes_through(value: int, tried: list[int] = tried, most: int = most) -> bool:
            tried.append(value)
            return value <= most

        assert greatest(goes_through, guesses) == most
        assert tried == asked


class Bench:
    """A sweep of a planted protocol; what was run is in `seen`."""

    def __init__(self, planted: ModuleType, name: str) -> None:
        self.target = getattr(planted, name)()
        self.search = Search(self.target, 1)
        self.executor: Executor = self.search.executor
        self.seen: list[tuple[Step, ...]] = []
        self.runs: list[Run] = []
        self.broken_at: Step | None = None
        actions = tuple(self.search.generator.by_name.values())
        self.sweep = Sweep(self.executor, actions, self.search._draw, self.judge)

    def judge(self, head: tuple[Step, ...], run: Run) -> bool:
        self.runs.append(run)
        self.seen.append((*head, *(outcome.step for outcome in run.outcomes)))
        return self.broken_at is not None and self.seen[-1][-1] == self.broken_at

    def learn(self, *steps: Step) -> None:
        self.sweep.learn(self.executor.go(steps))

    def way_in(self) -> Way:
        """What a deposit taught; and the world is where it was before."""
        self.learn(DEPOSIT)
        (way,) = self.sweep.ways
        self.executor.go(())
        self.executor.dictionary.glance(())
        return way


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


def test_what_teaches_nothing_hides_nothing_that_comes_after_it(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    bench.learn(Step.pause(5), gift("alice"), dataclasses.replace(DEPOSIT, wait=9))
    assert [way.step for way in bench.sweep.ways] == [DEPOSIT], "at once"
    (outcome,) = bench.executor.go((DEPOSIT,))
    paid = dataclasses.replace(outcome, step=dataclasses.replace(DEPOSIT, value=1))
    assert bench.sweep.way_of(paid) is None, "ether is no amount that is sought"


def test_elsewhere_the_same_is_a_guess_and_a_gift_is_none(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    actions = tuple(bench.search.generator.by_name.values())
    (deposit,) = (one for one in actions if one.function == DEPOSIT.function)
    others = tuple(dataclasses.replace(deposit, target=f"vault{i}") for i in range(60))
    bench.sweep = Sweep(bench.executor, (*actions, others[0]), bench.search._draw, bench.judge)
    for_alice = replaced(DEPOSIT, (5, "@alice"))
    bench.learn(DEPOSIT, for_alice)
    elsewhere = dataclasses.replace(DEPOSIT, target="vault0")
    assert [way.step for way in bench.sweep.ways] == [DEPOSIT, elsewhere, for_alice]
    bench.sweep = Sweep(bench.executor, (*others, *actions), bench.search._draw, bench.judge)
    bench.learn(DEPOSIT)
    assert len(bench.sweep.ways) == 48
    lender = Bench(planted, "SpotLender")
    usd = Step("thief", "USD", "transfer(address,uint256)", ("@protocol", 3))
    lender.learn(usd)
    assert [way.step for way in lender.sweep.ways] == [usd]


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
    for other in (
        {"data": bytes(32)},
        {"address": bench.executor.world.address("protocol")},
        {"topics": (bytes(32), *log.topics[1:])},
        {"topics": log.topics[:1]},
        {"topics": ()},
    ):
        bench.sweep.watch(dataclasses.replace(outcome, logs=(dataclasses.replace(log, **other),)))
    assert bench.sweep.ways == []
    nameless = dataclasses.replace(outcome, logs=(dataclasses.replace(log, topics=()), log))
    way = bench.sweep.way_of(nameless)
    assert way is not None
    assert way.events == {log.topics[0].hex()}
    bench.sweep.watch(outcome)
    assert [way.step for way in bench.sweep.ways] == [DEPOSIT]


def test_what_has_no_amount_is_tried_as_it_is(planted: ModuleType) -> None:
    """An identifier is none."""
    bench = Bench(planted, "ForgetfulQueue")
    steps = (
        Step("thief", "protocol", "deposit(uint256)", (7,)),
        Step("thief", "protocol", "request(uint256)", (7,)),
        Step("thief", "protocol", "claim(uint256)", (0,), wait=86_400),
    )
    bench.learn(steps[2], *steps)
    (way,) = (one for one in bench.sweep.ways if one.step.function == "claim(uint256)")
    assert (way.amount, way.value, way.step.wait) == (None, 0, 0)
    bench.sweep.ways = [way]
    head = (*steps[:2], Step.pause(86_400))
    bench.sweep.sweep(Entry(head))
    assert bench.seen == [(*head, way.step)]
    assert bench.runs[0].outcomes[0].ok


def test_an_amount_is_a_number_and_fits_its_type(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    (outcome,) = bench.executor.go((DEPOSIT,))
    inputs = ({"name": "fast", "type": "bool"}, {"name": "assets", "type": "uint64"})
    actions = [
        dataclasses.replace(one, inputs=inputs)
        for one in bench.search.generator.by_name.values()
        if one.function == DEPOSIT.function
    ]
    bench.sweep = Sweep(bench.executor, tuple(actions), bench.search._draw, bench.judge)
    way = bench.sweep.way_of(dataclasses.replace(outcome, step=replaced(DEPOSIT, (True, 7))))
    assert way is not None
    assert (way.amount, way.value) == (1, 7)
    assert bench.sweep.with_amount(way, 2**64 + 5).arguments == (True, 5)


def test_what_is_refused_does_not_go_through_though_it_tells_of_nothing(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    way = bench.way_in()
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
    way = bench.way_in()
    assert bench.sweep.most(way) == OWN
    other = type(way)(way.step, way.amount, frozenset({"00" * 32}))
    assert bench.sweep.most(other) == 0
    assert (bench.sweep.most(way, (way,)), bench.sweep.most(way, (other,))) == (OWN - 5, 0)


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


def test_one_amount_is_as_large_as_all_after_it_allow(planted: ModuleType) -> None:
    """Those after it as they are now; where something after it is no single call, it stays as it is."""
    bench = Bench(planted, "NaiveVault")
    stretch = Stretch(bench.sweep, bench.judge, Random(1))
    learned = (gift("alice", 9), replaced(DEPOSIT, (9, "@thief")))
    ways = [bench.sweep.way_of(outcome) for outcome in bench.executor.go(learned)]
    now = (gift("alice", 5), replaced(DEPOSIT, (400 * 10**6, "@thief")))
    assert stretch._filled(now, ways, 0) == (gift("alice", 600 * 10**6), now[1])
    assert stretch._filled(now, ways, 1) == (now[0], replaced(DEPOSIT, (OWN - 5, "@thief")))
    too_much = (now[0], replaced(DEPOSIT, (OWN + 1, "@thief")))
    assert stretch._filled(too_much, ways, 0) == too_much
    waits = (now[0], Step.pause(3), now[1])
    assert stretch._filled(waits, [ways[0], None, ways[1]], 0) == waits


def test_a_part_is_kept_of_what_goes_through_and_is_at_least_one(planted: ModuleType) -> None:
    bench = Bench(planted, "NaiveVault")
    stretch = Stretch(bench.sweep, bench.judge, Random(1))
    steps = (replaced(DEPOSIT, (1_000, "@thief")), replaced(REDEEM, (10, "@thief")))
    redeem = bench.sweep.way_of(bench.executor.go(steps)[1])
    assert redeem is not None

    def kept(was: tuple[Step, ...], now: tuple[Step, ...]) -> int:
        return int(stretch._kept(redeem, was, now).arguments[0])

    deposit = [replaced(DEPOSIT, (amount, "@thief")) for amount in (1_000, 50_000, 99)]
    assert [kept((deposit[0],), (one,)) for one in deposit] == [10, 500, 1]
    assert kept((deposit[0],), ()) == 0, "nothing goes through"
    assert kept((), (deposit[0],)) == 1_000, "nothing went through: all"


def test_a_stretched_sequence_is_run_from_the_start_and_its_identifiers_stay(planted: ModuleType) -> None:
    bench = Bench(planted, "ForgetfulQueue")
    steps = (
        gift("alice", 1_000),
        Step("thief", "protocol", "deposit(uint256)", (500,)),
        Step("thief", "protocol", "request(uint256)", (200,)),
        Step("thief", "protocol", "request(uint256)", (200,)),
        Step("thief", "protocol", "claim(uint256)", (0,), wait=86_400),
    )
    amounts = []
    for seed in range(40):
        Stretch(bench.sweep, bench.judge, Random(seed)).stretch(Entry(steps))
        assert bench.seen[-1][-1] == steps[-1]
        amounts.append(tuple(step.arguments[-1] for step in bench.seen[-1][:4]))
        came = [one * done.ok for one, done in zip(amounts[-1], bench.runs[-1].outcomes, strict=False)]
        held = bench.executor.world.balance("USDC", bench.executor.world.address("thief"))
        assert held == OWN - came[0] - came[1] + came[2] * bench.runs[-1].outcomes[4].ok
    assert any(one[0] == OWN - one[1] and one[0] not in (1_000, OWN) for one in amounts), "the gift is filled"


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


def test_a_way_is_sought_from_the_start_and_with_its_time(planted: ModuleType) -> None:
    """Wherever the world was before. Where a call can be left out and its wait cannot, the wait stays."""
    bench, corpus = Bench(planted, "ForgetfulQueue"), Corpus()
    learned: list[tuple[Step, ...]] = []
    trimmer = Trimmer(bench.executor, corpus, bench.search._draw, learned.append)
    steps = (
        Step("thief", "protocol", "deposit(uint256)", (7,)),
        Step("thief", "protocol", "deposit(uint256)", (8,)),  # one of the two is enough: the first stays
        Step("thief", "protocol", "request(uint256)", (7,)),
        dataclasses.replace(gift("alice", 1), wait=80_000),
        Step("thief", "protocol", "claim(uint256)", (0,), wait=6_400),
    )
    bench.executor.go(())
    run = bench.executor.run(steps, bench.search._draw)
    wanted = corpus.consider(Entry(steps), run.seen)
    assert wanted is not None
    there = [one for one, kind in run.seen.features.items() if kind == "done"][-1:]
    trimmer.note(Wanted(wanted.index, states=there))
    bench.executor.go((gift("alice", OWN),))
    trimmer.trim()
    assert learned == [(steps[0], steps[2], Step.pause(80_000), steps[4])]


def test_what_was_kept_shorter_pays_what_it_says(planted: ModuleType) -> None:
    """Also where it is kept for something else and pays nothing any more."""
    bench, corpus = Bench(planted, "NaiveVault"), Corpus()
    learned: list[tuple[Step, ...]] = []
    trimmer = Trimmer(bench.executor, corpus, bench.search._draw, learned.append)
    rich = (
        replaced(DEPOSIT, (1, "@thief")),
        gift("protocol", 500_000_000),
        Step("carol", "protocol", "deposit(uint256,address)", (499_999_999, "@carol")),
        replaced(REDEEM, (1, "@thief")),
    )
    run = bench.executor.run(rich, bench.search._draw)
    assert run.profit > 0
    for wanted in (Wanted(1, outcomes=True), Wanted(2, profit=run.profit), Wanted(3)):
        corpus.entries.append(Entry(rich, run.profit, Fraction(7)))
        trimmer.note(wanted)
    trimmer.trim()
    _, less, whole, unwanted = corpus.entries
    assert (less.steps, less.profit, less.bound) == (rich[-1:], 0, None)
    assert (whole.steps, whole.profit, whole.bound) == (rich, run.profit, Fraction(7))
    assert (unwanted.steps, learned) == (rich, [])


def test_what_was_refused_goes_and_its_time_stays(planted: ModuleType) -> None:
    def after(step: Step, wait: int) -> Step:
        return dataclasses.replace(step, wait=wait)

    bench = Bench(planted, "NaiveVault")
    no = replaced(REDEEM, (10**30, "@thief"))
    bench.executor.go(())
    run = bench.executor.run(
        (Step.pause(3), after(no, 5), after(no, 7), after(DEPOSIT, 1), DEPOSIT, after(no, 2), after(no, 4))
    )
    assert effective(run) == (Step.pause(3), after(DEPOSIT, 13), DEPOSIT, after(no, 6))


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
