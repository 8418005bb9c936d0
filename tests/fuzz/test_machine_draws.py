"""What a machine draws: each number of a choice has its meaning, a parameter gets what its name asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import Chain, ChainError
from guardrails.deploy.words import level_fields, outflow_fields, outflow_word, rank_limits_fields
from guardrails.fuzz import Invariant, Step, World, find_target
from guardrails.fuzz.machine import people
from guardrails.fuzz.machine.draw import Values, fixed, one
from guardrails.fuzz.machine.lab import Lab
from guardrails.fuzz.world import THIEF

ROOT = Path(__file__).resolve().parents[2]
FIRST = 4 << 6
"""Of an amount's 512: here what somebody holds begins; before it the policy's numbers."""


class Script:
    """A source of the numbers that a test names; `asked` keeps their limits."""

    def __init__(self, *numbers: int) -> None:
        self.numbers, self.asked = list(numbers), list[int]()

    def below(self, limit: int) -> int:
        self.asked.append(limit)
        number = self.numbers.pop(0) if self.numbers else 0
        assert 0 <= number < limit
        return number


@pytest.fixture(scope="module")
def built() -> Lab:
    return Lab(find_target(f"{ROOT}/examples/vault/fuzz.py:Vault"))


@pytest.fixture
def lab(built: Lab) -> Iterator[Lab]:
    built.fresh()
    yield built
    built.fresh()


def drawn(lab: Lab, kind: str, name: str, *numbers: int, **more: Any) -> Any:
    """One argument of a function of alice's."""
    source = Script(*numbers)
    (value,) = Values(lab).of("f", [{"type": kind, "name": name, **more}], "alice", source)
    assert not source.numbers, "it asked for fewer"
    return value


def test_the_first_option_is_the_plainest() -> None:
    assert [one(Script(at), "abc") for at in range(3)] == ["a", "b", "c"]
    assert fixed(3, 1, 3, 2, 1) == [3, 1, 2]


def test_what_is_there_is_what_the_policy_says(lab: Lab) -> None:
    """The numbers of examples/vault/guardrails.yaml, written out."""
    limit, hour, day = 10**12, 3_600, 86_400
    parts = [limit // 10, limit * 8 // 10, limit, limit + 1, 2 * limit]
    assert lab.numbers == [1, 0, *parts, 2_500 * 10**6, 2_500 * 10**6 + 1, 10**6, 2**256 - 1]
    short = [1, 12, 60, hour, 600, day, day // 2, day + 1]  # 600 of the lock; the window and its half
    assert lab.times == [*short, 4 * hour, 601, 3 * day, 2 * day, 14 * day, 0]
    assert lab.delays == [2 * day, 0, day, 7 * day]
    users = ["alice", "bob", "carol", "whale", "liquidator", "thief"]
    roles = ["governance", "guardian", "sentinel"]
    assert (lab.users, lab.fast) == (users, roles)
    named = [*users, "accomplice", *roles, "protocol", "thief_contract"]
    assert lab.everybody == [f"@{name}" for name in named]
    world = lab.world
    assert [token.address for token in lab.tokens] == [world.address("protocol"), world.address("USDC")]
    accounts = [lab.world.contracts["guard"].call("accountSubject", world.address(user)) for user in users]
    usdc = lab.world.contracts["guard"].call("assetSubject", world.address("USDC"))
    assert lab.subjects == ["0x" + one.hex() for one in (*accounts, usdc)]


def test_who_may_call_what(lab: Lab) -> None:
    often = Counter(f"{action.target}.{action.function.partition('(')[0]}" for action in lab.functions)
    main = dict.fromkeys(("protocol.deposit", "protocol.mint", "protocol.redeem", "protocol.withdraw"), 4)
    lesser = (
        "protocol.approve",
        "protocol.transfer",
        "protocol.transferFrom",
        "USDC.approve",
        "USDC.transfer",
    )
    assert often == main | dict.fromkeys(lesser, 1)
    guards, governed = ({entry["name"] for entry in some} for some in (lab.guards, lab.governed))
    assert not guards & governed
    assert {"pause", "raiseLevel", "lock", "heartbeat"} < guards
    assert {"unpause", "lowerLevel", "setLimit", "setGovernance"} < governed
    apart = {"execute", "schedule", "settle", "withdrawClaim", "seal", "level", "available"}
    assert not (guards | governed) & apart


def test_words_that_a_governance_would_set(lab: Lab) -> None:
    """Those of now, tighter and looser ones, without what has been used of them."""
    now, tighter, looser, none = map(outflow_fields, lab.hints["setLimit", "config"])
    assert lab.world.policy is not None
    assert now == outflow_fields(outflow_word(lab.world.policy.assets[0].encoded(), shared=False))
    assert [now["limit"], tighter["limit"]] == [10**12, 10**12 // 2]
    assert int(looser["limit"]) > 10**12
    assert now == tighter | {"limit": 10**12} == looser | {"limit": 10**12}
    assert none["mode"] == 3
    assert all(word << 105 & (1 << 256) - 1 == 0 for word in lab.hints["setLimit", "config"])
    assert all(word >> 192 & (1 << 40) - 1 == 0 for word in lab.hints["setLimit", "config"])
    powers = [rank_limits_fields(word) for word in lab.hints["setRankLimits", "limits"]]
    assert [one["max_pause"] for one in powers] == [14_400, 0, 14_400, 0, 86_400, 0, 86_400]
    assert [one["max_level"] for one in powers] == [2, 2, 0, 0, 4, 4, 0]
    shares = [level_fields(word) for word in lab.hints["setLevelRules", "rules"]]
    assert [one["throttled.share"] for one in shares] == [50, 0, 0]
    assert shares[0] == shares[2] | {"throttled.share": 50}


class Noticing(Invariant):
    name = "Noticing"

    def violation(self, world: World) -> str | None:
        return None


def test_a_target_s_own_people_properties_prices_and_hints_are_there() -> None:
    class Own(type(find_target(f"{ROOT}/examples/lending/fuzz.py:Lending"))):  # type: ignore[misc]
        policy_file = str(ROOT / "examples/lending/guardrails.yaml")

        def build(self, chain: Chain) -> World:
            world: World = super().build(chain)
            world.invariants = [Noticing()]
            del world.actors["carol"]
            return world

    own = Own()
    lab = Lab(own, more=lambda world: [Noticing()])
    names = [one.name for one in lab.world.invariants]
    assert (names[0], names[-1]) == ("Noticing", "Noticing")
    assert {"BoundedLoss", "NoBypass"} < set(names[1:-1])
    assert "carol" not in lab.users
    assert lab.feeds == {"feed": 3_000 * 10**8}
    assert [token.address for token in lab.tokens] == [one.address for one in lab.world.assets.values()]
    assert lab.hints["liquidate", "account"] == list(own.hints["liquidate", "account"])


def test_without_a_policy_nobody_guards() -> None:
    class Unguarded(type(find_target(f"{ROOT}/examples/vault/fuzz.py:Vault"))):  # type: ignore[misc]
        policy_file = str(ROOT / "examples/vault/guardrails.yaml")

        def build(self, chain: Chain) -> World:
            world: World = super().build(chain)
            world.policy = None
            return world

        def invariants(self, world: World) -> list[Invariant]:
            return []

    lab = Lab(Unguarded())
    assert lab.guard is None
    assert (lab.guards, lab.governed, lab.subjects, lab.selectors, lab.delays) == ([], [], [], [], [])
    assert lab.times == [1, 12, 3_600, 86_400, 604_800]
    assert (lab.numbers, lab.available(0)) == ([1, 0, 10**6, 2**256 - 1], 0)


def test_an_account_is_mostly_ones_own(lab: Lab) -> None:
    assert [drawn(lab, "address", "receiver", at) for at in range(6)] == ["@alice"] * 6
    assert [drawn(lab, "address", "_receiver", 6, at) for at in (0, 1)] == lab.everybody[:2]
    assert drawn(lab, "address", "receiver", 7, 2) == lab.everybody[2]
    assert drawn(lab, "address", "spender", 1) == lab.everybody[1]
    assert drawn(lab, "address", "asset", 0) == drawn(lab, "address", "tokenIn", 0) == "@USDC"


def test_a_time_is_one_of_the_policy_s(lab: Lab) -> None:
    assert drawn(lab, "uint32", "duration", 2) == lab.times[2]
    for name in ("until", "deadline"):
        assert drawn(lab, "uint64", name, 2) == lab.world.now + lab.times[2]
    assert drawn(lab, "uint64", "untilWhen", 2) == lab.times[2]


def test_a_small_number_is_any(lab: Lab) -> None:
    assert [drawn(lab, "uint8", "x", at) for at in (0, 1, 255)] == [0, 1, 255]
    assert drawn(lab, "uint16", "x", 65_535) == 65_535
    assert drawn(lab, "int8", "x", 127, 1) == -127
    assert drawn(lab, "int8", "x", 127, 0) == 127


def test_a_number_of_the_policy_s(lab: Lab) -> None:
    numbers = lab.numbers
    for at in (0, 1, len(numbers) - 1, len(numbers), FIRST - 1):
        assert drawn(lab, "uint256", "amount", at) == numbers[at % len(numbers)]
    assert max(numbers) == 2**256 - 1
    most = numbers.index(2**256 - 1)
    assert drawn(lab, "uint24", "amount", most) == 2**24 - 1
    assert drawn(lab, "int256", "amount", most, 1) == (1 - 2**256) % 2**255


def test_a_number_at_the_edge_of_its_type(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "numbers", [2**23, 2**24, 2**23 + 1])
    assert [drawn(lab, "uint24", "amount", at) for at in range(3)] == [2**23, 0, 2**23 + 1]
    assert drawn(lab, "int24", "amount", 0, 1) == -(2**23)
    assert drawn(lab, "int24", "amount", 0, 0) == 0
    assert drawn(lab, "int24", "amount", 2, 1) == 2**23 - 1


def test_what_somebody_holds_and_parts_of_it(lab: Lab) -> None:
    shares, usdc = (lab.held("alice", which) for which in (0, 1))
    assert shares == lab.world.contracts["protocol"].call("balanceOf", lab.world.address("alice")) > 0
    assert usdc == lab.world.balance("USDC", lab.world.address("alice")) > 0
    parts = [drawn(lab, "uint256", "amount", FIRST + part) for part in range(8)]
    assert parts == [shares // (1 + part) for part in range(7)] + [shares + 1]
    assert drawn(lab, "uint256", "amount", FIRST + 8) == usdc
    assert drawn(lab, "uint256", "amount", FIRST + 64 + 63 - 7) == lab.held("alice", 15)


def test_what_may_leave_and_one_more(lab: Lab) -> None:
    left = lab.available(0)
    assert 0 < left < 2**200
    assert drawn(lab, "uint256", "amount", 6 << 6) == left
    assert drawn(lab, "uint256", "amount", (6 << 6) + 1) == left + 1


@pytest.mark.parametrize(("left", "known"), [(2**200 - 1, 2**200 - 1), (2**200, 0), (2**256 - 1, 0)])
def test_what_is_without_a_limit_is_no_amount(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, left: int, known: int
) -> None:
    monkeypatch.setattr(lab.guard, "call", lambda *_: left)
    assert lab.available(0) == known


def test_a_number_of_one_digit(lab: Lab) -> None:
    assert [drawn(lab, "uint256", "amount", (7 << 6) + at) for at in (0, 1, 8, 9, 63)] == [
        *(1, 2 * 10**0, 9 * 10**2),
        *(10**3, 10**21),
    ]


def test_a_claim_that_waits_the_latest_first_or_none(lab: Lab) -> None:
    assert drawn(lab, "uint256", "id", 0) == 1
    for _ in range(2):
        step = Step("whale", "protocol", "deposit(uint256,address)", (4 * 10**12, "@whale"))
        lab.world.require(step)
    lab.world.require(Step.pause(86_400))
    for _ in range(2):
        lab.world.require(Step("whale", "protocol", "withdraw", (15 * 10**11, "@whale", "@whale")))
    assert lab.waiting() == [1, 2]
    assert [drawn(lab, "uint256", "ids", at) for at in range(3)] == [2, 1, 3]


def test_lists_structs_and_texts(lab: Lab) -> None:
    assert drawn(lab, "uint8[]", "x", 0, 7) == [7]
    assert drawn(lab, "uint8[]", "x", 2, 7, 8, 9) == [7, 8, 9]
    assert drawn(lab, "uint8[2]", "x", 7, 8) == [7, 8]
    assert drawn(lab, "uint8[2][]", "x", 1, 7, 8, 9, 10) == [[7, 8], [9, 10]]
    parts = [{"type": "uint8", "name": "a"}, {"type": "bool", "name": "b"}]
    assert drawn(lab, "tuple", "x", 7, 1, components=parts) == [7, True]
    assert drawn(lab, "bool", "x", 0) is False
    assert (drawn(lab, "string", "x"), drawn(lab, "bytes", "x")) == ("", "0x")
    assert drawn(lab, "bytes4", "x", 1) == lab.selectors[1]
    assert drawn(lab, "bytes32", "x", 1) == lab.subjects[1]


def test_hints_come_first(lab: Lab) -> None:
    levels = lab.hints["raiseLevel", "level_"]
    source = Script(3, 2)
    inputs = [{"type": "uint8", "name": "level_"}, {"type": "uint8", "name": "x"}]
    assert Values(lab).of("raiseLevel(uint8,uint8)", inputs, "alice", source) == (levels[3], 2)
    assert source.asked == [len(levels), 256]


def test_contracts_may_name_the_parameters_of_one_function_differently(lab: Lab) -> None:
    values, mine = Values(lab), [{"type": "address", "name": "to"}]
    assets = [{"type": "address", "name": "token"}]
    for _ in range(2):
        assert values.of("f(address)", mine, "bob", Script(0)) == ("@bob",)
        assert values.of("f(address)", assets, "bob", Script(0)) == ("@USDC",)


def test_holdings_are_asked_for_again_when_something_changed(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    balance = lab._balance

    def counted(token: Any, actor: str) -> int:
        asked.append((token.address, actor))
        return balance(token, actor)

    monkeypatch.setattr(lab, "_balance", counted)
    before = [lab.held("alice", 0), lab.held("bob", 0), lab.held("alice", 1)]
    assert len(asked) == 3
    too_much = Step("alice", "protocol", "transfer", ("@bob", before[0] + 1))
    assert not lab.world.do(too_much).ok
    assert [lab.held("alice", 0), lab.held("bob", 0), lab.held("alice", 1)] == before
    assert len(asked) == 3
    lab.world.require(Step("alice", "protocol", "transfer", ("@bob", 5)))
    assert [lab.held("alice", 0), lab.held("bob", 0)] == [before[0] - 5, before[1] + 5]
    lab.fresh()
    assert [lab.held("alice", 0), lab.held("bob", 0)] == before[:2]


def test_a_token_that_does_not_answer_holds_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> int:
        raise ChainError("it does not answer", None, "Ask another.")

    monkeypatch.setattr(lab.tokens[0], "call", refuses)
    assert lab._balance(lab.tokens[0], "alice") == 0


def test_who_does_what(lab: Lab) -> None:
    used = people.use(lab, Script(1))
    assert (used.actor, used.target) == (lab.users[1], lab.functions[0].target)
    attack = people.attack(lab, Script(1, 1))
    assert (attack.actor, len(attack.calls), attack.loans, attack.callback) == (THIEF, 2, (), ())
    assert all(step.may_fail for step in attack.calls)
    assert not any(step.may_fail for step in people.attack(lab, Script(1, 0)).calls)
    misused = people.misuse(lab, Script(0, 1, 0))
    assert (misused.actor, misused.target) == (lab.fast[0], "guard")
    assert misused.function == signature_of(lab.guards[0])
    assert people.misuse(lab, Script(0, 0, 0)).function == signature_of(lab.governed[0])
    assert people.wait(lab, Script(0)) == Step.pause(max(1, lab.times[0]))


def test_a_loan_and_a_call_out_of_a_callback(lab: Lab) -> None:
    source = Script(0, 0, 0, *([0] * len(lab.functions[0].inputs)))
    people.attack(lab, source)
    plain = source.asked[: source.asked.index(2, 2)]  # up to whether there is a loan
    numbers = [0] * len(plain)
    loan = people.attack(lab, Script(*numbers, 1, 0, 2, 3))
    assert [(each.asset, each.amount) for each in loan.loans] == [("USDC", lab.numbers[2] * 10**6)]
    assert len(people.attack(lab, Script(*numbers, 0, 1)).callback) == 1
    assert not people.attack(lab, Script(*numbers, 0, 2)).callback


def test_anybody_may_misuse_a_role_and_end_a_claim(lab: Lab) -> None:
    assert people.misuse(lab, Script(len(lab.fast), 1)).actor == THIEF
    ends = [people.claim(lab, Script(at, 1, 0)) for at in (0, 1)]
    assert [step.function for step in ends] == ["settle", "withdrawClaim"]
    assert [(step.actor, step.arguments) for step in ends] == [(lab.users[1], (1,))] * 2


def test_a_price_moves_or_is_stale(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "feeds", {"feed": 2_000})
    assert people.price(lab, Script(0, 1, 0)).arguments == (1_980, 0)
    assert people.price(lab, Script(0, 0, 5)).arguments == (2_000, lab.world.now - 3_600)


def test_a_drain_takes_what_may_leave_or_a_part(lab: Lab) -> None:
    def taken(part: int) -> int:
        source = Script()
        people.drain(lab, source)
        return int(people.drain(lab, Script(*[0] * (len(source.asked) - 1), part)).arguments[0])

    assert [taken(part) for part in range(4)] == [lab.available(0) // by for by in (1, 2, 4, 100)]


def test_only_what_takes_ether_is_sent_some(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = lab.functions[0]
    monkeypatch.setattr(lab, "functions", [replace(plain, inputs=(), payable=payable) for payable in (0, 1)])
    assert [people.use(lab, Script(0, at, 2)).value for at in (0, 1)] == [0, 2 * 10**18]


def test_long_waits_are_seldom(lab: Lab) -> None:
    at = next(i for i, seconds in enumerate(lab.times) if seconds > 86_400)
    seconds = lab.times[at]
    assert people.wait(lab, Script(at, 0)).wait == seconds
    assert people.wait(lab, Script(at, 1)).wait == 1 + seconds % 86_400
    day = Script(lab.times.index(86_400))
    assert (people.wait(lab, day).wait, len(day.asked)) == (86_400, 1)
    assert people.wait(lab, Script(lab.times.index(0))).wait == 1


def test_a_token_s_faults_and_who_is_blocked(lab: Lab) -> None:
    faulty = people.fault(lab, Script(0, 0, 2))
    assert (faulty.actor, faulty.target, faulty.function) == ("environment", "USDC", "setFaults")
    assert faulty.arguments == (1,)
    blocked = people.fault(lab, Script(0, 1, 2, 1))
    assert (blocked.function, blocked.arguments) == ("setBlocked", (lab.everybody[2], True))


def test_what_was_announced_is_executed_at_once_or_when_it_is_due(lab: Lab) -> None:
    announced = [people.announce(lab, Script(at)) for at in (0, 1)]
    assert [step.function for step in announced] == ["schedule", "schedule"]
    assert announced[0].arguments[0]["call"][:2] == ["guard", signature_of(lab.governed[0])]
    step = people.execute(lab, Script(1, 0, 2), announced)
    assert (step.actor, step.arguments, step.wait) == (lab.users[2], announced[1].arguments, 0)
    assert people.execute(lab, Script(0, 1, 0), announced).wait == lab.delays[0] > 0


def signature_of(entry: Any) -> str:
    return f"{entry['name']}({','.join(part['type'] for part in entry['inputs'])})"
