"""A directed machine goes where the thief gains; presents are no gain, nothing stolen no direction."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import Phase

from guardrails.fuzz import DirectedMachine, Outcome, Step, find_target
from guardrails.fuzz.machine import GuardedMachine, Profile
from guardrails.fuzz.words import rule

ROOT = Path(__file__).resolve().parents[2]
BRIDGE = f"{ROOT}/examples/bridge/fuzz.py:Bridge"
VAULT = f"{ROOT}/examples/vault/fuzz.py:Vault"
SHORT = Profile("short", 80, 20)


class Bridge(DirectedMachine):
    target = BRIDGE


class Undirected(Bridge):
    phases = (Phase.generate, Phase.shrink)


def test_it_goes_where_the_thief_gains_and_the_same_seed_does_the_same() -> None:
    taken = Bridge.run(seed=1, profile=SHORT)
    gains, worst = Bridge.gains, Bridge.worst
    half = len(gains) // 2
    assert sum(gains[half:]) > 3 * sum(gains[:half]) > 0, "the first half is drawn, the second bent"
    Undirected.run(seed=1, profile=SHORT)
    assert sum(gains) > 3 * sum(Undirected.gains) > 0
    assert (Bridge.run(seed=1, profile=SHORT), Bridge.gains, Bridge.worst) == (taken, gains, worst)
    Bridge.run(seed=2, profile=Profile("short", 2, 20))
    assert len(Bridge.gains) < 20, "of the last run alone"


def test_the_worst_is_what_its_steps_bring_beside_what_is_promised() -> None:
    Bridge.run(seed=1, profile=SHORT)
    worst = Bridge.worst
    assert worst is not None
    assert worst.usd == max(Bridge.gains)
    target = find_target(BRIDGE)
    assert worst.sequence.target == target.reference()
    chain = target.chain()
    try:
        world = target.build(chain)
        world.run(worst.sequence.steps)
        assert (target.profit(world), target.promised(world)) == (worst.usd, worst.promised)
        assert worst.usd > 0
        assert worst.promised is not None
    finally:
        chain.close()


def steps(kind: type[GuardedMachine]) -> list[Step]:
    """All that a machine does on the honest vault."""
    seen: list[Step] = []

    class Seen(kind):  # type: ignore[misc, valid-type]
        target = VAULT

        def do(self, step: Step) -> Outcome:
            seen.append(step)
            return super().do(step)  # type: ignore[no-any-return]

    Seen.run(seed=3, profile=Profile("some", 30, 20))
    if issubclass(Seen, DirectedMachine):
        assert set(Seen.gains) == {0}
        assert Seen.worst is None
    return seen


def test_where_nothing_can_be_stolen_there_is_no_direction() -> None:
    assert steps(DirectedMachine) == steps(Undirected)


def test_users_give_the_thief_nothing() -> None:
    assert not any(map(_is_present, steps(DirectedMachine)))
    assert any(map(_is_present, steps(GuardedMachine)))
    thiefs = [step for step in steps(DirectedMachine) if step.actor == "thief" and step.function]
    assert any(_is_present(replace(step, actor="alice")) for step in thiefs), "he may do so himself"


def _is_present(step: Step) -> bool:
    if step.actor not in ("alice", "bob", "carol", "whale", "liquidator") or step.target == "guard":
        return False
    return step.function.startswith(("transfer", "approve")) or "@thief" in repr(step.arguments)


class Giving(DirectedMachine):
    """Somebody gives by a rule of his own, twice as much each time, and takes it back."""

    target = VAULT
    without = frozenset(
        name
        for name in dir(GuardedMachine)
        if hasattr(getattr(GuardedMachine, name), "hypothesis_stateful_rule")
    )

    @rule()
    def alice_gives_and_takes_back(self) -> None:
        many = 10**6 * (1 + len(self.steps))
        self.do(Step("alice", "USDC", "transfer", ("@thief", many)))
        self.do(Step("thief", "USDC", "transfer", ("@alice", many)))


def test_a_gain_is_the_most_of_an_example_and_rules_of_your_own_count() -> None:
    Giving.run(seed=1, profile=Profile("some", 3, 10))
    assert max(Giving.gains) == 19, "given nine times before: one dollar and twice nine more"
    worst = Giving.worst
    assert worst is not None
    assert len(worst.sequence.steps) == 19
    assert worst.usd == Fraction(19)


def test_a_smaller_gain_of_a_later_example_is_not_the_worst() -> None:
    left = [100]

    class Less(Giving):
        phases = (Phase.generate,)

        @rule()
        def alice_gives_and_takes_back(self) -> None:
            left[0] -= 1
            self.do(Step("alice", "USDC", "transfer", ("@thief", left[0] * 10**6)))
            self.do(Step("thief", "USDC", "transfer", ("@alice", left[0] * 10**6)))

    Less.run(seed=1, profile=Profile("some", 3, 5))
    assert Less.gains[0] == 99
    assert len(set(Less.gains)) == len(Less.gains) > 1
    worst = Less.worst
    assert worst is not None
    assert (worst.usd, len(worst.sequence.steps)) == (99, 1)
