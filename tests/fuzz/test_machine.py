"""A machine finds what breaks a promise, and shrinks it; what is wrong with the machine itself it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from guardrails.chain import RevmChain
from guardrails.fuzz import HarnessFault, Invariant, Outcome, PolicyTarget, Sequence, Step, World, derive
from guardrails.fuzz.finding import Finding, broken_by
from guardrails.fuzz.machine import Broken, GuardedMachine, Profile
from guardrails.fuzz.machine.machine import smaller
from guardrails.fuzz.words import bundle, initialize, invariant, precondition, rule

ROOT = Path(__file__).resolve().parents[2]
SHORT = Profile("short", 30, 30)
POLICY = str(ROOT / "examples/vault/guardrails.yaml")


class Vault(PolicyTarget):
    """The example's, whose own account can be made to pay past its limiter."""

    policy_file = POLICY

    def setup(self, world: World) -> None:
        super().setup(world)
        world.chain.impersonate(world.address("protocol"))
        world.chain.set_balance(world.address("protocol"), 10**20)


class Honest(GuardedMachine):
    policy_file = POLICY


class Leaky(GuardedMachine):
    """After two deposits of the thief's the vault lets him take one unit past its limiter."""

    target = Vault

    @rule(amount=st.integers(1, 10**6))
    def the_thief_deposits(self, amount: int) -> None:
        self.do(Step("thief", "protocol", "deposit(uint256,address)", (amount, "@thief")))

    @precondition(lambda self: sum(s.actor == "thief" and s.target == "protocol" for s in self.steps) >= 2)
    @rule()
    def it_leaks(self) -> None:
        self.do(Step("protocol", "USDC", "transfer", ("@thief", 1)))


def test_an_honest_vault_keeps_its_promises() -> None:
    assert Honest.run(seed=1, profile=Profile("some", 60, 50)) > 2_000


class Empty(Invariant):
    """The thief has nothing: it is broken from the start."""

    name = "Empty"

    def observe(self, world: World, outcome: Outcome) -> None: ...

    def violation(self, world: World) -> str | None:
        return "he has" if world.holdings("thief")["USDC"] else None


def test_a_machine_promises_more_than_its_target() -> None:
    class Promising(GuardedMachine):
        policy_file = POLICY

        @classmethod
        def promises(cls, world: World) -> list[Invariant]:
            return [Empty()]

    with pytest.raises(Broken, match="Empty: he has"):
        Promising.run(seed=1, profile=SHORT)


def test_a_target_whose_properties_cannot_be_made_is_at_fault() -> None:
    class Careless(Vault):
        def invariants(self, world: World) -> list[Invariant]:
            raise KeyError("nobody")

    class Machine(GuardedMachine):
        target = Careless

    with pytest.raises(HarnessFault, match="the target raised KeyError: 'nobody'"):
        Machine.run(seed=1, profile=SHORT)


def test_a_leak_is_found_shrunk_and_replayed() -> None:
    with pytest.raises(Broken) as caught:
        Leaky.run(seed=3, profile=SHORT)
    finding = caught.value.finding
    assert finding.property == "NoBypass"
    assert finding.seed == 3
    steps = finding.sequence.steps
    leak = Step("protocol", "USDC", "transfer", ("@thief", 1))
    assert steps == (leak,), "the deposits are what the rule waits for, and not what the protocol does"
    assert "NoBypass: 1 USDC left, and its limiter was charged 0" in str(caught.value)
    assert "1. protocol: USDC.transfer(@thief, 1)" in str(caught.value)
    # the same in another world, out of JSON
    sequence = Sequence.from_json(finding.sequence.to_json())
    world = Vault().build(RevmChain())
    world.invariants = derive(world)
    broken = broken_by(world, sequence)
    assert broken is not None
    assert (broken.name, broken.evidence) == (finding.property, finding.evidence)


def test_the_engine_shrinks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardrails.fuzz.machine.machine.smaller", lambda lab, finding: None)
    with pytest.raises(Broken) as caught:
        Leaky.run(seed=3, profile=SHORT)
    steps = caught.value.finding.sequence.steps
    assert 3 <= len(steps) <= 5, "two deposits, the leak that waits for them, and hardly more"
    assert sum(step.function.startswith("deposit") for step in steps) == 2


def test_the_same_seed_does_the_same() -> None:
    def run(seed: int) -> list[Step]:
        seen: list[Step] = []

        class Seen(Honest):
            def do(self, step: Step) -> Any:
                seen.append(step)
                return super().do(step)

        Seen.run(seed=seed, profile=Profile("some", 3, 20))
        return seen

    first = run(5)
    assert first == run(5) != run(6)


def test_a_rule_that_raises_is_the_harness_s_fault() -> None:
    class Wrong(Honest):
        @rule(weight=1_000)
        def it_is_wrong(self) -> None:
            _ = 1 + "1"  # type: ignore[operator]

    with pytest.raises(HarnessFault, match="a rule raised TypeError: unsupported operand") as caught:
        Wrong.run(profile=SHORT)
    line = next(i for i, text in enumerate(Path(__file__).read_text().splitlines(), 1) if '1 + "1"' in text)
    assert str(caught.value.where).startswith(f"{__file__}:{line} in ")
    assert "it_is_wrong" in str(caught.value.where)


def test_so_is_a_step_that_makes_no_sense() -> None:
    class Wrong(Honest):
        @rule(weight=1_000)
        def it_calls_nothing(self) -> None:
            self.do(Step("alice", "protocol", "absent"))

    with pytest.raises(HarnessFault, match="the ABI has no function absent"):
        Wrong.run(profile=SHORT)


def test_so_is_a_precondition_or_an_initialisation_that_raises() -> None:
    class Wrong(Honest):
        @precondition(lambda self: self.absent)
        @rule()
        def never(self) -> None: ...

    with pytest.raises(HarnessFault, match="a precondition raised AttributeError") as caught:
        Wrong.run(profile=SHORT)
    assert "never" in str(caught.value.where)

    class WrongToo(Honest):
        @initialize()
        def begin(self) -> None:
            raise KeyError("nothing")

    with pytest.raises(HarnessFault, match="a rule raised KeyError"):
        WrongToo.run(profile=SHORT)


def test_so_is_a_machine_that_does_not_do_the_same_twice() -> None:
    taken = [0]

    class Flaky(Honest):
        @rule(weight=1_000)
        def now_and_then(self) -> None:
            taken[0] += 1
            assert taken[0] != 40, "only once"

    with pytest.raises(HarnessFault, match="Hypothesis cannot run it: Flaky"):
        Flaky.run(profile=SHORT)


def test_an_assertion_is_a_broken_property_of_the_rule_s_name() -> None:
    class Promises(Honest):
        @invariant()
        def nobody_waits(self) -> None:
            assert not self.steps or self.steps[-1].function, "somebody waited"

    with pytest.raises(Broken) as caught:
        Promises.run(profile=SHORT)
    assert (caught.value.name, caught.value.evidence) == ("nobody_waits", "somebody waited")
    assert len(caught.value.finding.sequence.steps) == 1


def test_the_words() -> None:
    """Weight, max_times, period and bundles, as the example's counts show them."""
    counts: dict[str, int] = {"light": 0, "heavy": 0, "looked": 0, "taken": 0, "given": 0, "used": 0}
    most = [0]

    class Counted(Honest):
        without = frozenset(
            name
            for name in dir(GuardedMachine)
            if hasattr(getattr(GuardedMachine, name), "hypothesis_stateful_rule")
        )
        coins = bundle("coins")

        def __init__(self) -> None:
            super().__init__()
            self.rare = 0

        @rule(weight=300)
        def heavy(self) -> None:
            counts["heavy"] += 1
            self.do(Step.pause(1))
            counts["taken"] += 1

        @rule(weight=100)
        def light(self) -> None:
            counts["light"] += 1

        @rule(max_times=2, target=coins)
        def rare(self) -> int:
            counts["given"] += 1
            self.many = getattr(self, "many", 0) + 1
            most[0] = max(most[0], self.many)
            return self.many

        @rule(coin=coins)
        def spend(self, coin: int) -> None:
            counts["used"] += 1
            assert coin in (1, 2)

        @invariant(period=5)
        def looked(self) -> None:
            counts["looked"] += 1
            assert self.taken % 5 == 0

    for seed in range(6):  # of one seed's 60 examples most are variants of a dozen
        Counted.run(seed=seed, profile=Profile("some", 60, 40))
    assert most[0] == 2
    assert counts["used"] > 0
    assert 2 < counts["heavy"] / counts["light"] < 6
    assert counts["looked"] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [({"weight": 0}, "weight 0"), ({"max_times": -1}, "at most -1 times")],
)
def test_words_that_mean_nothing(words: dict[str, Any], said: str) -> None:
    with pytest.raises(HarnessFault, match=said):
        rule(**words)
    with pytest.raises(HarnessFault, match="a period of 0"):
        invariant(period=0)


def test_a_machine_without_a_target_says_so() -> None:
    class Nothing(GuardedMachine):
        pass

    with pytest.raises(HarnessFault, match="Nothing names no target"):
        Nothing.run()


def test_a_machine_whose_rules_never_run_says_so() -> None:
    class Idle(Honest):
        without = frozenset(
            name
            for name in dir(GuardedMachine)
            if hasattr(getattr(GuardedMachine, name), "hypothesis_stateful_rule")
        )

        @precondition(lambda self: False)
        @rule()
        def never(self) -> None: ...

    with pytest.raises(HarnessFault, match="no rule of Idle may run"):
        Idle.run(profile=SHORT)


def test_what_the_engine_leaves_is_shrunk_step_by_step() -> None:
    """A padded finding: a step that does nothing, a wait, a larger amount than it takes."""
    leak = Step("protocol", "USDC", "transfer", ("@thief", 7), wait=9)
    padded = (Step.pause(5), Step("alice", "USDC", "approve", ("@bob", 3)), leak)
    finding = Finding("NoBypass", "?", Sequence("t", padded), 4)
    found = smaller(Leaky.laboratory(), finding)
    assert found is not None
    assert found.finding.sequence.steps == (Step("protocol", "USDC", "transfer", ("@thief", 1)),)
    assert (found.finding.seed, found.name) == (4, "NoBypass")
    assert found.evidence == "1 USDC left, and its limiter was charged 0"
    assert smaller(Leaky.laboratory(), found.finding) is None
    assert smaller(Leaky.laboratory(), Finding("Other", "?", Sequence("t", padded), 4)) is None
