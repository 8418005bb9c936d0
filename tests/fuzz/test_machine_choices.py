"""Which rule comes next, and where a machine's choices come from."""

from __future__ import annotations

from collections import Counter
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.internal.conjecture.providers import HypothesisProvider

from guardrails.fuzz import HarnessFault
from guardrails.fuzz.machine.choice import Engine, NextRule, Steps, in_one_piece, of_lab
from guardrails.fuzz.step import Step


class Bytes:
    """An engine's data that gives these bytes, and says how many were asked for at a time."""

    def __init__(self, *drawn: bytes) -> None:
        self.drawn, self.asked = list(drawn), list[int]()

    def _draw(self, kind: str, sizes: dict[str, int], *, observe: bool, forced: object) -> bytes:
        assert (kind, observe, forced) == ("bytes", True, None)
        assert sizes["min_size"] == sizes["max_size"]
        self.asked.append(sizes["min_size"])
        return self.drawn.pop(0)


def test_one_option_is_no_choice() -> None:
    source = Engine(Bytes())
    assert (source.below(1), source.below(0)) == (0, 0)
    assert Engine(Bytes(b"\1" + bytes(12))).below(2) == 1, "two are"


def test_each_choice_has_bytes_of_its_own() -> None:
    """One below 128, else one more than the number takes: the remainder favours nobody by much."""
    data = Bytes(bytes([130, 1, 4]) + bytes(range(5, 15)), bytes(range(1, 40)))
    source = Engine(data)
    assert source.below(100) == 130 % 100
    assert data.asked == [13]
    assert source.below(128) == (1 << 8 | 4) % 128
    assert source.below(2**16) == (5 << 16 | 6 << 8 | 7) % 2**16
    assert source.below(256) == 8 << 8 & 255 | 9
    assert [source.below(100) for _ in range(3)] == [10, 11, 12]
    # two are left of the first piece: they are used
    assert source.below(2**16 - 1) == (13 << 16 | 14 << 8 | 1) % (2**16 - 1)
    assert data.asked == [13, 15]
    assert source.below(100) == 2


def test_the_last_byte_is_used_before_another_is_asked_for() -> None:
    data = Bytes(bytes(range(13)), bytes(range(50, 63)))
    source = Engine(data)
    assert [source.below(100) for _ in range(13)] == list(range(13))
    assert data.asked == [13]
    assert source.below(100) == 50
    assert data.asked == [13, 13]


def test_bytes_of_a_fixed_number_come_in_one_piece() -> None:
    data = ConjectureData(random=Random(3))
    in_one_piece(data.provider)
    assert data.draw_bytes(20, 20) == Random(3).randbytes(20)
    assert isinstance(data.provider, HypothesisProvider)
    several = {len(data.draw_bytes(0, 9)) for _ in range(200)}
    assert several == set(range(10)), "of any other number they come as ever"


def test_another_provider_is_left_as_it_is() -> None:
    other = SimpleNamespace(draw_bytes=None)
    in_one_piece(other)
    assert other.draw_bytes is None


def rule_of(name: str, **words: Any) -> Any:
    """As Hypothesis holds a rule."""

    def function() -> None: ...

    function.__name__ = function.__qualname__ = name
    vars(function).update(words.pop("marks", {}))
    found = {"preconditions": (), "bundles": (), "arguments": {}, "arguments_strategies": {}}
    return SimpleNamespace(function=function, **(found | words))


class Machine:
    """What a choice needs of a machine."""

    def __init__(self, *rules: Any, without: tuple[str, ...] = (), bundles: tuple[str, ...] = ()) -> None:
        self.rules, self.without = rules, frozenset(without)
        self.times: Counter[str] = Counter()
        self.source: Any = None
        self.full = bundles

    def bundle(self, name: str) -> bool:
        return name in self.full

    def nothing_to_do(self) -> None:
        raise HarnessFault("nothing to do", None, "")


def chosen(machine: Machine, many: int = 400, seed: int = 1) -> Counter[str]:
    """How often each rule is, in one example in which all are switched on."""
    data = ConjectureData(random=Random(seed))
    strategy = NextRule(machine)  # type: ignore[arg-type]
    strategy.chosen, strategy.on = True, strategy.options
    return Counter(strategy.do_draw(data)[0].function.__name__ for _ in range(many))


def test_a_rule_is_chosen_by_its_weight() -> None:
    machine = Machine(rule_of("light"), rule_of("heavy", marks={"weight": 300}))
    counts = chosen(machine)
    assert counts == machine.times
    assert 2.2 < counts["heavy"] / counts["light"] < 4.2


@pytest.mark.parametrize(("number", "name"), [(0, "a"), (99, "a"), (100, "b"), (399, "b"), (400, "a")])
def test_a_rule_has_as_many_numbers_as_its_weight(number: int, name: str) -> None:
    machine = Machine(rule_of("a"), rule_of("b", marks={"weight": 300}))
    strategy = NextRule(machine)  # type: ignore[arg-type]
    strategy.chosen, strategy.on = True, strategy.options
    rule, _ = strategy.do_draw(Bytes(number.to_bytes(2, "big") + bytes(12)))
    assert rule.function.__name__ == name


def test_what_may_not_run_does_not() -> None:
    machine = Machine(
        rule_of("always"),
        rule_of("never", preconditions=(lambda self: True, lambda self: False)),
        rule_of("full", bundles=(SimpleNamespace(name="coins"),)),
        rule_of("empty", bundles=(SimpleNamespace(name="coins"), SimpleNamespace(name="notes"))),
        rule_of("twice", marks={"max_times": 2}),
        rule_of("absent"),
        without=("absent",),
        bundles=("coins",),
    )
    counts = chosen(machine)
    assert set(counts) == {"always", "full", "twice"}
    assert counts["twice"] == 2
    machine.full = ()
    assert set(chosen(machine)) == {"always"}


def test_nor_where_rules_beside_it_always_may() -> None:
    machine = Machine(rule_of("always"), rule_of("never", preconditions=(lambda self: False,)))
    for seed in range(20):
        strategy = NextRule(machine)  # type: ignore[arg-type]
        data = ConjectureData(random=Random(seed))
        assert {strategy.do_draw(data)[0].function.__name__ for _ in range(5)} == {"always"}


def test_nothing_may_run() -> None:
    with pytest.raises(HarnessFault, match="nothing to do"):
        chosen(Machine(rule_of("never", preconditions=(lambda self: False,))))


def test_where_what_is_on_may_not_run_the_others_do() -> None:
    machine = Machine(rule_of("off"), rule_of("never", preconditions=(lambda self: False,)))
    strategy = NextRule(machine)  # type: ignore[arg-type]
    strategy.chosen = True
    strategy.on = [option for option in strategy.options if option.name == "never"]
    assert strategy.do_draw(ConjectureData(random=Random(1)))[0].function.__name__ == "off"


def test_a_precondition_that_raises_is_named() -> None:
    machine = Machine(rule_of("wrong", preconditions=(lambda self: self.absent,)))
    machine.rules[0].function.__qualname__ = "Vault.wrong"
    with pytest.raises(HarnessFault, match="a precondition raised AttributeError") as caught:
        chosen(machine)
    assert caught.value.where == "Vault.wrong"


def test_the_plainest_comes_first_and_arguments_are_of_the_same_choices() -> None:
    seen: list[Any] = []

    def make(machine: Any, source: Any) -> Step:
        seen.append(source)
        return Step.pause(1 + source.below(9))

    wanting = {"arguments": {"step": 1, "n": 2}}
    machine = Machine(
        rule_of("wants", arguments_strategies={"step": Steps(make)}, **wanting),
        rule_of("plain"),
        rule_of("time_passes", arguments_strategies={"step": Steps(make)}, **wanting),
    )
    strategy = NextRule(machine)  # type: ignore[arg-type]
    assert [option.name for option in strategy.options] == ["time_passes", "plain", "wants"]
    data = ConjectureData(random=Random(1))
    drawn = [strategy.do_draw(data) for _ in range(30)]
    assert all(isinstance(arguments["step"], Step) for _, arguments in drawn if arguments)
    assert machine.source in seen or not drawn[-1][1]
    assert len({id(source) for source in seen}) == len(seen), "each step has its own"


def test_a_step_inside_another_strategy_is_of_the_rule_s_choices() -> None:
    """And where no rule was chosen with this data, of new ones."""
    seen: list[Any] = []

    def waits(machine: Any, source: Any) -> Step:
        seen.append((machine, source))
        return Step.pause(1)

    data, other = ConjectureData(random=Random(1)), ConjectureData(random=Random(1))
    machine = SimpleNamespace(lab="lab", source=Engine(data))
    for one in (data, other):
        one.hypothesis_runner = machine  # type: ignore[attr-defined]
        assert of_lab(waits).do_draw(one) == Step.pause(1)
    assert seen[0] == ("lab", machine.source)
    assert seen[1][1].data is other
    assert repr(of_lab(waits)) == "steps(waits)"


def test_in_half_of_the_examples_a_quarter_of_the_light_rules_is_off() -> None:
    machine = Machine(rule_of("heavy", marks={"weight": 300}), *(rule_of(f"light{i}") for i in range(8)))
    off: Counter[str] = Counter()
    whole, examples = 0, 600
    for seed in range(examples):
        strategy = NextRule(machine)  # type: ignore[arg-type]
        strategy.do_draw(ConjectureData(random=Random(seed)))
        missing = {option.name for option in strategy.options} - {option.name for option in strategy.on}
        off.update(missing)
        whole += not missing
    assert set(off) == {f"light{i}" for i in range(8)}
    assert 0.10 < sum(off.values()) / (8 * examples) < 0.15
    assert 0.45 < whole / examples < 0.65
