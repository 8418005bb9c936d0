"""What a search keeps, what it drops, what it takes up again, and what it looks at before it goes on."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest

from guardrails.chain import RevmChain
from guardrails.fuzz import HarnessFault, Invariant, Loan, Outcome, Sequence, Step, World
from guardrails.fuzz.search import PROFIT, Progress, Search, search
from guardrails.fuzz.search.amounts import DRAW
from guardrails.fuzz.search.corpus import Entry, Wanted
from guardrails.fuzz.search.engine import PATIENCE
from guardrails.fuzz.search.execute import Run
from guardrails.fuzz.search.mutate import LONGEST

OWN = 1_000 * 10**6
DEPOSIT = Step("thief", "protocol", "deposit(uint256,address)", (4_321, "@thief"))
REDEEM = Step("thief", "protocol", "redeem(uint256,address)", (4_321, "@thief"))
THEFT = (
    Step("thief", "protocol", "deposit(uint256,address)", (1, "@thief")),
    Step("thief", "USDC", "transfer(address,uint256)", ("@protocol", 500_000_000)),
    Step("carol", "protocol", "deposit(uint256,address)", (499_999_999, "@carol")),
    Step("thief", "protocol", "redeem(uint256,address)", (1, "@thief")),
)


class AtMost(Invariant):
    """The vault holds no more than this."""

    name = "AtMost"

    def __init__(self, most: int) -> None:
        self.most = most

    def observe(self, world: World, outcome: Outcome) -> None: ...

    def violation(self, world: World) -> str | None:
        held = world.balance("USDC", world.address("protocol"))
        return f"it held {held}" if held > self.most else None


def limited(planted: ModuleType, most: int = 8_000) -> Any:
    class Limited(planted.NaiveVault):  # type: ignore[misc, name-defined]
        def invariants(self, world: World) -> list[Invariant]:
            return [AtMost(most)]

    return Limited()


class Watched(Search):
    """Notes what is judged, and stops a visit when it is told to."""

    stop = False

    def __init__(self, *given: Any, **more: Any) -> None:
        self.judged: list[tuple[tuple[Step, ...], Run]] = []
        super().__init__(*given, **more)

    def _judge(self, head: tuple[Step, ...], run: Run) -> bool:
        self.judged.append((head, run))
        return super()._judge(head, run) or self.stop


def judge(at: Search, *steps: Step) -> bool:
    at.executor.go(())
    return at._judge((), at.executor.run(steps, at._draw))


# ---------------------------------------------------------------- what is dropped and what is taken up


def test_starting_over_drops_what_was_learned_and_keeps_what_it_cost(planted: ModuleType) -> None:
    lost = Search(planted.NaiveVault(), 1)
    judge(lost, DEPOSIT)
    lost.trimmer.trim()
    kept = lost.corpus.features
    lost.sweep.steps, lost.executor.executions = 7, 100
    assert kept
    assert all((lost.sweep.ways, lost.wanderer.taken, lost.generator.tally.counts))
    lost._start_over()
    state = lost.to_json()
    assert state["sweep"] == {"ways": [], "steps": 7}
    assert (state["walks"], state["tally"]) == ({"able": {}, "taken": {}}, {})
    assert lost.corpus.entries == [Entry(())]
    assert state["lost"] == [100, 2 * PATIENCE, kept]
    assert lost.progress().features == kept
    assert (lost.trimmer.corpus, lost.stretch.sweep) == (lost.corpus, lost.sweep)
    assert lost.mutator.generator is lost.generator
    judge(lost, Step.pause(5))
    lost.executor.executions = 250
    lost._start_over()
    assert lost.to_json()["lost"] == [250, 4 * PATIENCE, kept], "the most that were ever seen"
    assert Search(planted.NaiveVault(), 1, state=lost.to_json()).to_json() == lost.to_json()


def test_it_is_lost_after_so_many_sequences_without_a_profit(planted: ModuleType) -> None:
    found = Search(planted.NaiveVault(), 1)

    def lost_after(executions: int) -> bool:
        found.executor.executions = executions
        return found._is_lost

    assert [lost_after(PATIENCE - 1), lost_after(PATIENCE)] == [False, True]
    found._start_over()
    assert [lost_after(3 * PATIENCE - 1), lost_after(3 * PATIENCE)] == [False, True]
    judge(found, *THEFT)
    assert found.corpus.best
    assert not lost_after(9 * PATIENCE)


def test_a_state_holds_all_that_was_found_and_learned(planted: ModuleType) -> None:
    """A promise that fell and a theft among it; and no search writes into the state of another."""
    target = limited(planted)
    given = Sequence(target.reference(), THEFT)
    first = Search(target, 1, corpus=[given, given])
    first.run(None, 100, None)
    state = first.to_json()
    kept = json.dumps(state)
    assert all(state[part] for part in ("theft", "findings", "tally"))
    assert state["sweep"]["ways"]
    assert first.progress().broken == ("AtMost", PROFIT)
    again = Search(target, 1, state=state)
    assert again.progress().steps_per_second == 0, "none of them was taken here"
    assert again.verdict.findings[0].seed == 1
    assert json.dumps(again.to_json()) == kept
    for one in (first, again):
        one.run(None, 200, None)
    assert json.dumps(state) == kept
    assert again.to_json() == first.to_json() != state


def test_the_state_of_another_target_is_refused(planted: ModuleType) -> None:
    state = Search(planted.NaiveVault(), 1).to_json()
    with pytest.raises(HarnessFault, match="NaiveVault with the seed 1"):
        Search(planted.Honest(), 1, state=state)


def test_it_ends_when_it_was_told_to(planted: ModuleType) -> None:
    target, chain = planted.Honest(), RevmChain()
    one_round = search(target, seed=1, seconds=0, chain=chain)
    assert 0 < one_round.progress.executions < 100
    assert chain.block().number > RevmChain().block().number, "on the chain that was given"
    assert search(target, seed=1, executions=0).progress.executions == 0
    rounds: list[Progress] = []

    def third(progress: Progress) -> bool:
        rounds.append(progress)
        return len(rounds) == 3

    search(target, seed=1, on_progress=third)
    assert len(rounds) == 3


def test_insiders_are_known_to_all_who_draw(planted: ModuleType) -> None:
    class Inside(planted.Honest):  # type: ignore[misc, name-defined]
        insiders = ("bob",)

    found = Search(Inside(), 1)
    assert found.generator.insiders == ("bob",)
    assert "bob" in set(found.wanderer.actors) - found.wanderer.honest
    assert found.generator.tally._key("bob", "a.b") == "bob a.b"


# ---------------------------------------------------------------- what comes next


def test_what_comes_next_is_as_likely_as_it_should_be(planted: ModuleType) -> None:
    """Without a profit mostly walks; with one mostly visits, and it is stretched."""
    did: Counter[str] = Counter()

    class Choosing(Search):
        def wander(self) -> None:
            did["wander"] += 1

        def visit(self, entry: Entry) -> None:
            did["visit"] += 1

    choosing = Choosing(planted.NaiveVault(), 1)

    def rounds(many: int) -> Counter[str]:
        before = choosing.executor.executions
        did.clear()
        choosing.run(None, None, lambda progress: did.total() + progress.executions - before >= many)
        return did | Counter(stretch=choosing.executor.executions - before)

    poor = rounds(400)
    assert 320 < poor["wander"] < 360
    assert poor["stretch"] == 0
    choosing.corpus.entries.append(Entry((DEPOSIT,), Fraction(1)))
    choosing.corpus.best = 1
    rich = rounds(400)
    assert 20 < rich["stretch"] < 65
    assert 80 < rich["wander"] < 150


def test_from_a_new_state_all_is_tried_once_as_long_as_that_can_be_afforded(planted: ModuleType) -> None:
    gift = Step("thief", "USDC", "transfer(address,uint256)", ("@protocol", 10**6))
    found = Search(planted.NaiveVault(), 1, corpus=[Sequence("", (DEPOSIT, gift))])
    assert gift not in [way.step for way in found.sweep.ways]
    (given,) = found._given
    assert found._unswept() is given
    assert gift in [way.step for way in found.sweep.ways], "what was given teaches before it is swept"
    found.sweep.steps = 10**6
    assert found._unswept() is None
    found.sweep.steps = 0
    entry = found._unswept()
    assert entry is not None
    for one in found.corpus.entries:
        one.swept = len(found.sweep.ways)
    assert found._unswept() is None


def test_what_a_sweep_or_a_visit_found_is_trimmed_at_once(planted: ModuleType) -> None:
    found = Search(planted.NaiveVault(), 1, corpus=[Sequence("", (DEPOSIT,))])
    found.run(None, None, lambda progress: True)
    assert found.sweep.steps
    assert found.trimmer._wanted == []
    for _ in range(4):
        found.visit(Entry((DEPOSIT,)))
        assert found.trimmer._wanted == []


# ---------------------------------------------------------------- a visit


def test_a_visit_ends_where_a_promise_fell(planted: ModuleType) -> None:
    """The world is elsewhere then, and what follows would be told of the wrong beginning."""
    watched = Watched(planted.NaiveVault(), 1)
    watched.visit(Entry((DEPOSIT,)))
    assert len(watched.judged) == 16
    watched.stop = True
    watched.visit(Entry((DEPOSIT,)))
    assert len(watched.judged) == 17
    assert judge(Search(limited(planted, 4_000), 1), DEPOSIT)


def test_only_a_profit_is_climbed_and_no_sequence_grows_too_long(planted: ModuleType) -> None:
    watched = Watched(planted.Honest(), 1)
    watched.stop = True
    steps = tuple(Step.pause(at + 6) for at in range(LONGEST))
    whole = {}
    for profit in (0, 1):
        watched.judged.clear()
        for _ in range(150):
            watched.visit(Entry(steps, Fraction(profit)))
        assert max(len(head) + len(run.outcomes) for head, run in watched.judged) == LONGEST
        whole[profit] = sum(head == () for head, _ in watched.judged)
        assert sum(len(head) == LONGEST for head, _ in watched.judged) > 15
    assert whole[0] < 15
    assert 75 < whole[1] < 120


def test_what_is_drawn_from_is_what_the_sequence_said_and_what_came_of_its_end(planted: ModuleType) -> None:
    watched = Watched(planted.NaiveVault(), 1)
    watched.stop = True
    deposit = Step("thief", "protocol", "deposit(uint256,address)", (10_000, "@thief"))
    gift = Step("thief", "USDC", "transfer(address,uint256)", ("@protocol", 3_333))
    redeem = Step("thief", "protocol", "redeem(uint256,address)", (5_000, "@thief"))
    steps = (deposit, gift, *(Step.pause(6) for _ in range(5)), redeem)
    at_the_end = 0
    for _ in range(20):
        watched.visit(Entry(steps))
        seen = watched.dictionary.seen
        assert {10_000, 3_333} <= set(seen)
        if watched.judged[-1][0] == steps:
            at_the_end += 1
            assert 5_000 * 13_333 // 10_000 in seen
    assert at_the_end


def test_a_batch_is_looked_into_before_it_is_changed(planted: ModuleType, monkeypatch: Any) -> None:
    found = Search(planted.NaiveVault(), 1)
    approve = Step("thief", "USDC", "approve(address,uint256)", ("@bob", 1))
    batch, rehearse = Step.batch("thief", (approve,)), found.executor.rehearse
    calls: Counter[int] = Counter()

    def noted(given: Step, many: int) -> list[Outcome]:
        calls[many] += given is batch
        return rehearse(given, many)

    monkeypatch.setattr(found.executor, "rehearse", noted)
    for _ in range(40):
        found.visit(Entry((batch,)))
    assert min(calls[0], calls[1]) > 0
    assert 2 < calls.total() < 12, "half of the three in ten that begin with it"


def test_what_is_always_refused_weighs_little_from_the_next_visit_on(planted: ModuleType) -> None:
    found = Search(planted.NaiveVault(), 1)
    found.generator.tally.counts["thief protocol.deposit(uint256,address)"] = [16, 0, [], 0]
    assert min(found.generator._weights["thief"]) > 0.1
    found.visit(Entry((DEPOSIT,)))
    assert min(found.generator._weights["thief"]) < 0.1


def test_the_state_in_the_middle_of_a_batch_is_seen_and_left(planted: ModuleType) -> None:
    found = Search(planted.NaiveVault(), 1)
    found.executor.go(())
    world, contract = found.executor.world, "thief_contract"
    before = world.balance("USDC", world.address(contract))
    found.dictionary.glance(())
    found._try_out(Step("thief"))
    assert contract not in found.dictionary.own
    found._try_out(Step("thief", loans=(Loan("USDC", 12_345),)))
    assert found.dictionary.own[contract] == [12_345]
    assert world.balance("USDC", world.address(contract)) == before == 0
    found.executor.go((DEPOSIT,))
    found._draw(DRAW, [])
    assert OWN - 4_321 in found.dictionary.own["thief"], "what is drawn is drawn from the state of now"


def test_a_walk_is_from_the_start_and_is_learned_from_and_not_looked_at(planted: ModuleType) -> None:
    found = Search(planted.Honest(), 1)
    all_of_it = Step("thief", "protocol", "deposit(uint256)", (OWN,))
    found.executor.go((all_of_it,))
    found._try((all_of_it,), observe=False)
    assert found.wanderer.able == {"protocol.deposit(uint256)": ["thief"]}
    for _ in range(12):
        found.wander()
    assert found.corpus.features == 0
    assert len(found.wanderer.able) > 1


# ---------------------------------------------------------------- what is kept of a run


def test_what_did_nothing_teaches_nothing(planted: ModuleType) -> None:
    found = Search(planted.NaiveVault(), 1)
    judge(found, Step.pause(5), REDEEM)
    assert found.wanderer.to_json() == {"able": {}, "taken": {}}
    assert list(found.generator.tally.counts) == ["thief protocol.redeem(uint256,address)"]
    assert found.sweep.ways == []
    judge(found, DEPOSIT)
    assert found.wanderer.able == {"protocol.deposit(uint256,address)": ["thief"]}
    assert [way.step for way in found.sweep.ways] == [DEPOSIT]


def test_the_richest_ends_where_it_is_richest_and_the_first_theft_stays(planted: ModuleType) -> None:
    found = Search(planted.NaiveVault(), 1)
    judge(found, *THEFT[:1], REDEEM, *THEFT[1:], Step.pause(9))
    best = found.corpus.entries[found.corpus.best]
    first = (*THEFT[:1], REDEEM, *THEFT[1:])
    assert best.steps == first
    assert found.verdict.theft is not None
    assert found.verdict.theft.steps == first
    judge(found, *THEFT, Step("thief", "USDC", "approve(address,uint256)", ("@bob", 1)))
    assert found.verdict.theft.steps == first
    assert found.corpus.entries[-1].steps[-1].function == "approve(address,uint256)", "no richer: all of it"


def test_a_promise_that_falls_after_a_beginning_is_told_with_it(planted: ModuleType) -> None:
    target = limited(planted)
    found = Search(target, 1)
    found.executor.go((DEPOSIT,))
    assert found._judge((DEPOSIT,), found.executor.run((DEPOSIT,), found._draw))
    (finding,) = found.verdict.findings
    world = target.build(RevmChain())
    world.run(finding.sequence.steps)
    assert AtMost(8_000).violation(world) == finding.evidence


def test_what_breaks_a_promise_is_not_kept_in_place_of_what_does_not(planted: ModuleType) -> None:
    found = Search(limited(planted), 1)
    steps = (DEPOSIT, REDEEM, DEPOSIT)
    found.corpus.entries.append(Entry(steps))
    found.trimmer.note(Wanted(1, outcomes=True))
    found.trimmer.trim()
    assert found.corpus.entries[1].steps == steps[1:]


def test_what_is_kept_does_what_it_is_kept_for(planted: ModuleType) -> None:
    """From the start, each sequence comes to the states of the thief that it is the champion of."""
    found = Search(planted.SpotLender(), 2)
    found.run(None, 250, None)
    states = {
        (index, feature)
        for kind, holders in found.corpus.champions.items()
        for feature, index in holders.items()
        if kind.startswith(("done", "+ thief", "thief: ", "protocol."))
    }
    assert len(states) > 50
    for index, entry in enumerate(found.corpus.entries):
        found.executor.go(())
        run = found.executor.run(entry.steps, found._draw)
        assert {one for at, one in states if at == index} <= set(run.seen.features)
        assert run.profit >= entry.profit
