"""The parts of the search: what it reads, what it draws, what it may call."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, ClassVar

import pytest

from guardrails.chain import Chain, Contract
from guardrails.chain.revm import RevmChain
from guardrails.fuzz import HarnessFault, Invariant, Outcome, Step, Target, World, find_target
from guardrails.fuzz.search import search
from guardrails.fuzz.search.actions import actions_of
from guardrails.fuzz.search.arguments import Arguments, fit, places_of, tokens_of
from guardrails.fuzz.search.behaviour import TOGETHER, Behaviour, Seen
from guardrails.fuzz.search.dictionary import Dictionary, pushed_by
from guardrails.fuzz.search.quantities import quantities_of
from guardrails.fuzz.search.reader import Reader

ROOT = Path(__file__).resolve().parents[3]
VAULT = f"{ROOT}/examples/vault/fuzz.py:Vault"
VENUS = f"{ROOT}/tests/fuzz/targets/venus.py:VenusUnguarded"


@pytest.fixture
def world() -> World:
    return find_target(VAULT).build(RevmChain())


def test_many_views_in_one_call_say_what_each_says_alone(chain: Chain) -> None:
    world = find_target(VAULT).build(chain)
    token, alice = world.assets["USDC"], world.address("alice")
    views = [
        (token.address, token.encode("balanceOf", alice)),
        (token.address, bytes.fromhex("deadbeef")),
        (alice, token.encode("balanceOf", alice)),
        (token.address, token.encode("totalSupply")),
    ]
    reader = Reader(chain, views)
    before = chain.snapshot()
    assert reader.read() == [world.balance("USDC", alice), 0, 0, token.call("totalSupply")]
    world.require(Step("alice", "USDC", "transfer(address,uint256)", ("@bob", 5)))
    assert reader.read()[0] == world.balance("USDC", alice)
    chain.revert(before)
    assert reader.read()[0] == world.balance("USDC", alice)


def test_any_word_of_an_answer_can_be_read(chain: Chain) -> None:
    """What a view does not answer is 0, and nothing of the view before it."""
    code = "6001600052600260205260036040526060" + "6000f3"  # answers 1, 2, 3
    chain.set_code("0x" + "aa" * 20, bytes.fromhex(code))
    views = [("0x" + "aa" * 20, b"", word) for word in (2, 0, 1)] + [("0x" + "bb" * 20, b"", 1)]
    assert Reader(chain, views).read() == [3, 1, 2, 0]


def test_a_reader_that_was_undone_says_so(world: World) -> None:
    before = world.snapshot()
    reader = Reader(world.chain, [], at=7)
    assert reader.read() == []
    reader = Reader(world.chain, [(world.assets["USDC"].address, b"")], at=7)
    world.revert(before)
    with pytest.raises(HarnessFault, match="the reader is gone"):
        reader.read()


@pytest.mark.parametrize(
    ("code", "pushed"),
    [
        ("6103e8", [1_000]),
        ("6002", []),
        ("6003", [3]),
        ("6201518061a8c0", [86_400, 43_200]),
        ("63deadbeef", []),
        ("6301e13380", [31_536_000]),
        ("610003565b", [3]),
        ("61000456005b", [4]),
        ("61000556005b", []),
        ("7f" + "ff" * 32, []),
        ("6f" + "ff" * 16, [2**128 - 1]),
        ("61ff", [255]),
    ],
)
def test_numbers_that_the_code_pushes(code: str, pushed: list[int]) -> None:
    assert list(pushed_by(bytes.fromhex(code))) == pushed


@pytest.mark.parametrize(
    ("value", "kind", "fits"),
    [
        (255, "uint8", 255),
        (256, "uint8", 0),
        (-1, "uint8", 255),
        (2**256 - 1, "uint256", 2**256 - 1),
        (2**256 - 1, "uint", 2**256 - 1),
        (127, "int8", 127),
        (128, "int8", -128),
        (-129, "int8", 127),
    ],
)
def test_a_number_fits_its_type(value: int, kind: str, fits: int) -> None:
    assert fit(value, kind) == fits


def test_the_dictionary_knows_the_policy_and_the_state(world: World) -> None:
    dictionary = Dictionary(world)
    policy = world.policy
    assert policy is not None
    asset = policy.assets[0]
    assert {asset.limit, asset.outflow.window} <= set(dictionary.constants)
    window = asset.outflow.window
    assert {window - 1, window, window + 1} <= set(dictionary.times)
    outcome = world.do(Step("alice", "protocol", "withdraw", (123_456_789, "@alice", "@alice")))
    dictionary.observe(Random(1), [outcome], [Step("bob", "USDC", "approve", ("@bob", 987_654))])
    assert {123_456_789, 987_654} <= set(dictionary.seen)
    assert world.balance("USDC", world.address("alice")) in dictionary.own["alice"]
    assert "thief_contract" not in dictionary.own


def test_whatever_is_drawn_can_be_encoded(world: World) -> None:
    """Every function of the vault and its guards, structs, lists and fixed bytes among them."""
    dictionary, rng = Dictionary(world), Random(3)
    dictionary.observe(rng, [])
    arguments = Arguments(world, dictionary, rng)
    actions = actions_of(find_target(VAULT), world)
    assert {"(address,uint24", "string", "uint256[]", "bytes4"} <= {
        kind
        for action in actions
        for kind in ("(address,uint24", "string", "uint256[]", "bytes4")
        if kind in action.function
    }
    for _ in range(20):
        for action in actions:
            for actor in ("alice", "thief"):
                drawn = arguments.of(action, actor)
                world.encode(Step(actor, action.target, action.function, drawn))


def test_an_honest_user_names_himself_or_an_asset(world: World) -> None:
    dictionary, rng = Dictionary(world), Random(3)
    arguments = Arguments(world, dictionary, rng)
    drawn = {arguments.address(name, "alice") for name in ("receiver", "asset") for _ in range(100)}
    assert drawn == {"@alice", "@USDC"}
    assert {"@thief", "@thief_contract", "@protocol"} <= {
        arguments.address("to", "thief") for _ in range(300)
    }


@pytest.fixture
def markets() -> World:
    return find_target(VENUS).build(RevmChain())


def test_where_the_money_is_and_what_a_market_may_mean(world: World, markets: World) -> None:
    """A hub's protocol holds nothing itself: its markets do."""
    assert (places_of(world), tokens_of(world)) == (["@protocol"], ["@USDC"])
    assert places_of(markets) == ["@vWBTC", "@vUSDC"]
    assert tokens_of(markets) == ["@WBTC", "@USDC", "@vUSDC", "@vWBTC"]
    arguments = Arguments(markets, Dictionary(markets), Random(3))
    drawn = {arguments.address("vTokens", "thief") for _ in range(300)}
    assert set(tokens_of(markets)) <= drawn
    (transfer,) = actions_of(offering("WBTC.transfer(address,uint256)"), markets)
    to = [arguments.of(transfer, "thief")[0] for _ in range(400)]
    assert min(to.count("@vWBTC"), to.count("@vUSDC")) > 60


def offering(*actions: str) -> Target:
    """The markets as a target of which only these may be called."""
    target: Target = type("Offering", (type(find_target(VENUS)),), {"actions": actions})()
    return target


def test_an_assets_own_functions_are_known(markets: World) -> None:
    names = ("WBTC.transfer(address,uint256)", "WBTC.transferFrom(address,address,uint256)", "vWBTC.mint")
    found = [(action.donates, action.of_asset) for action in actions_of(offering(*names), markets)]
    assert found == [(True, True), (False, True), (False, False)]


def test_what_is_read_of_a_market(markets: World) -> None:
    """What views say of the thief, every number of it; and a share counts in the asset behind it alone."""
    quantities, shares = quantities_of(markets)
    names = [quantity.name for quantity in quantities]
    assert [one.name for one in shares] == ["WBTC of vWBTC", "USDC of vUSDC"]
    liquidity = [f"thief: protocol.getAccountLiquidity(address)[{word}]" for word in range(3)]
    assert set(liquidity) <= set(names)
    said = [one for one in quantities if one.name in liquidity]
    assert [(one.word, one.of_the_thief) for one in said] == [(0, True), (1, True), (2, True)]
    behaviour = Behaviour(markets)
    begin = markets.snapshot()
    for step in (
        Step("thief", "vWBTC", "mint(uint256)", (1,)),
        Step("thief", "comptroller", "enterMarkets(address[])", (["@vWBTC"],)),
        Step("thief", "WBTC", "transfer(address,uint256)", ("@vWBTC", 10**8 - 1)),
    ):
        markets.require(step)
    seen = Seen()
    behaviour.note_state(seen)
    assert seen.records["price up in WBTC of vWBTC"] == (10**8 + 1) * 10**9 // 51
    assert seen.records["worth in WBTC of vWBTC"] == 0  # it is all his still
    kinds = list(seen.features.values())
    assert liquidity[1] in kinds
    assert TOGETHER in kinds
    rehearsed = Seen()
    behaviour.note_state(rehearsed, "rehearsed ")
    assert TOGETHER not in [kind.removeprefix("rehearsed ") for kind in rehearsed.features.values()]
    markets.revert(begin)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing.deposit", "names no contract"),
        ("protocol.nothing", "is no function of it"),
        ("protocol", "names no contract"),
    ],
)
def test_an_action_that_is_not_there(planted: ModuleType, name: str, said: str) -> None:
    class Wrong(planted.Honest):  # type: ignore[misc, name-defined]
        actions = (name,)

    with pytest.raises(HarnessFault, match=said):
        search(Wrong(), seed=1, executions=1)


def test_a_name_may_have_a_dot(planted: ModuleType) -> None:
    class Bridged(planted.Honest):  # type: ignore[misc, name-defined]
        symbols: ClassVar[dict[str, int]] = {"USDC.e": 6}
        actions = ("USDC.e.transfer",)

    found = actions_of(Bridged(), Bridged().build(Bridged().chain()))
    assert [action.key for action in found] == ["USDC.e.transfer(address,uint256)"]


class Broken(Invariant):
    name = "Broken"

    def violation(self, world: World) -> str | None:
        raise KeyError("a typing error")


class Deaf(Invariant):
    name = "Deaf"

    def observe(self, world: World, outcome: Outcome) -> None:
        raise ZeroDivisionError

    def violation(self, world: World) -> str | None:
        return None


def poor(self: Any, world: World) -> Fraction:
    raise TypeError("no money")


def without_code(self: Any, chain: Chain) -> World:
    world: World = super(type(self), self).build(chain)
    world.contracts["protocol"] = Contract(chain, "0x" + "ee" * 20, world.contracts["protocol"].interface)
    return world


@pytest.mark.parametrize(
    ("part", "faulty"),
    [
        ("invariants", lambda self, world: [Broken()]),
        ("invariants", lambda self, world: [Deaf()]),
        ("invariants", lambda self, world: 1),
        ("profit", poor),
        ("promised", poor),
        ("build", poor),
        ("build", lambda self, chain: None),
        ("build", without_code),
        ("setup", lambda self, world: world.do(Step("nobody", "protocol", "mint", (1,)))),
    ],
)
def test_a_fault_of_the_target_is_never_a_finding(
    planted: ModuleType, part: str, faulty: Callable[..., Any]
) -> None:
    wrong = type("Wrong", (planted.RoundingVault,), {part: faulty, "__module__": __name__})
    if part == "promised":
        wrong.profit = lambda self, world: Fraction(1)  # type: ignore[attr-defined]
    with pytest.raises(HarnessFault):
        search(wrong(), seed=1, executions=200)


class NobodyTouchesIt(Invariant):
    """A property that any deposit breaks."""

    name = "NobodyTouchesIt"

    def __init__(self) -> None:
        self.most = 0

    def observe(self, world: World, outcome: Outcome) -> None:
        self.most = max(self.most, world.balance("USDC", world.address("protocol")))

    def violation(self, world: World) -> str | None:
        return f"it held {self.most}" if self.most >= 5_000 else None


def test_a_broken_property_is_found_once_and_shrunk(planted: ModuleType) -> None:
    class Touched(planted.Honest):  # type: ignore[misc, name-defined]
        def invariants(self, world: World) -> list[Invariant]:
            return [NobodyTouchesIt()]

    result = search(Touched(), seed=1, executions=300)
    (finding,) = result.findings
    assert (finding.property, finding.seed) == ("NobodyTouchesIt", 1)
    (step,) = finding.sequence.steps
    assert step.target in ("protocol", "USDC")
    assert finding.evidence == f"it held {step.arguments[-1]}"
    assert result.progress.broken == ("NobodyTouchesIt",)
    assert result.progress.executions >= 300
