"""Oracle and sequencer of a policy: set by `apply`, compared by `verify`, refused where unusable at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guardrails.chain import NotSupported
from guardrails.deploy import apply, blueprint, verify
from guardrails.deploy import plan as plan_of
from guardrails.errors import GuardrailsError
from guardrails.policy import Policy, loads

from .conftest import World
from .test_verify import by_governance, lines

SOURCE, SECOND, FEED = ("0x" + digit * 40 for digit in "678")
ZERO = "0x" + "0" * 40
ORACLE = """oracle: {{source: "{source}", max_age: 1h, reference: {reference}, threshold: 10 %, drift: 5 %,
             trip_after: 10m, calm: 2 %, calm_time: 30m, second_source: "{second}", max_second_age: 2h,
             deviation: 1 %, liquidation: 20 %, last_good_uses: [WITHDRAW], last_good_age: 4h,
             cap_uses: [BORROW], asks_sequencer: true}}
    outflow: {{limit: 10 %"""
PLACE = "assets.WETH.oracle"


def stand(world: World, address: str, price: int) -> None:
    """A source that says this price, now; what the guard does with bad ones is tested in Solidity."""
    code = f"7f{price:064x}5f524260205260405ff3"  # mstore(0, price) mstore(32, timestamp()) return(0, 64)
    world.chain.set_code(address, bytes.fromhex(code))


def market(world: World, *, hub: bool = False, reference: str = "3_000") -> Policy:
    return loads(priced(world, world.text(hub=hub), reference=reference))


def priced(world: World, text: str, *, reference: str = "3_000") -> str:
    """The policy with an oracle of WETH, whose sources stand."""
    stand(world, SOURCE, 3_000 * 10**18)
    stand(world, SECOND, 3_001 * 10**18)
    oracle = ORACLE.format(source=SOURCE, second=SECOND, reference=reference)
    text = text.replace("outflow: {limit: 10 %", oracle, 1)
    return f'{text}sequencer: {{feed: "{FEED}", grace: 1h}}\n'


@pytest.mark.parametrize("hub", [False, True], ids=["embedded", "hub"])
def test_what_the_policy_says_is_on_chain(world: World, hub: bool) -> None:
    plan = blueprint(market(world, hub=hub))
    guarded = apply(plan, world.chain, world.actors.deployer)
    assert verify(plan, world.chain, guarded.record) == []
    guard, weth = guarded.guard, world.tokens["WETH"].address
    rule, backup, follow = guard.call("oracleOf", weth)
    assert tuple(rule) == (SOURCE, 3_600, 1_000, 100, 0b10, 0b100, True)
    assert tuple(backup) == (SECOND, 7_200, 14_400, 2_000)
    assert tuple(follow) == (500, 200, 1_800, 600)
    assert guard.call("referenceOf", weth).anchor == 3_000 * 10**18
    assert tuple(guard.call("sequencerFeed")) == (FEED, 3_600)


def set_oracle(world: World, **changes: Any) -> tuple[str, tuple[Any, ...]]:
    """`setOracle` as the policy has it, but for these fields of its three structs."""
    oracle = market(world).asset("WETH").oracle
    assert oracle is not None
    encoded = oracle.encoded()
    names = (
        ("source", "max_age", "threshold", "deviation", "last_good", "cap", "sequencer"),
        ("second", "second_age", "good_age", "liquidation"),
        ("drift", "calm", "calm_time", "trip_after"),
    )
    structs = [
        tuple(changes.pop(name, value) for name, value in zip(fields, part, strict=True))
        for fields, part in zip(names, encoded[:3], strict=True)
    ]
    assert not changes
    return "setOracle", (world.tokens["WETH"].address, *structs, encoded.anchor)


Change = Callable[[World], tuple[str, tuple[Any, ...]]]
CHANGES: list[tuple[str, Change, tuple[str, str, str]]] = [
    ("source", lambda w: set_oracle(w, source=w.tokens["DAI"].address), (f"{PLACE}.source", SOURCE, "{dai}")),
    ("max_age", lambda w: set_oracle(w, max_age=60), (f"{PLACE}.max_age", "1h", "1m")),
    ("threshold", lambda w: set_oracle(w, threshold=999), (f"{PLACE}.threshold", "10 %", "9.99 %")),
    ("deviation", lambda w: set_oracle(w, deviation=101), (f"{PLACE}.deviation", "1 %", "1.01 %")),
    ("last good", lambda w: set_oracle(w, last_good=1), (f"{PLACE}.last_good_uses", "WITHDRAW", "DEPOSIT")),
    ("cap", lambda w: set_oracle(w, cap=0), (f"{PLACE}.cap_uses", "BORROW", "none")),
    ("asks", lambda w: set_oracle(w, sequencer=False), (f"{PLACE}.asks_sequencer", "yes", "no")),
    (
        "second",
        lambda w: set_oracle(w, second=w.tokens["DAI"].address),
        (f"{PLACE}.second_source", SECOND, "{dai}"),
    ),
    ("second age", lambda w: set_oracle(w, second_age=60), (f"{PLACE}.max_second_age", "2h", "1m")),
    ("good age", lambda w: set_oracle(w, good_age=60), (f"{PLACE}.last_good_age", "4h", "1m")),
    ("liquidation", lambda w: set_oracle(w, liquidation=0), (f"{PLACE}.liquidation", "20 %", "0 %")),
    ("drift", lambda w: set_oracle(w, drift=501), (f"{PLACE}.drift", "5 %", "5.01 %")),
    ("calm", lambda w: set_oracle(w, calm=199), (f"{PLACE}.calm", "2 %", "1.99 %")),
    ("calm time", lambda w: set_oracle(w, calm_time=0), (f"{PLACE}.calm_time", "30m", "0s")),
    ("trip after", lambda w: set_oracle(w, trip_after=0), (f"{PLACE}.trip_after", "10m", "0s")),
    ("feed", lambda w: ("setSequencerFeed", (ZERO, 3_600)), ("sequencer.feed", FEED, "none")),
    ("grace", lambda w: ("setSequencerFeed", (FEED, 60)), ("sequencer.grace", "1h", "1m")),
    (
        "tightened",
        lambda w: ("tightenOracle", (w.tokens["WETH"].address, 3_600, 500, 100)),
        (f"{PLACE}.threshold", "10 %", "5 %"),
    ),
    (
        "an asset that the policy gives none",
        lambda w: ("setOracle", (w.tokens["USDC"].address, *set_oracle(w)[1][1:])),
        ("assets.USDC.oracle", "none", SOURCE),
    ),
    (
        "a stranger's",
        lambda w: ("setOracle", (w.tokens["DAI"].address, *set_oracle(w)[1][1:])),
        ("oracle.extra {dai}", "not set", SOURCE),
    ),
]


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize(("change", "line"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_change_is_exactly_one_line(world: World, change: Change, line: tuple[str, str, str]) -> None:
    plan = blueprint(market(world))
    guarded = apply(plan, world.chain, world.actors.deployer)
    assert verify(plan, world.chain, guarded.record) == []
    function, arguments = change(world)
    by_governance(world, guarded, function, *arguments)
    dai = world.tokens["DAI"].address
    assert lines(verify(plan, world.chain, guarded.record)) == [tuple(part.format(dai=dai) for part in line)]


@pytest.mark.guardrails_backends("revm")
def test_a_feed_that_the_policy_does_not_have(world: World) -> None:
    plan = blueprint(world.policy())
    guarded = apply(plan, world.chain, world.actors.deployer)
    by_governance(world, guarded, "setSequencerFeed", FEED, 60)
    assert lines(verify(plan, world.chain, guarded.record)) == [
        ("sequencer.feed", "none", FEED),
        ("sequencer.grace", "0s", "1m"),
    ]


@pytest.mark.guardrails_backends("revm")
def test_an_oracle_of_the_protocols_own(world: World) -> None:
    """Set by hand here, as a constructor would: there where the policy says so, drift where it does not."""
    own = blueprint(
        loads(
            world.text().replace(
                "outflow: {limit: 10 %", "built_in_oracle: true\n    outflow: {limit: 10 %", 1
            )
        )
    )
    with pytest.raises(GuardrailsError, match=r"assets\.WETH\.oracle"):
        apply(own, world.chain, world.actors.deployer)
    without = blueprint(world.policy())
    guarded = apply(without, world.chain, world.actors.deployer)
    function, arguments = set_oracle(world)
    by_governance(world, guarded, function, *arguments)
    found = lines(verify(without, world.chain, guarded.record))
    assert [place for place, _, _ in found] == [PLACE]
    record = replace(guarded.record, policy=own.policy.fingerprint)
    assert lines(verify(own, world.chain, record)) == []


@pytest.mark.guardrails_backends("revm")
def test_trips_and_a_moved_reference_are_no_drift(world: World) -> None:
    plan = blueprint(market(world))
    guarded = apply(plan, world.chain, world.actors.deployer)
    weth = world.tokens["WETH"].address
    guarded.guard.send("tripOracle", weth, 3_600, "x", sender=world.actors.guardian)
    by_governance(world, guarded, "resetOracle", weth, 2_900 * 10**18)
    assert guarded.guard.call("referenceOf", weth).anchor == 2_900 * 10**18
    assert verify(plan, world.chain, guarded.record) == []


# reference → whether the price of 3,000 is within 10 % of it
@pytest.mark.parametrize(
    ("reference", "near"),
    [("2_727.28", True), ("2_727.27", False), ("3_333.33", True), ("3_333.34", False)],
)
@pytest.mark.guardrails_backends("revm")
def test_a_reference_beyond_the_threshold_is_refused_before_anything_is_sent(
    world: World, reference: str, near: bool
) -> None:
    plan = blueprint(market(world, reference=reference))
    height = world.chain.block().number
    for act in (plan_of, apply):
        if near:
            act(plan, world.chain, world.actors.deployer)
            continue
        with pytest.raises(GuardrailsError, match="the source says 3_000: further than") as caught:
            act(plan, world.chain, world.actors.deployer)
        assert caught.value.where == f"{PLACE}.reference"
        assert world.chain.block().number == height


def test_a_source_that_gives_no_price_is_refused(world: World) -> None:
    plan = blueprint(market(world))
    for code in (b"", bytes.fromhex("5f5ffd"), bytes.fromhex("5f5ff3")):
        world.chain.set_code(SOURCE, code)
        for act in (plan_of, apply):
            with pytest.raises(GuardrailsError, match=f"the source {SOURCE} gives no price"):
                act(plan, world.chain, world.actors.deployer)


def test_what_was_begun_is_finished_wherever_the_price_went(world: World, tmp_path: Path) -> None:
    """S65: a deployment that stopped after `setOracle` goes on, and repeats nothing."""
    plan, path = blueprint(market(world)), tmp_path / "record.json"

    def stop(step: Any, moment: str, entry: Any) -> None:
        if step.key == "setOracle WETH" and moment == "mined":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(plan, world.chain, world.actors.deployer, path, observe=stop)
    stand(world, SOURCE, 1_000 * 10**18)
    sent: list[str] = []
    guarded = apply(
        plan,
        world.chain,
        world.actors.deployer,
        path,
        observe=lambda step, moment, entry: sent.append(step.key) if moment == "mined" else None,
    )
    assert "seal" in sent
    assert "setOracle WETH" not in sent
    assert verify(plan, world.chain, guarded.record) == []


@pytest.mark.guardrails_backends("revm")
def test_a_plan_for_a_public_network_knows_the_sources(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is rehearsed on an empty chain, to which the contracts that the guards ask are brought."""

    def no_snapshot(chain: Any) -> int:
        raise NotSupported("evm_snapshot is for development chains", "public", "Use a fork.")

    wanted = blueprint(market(world))
    monkeypatch.setattr(type(world.chain), "snapshot", no_snapshot)
    made = plan_of(wanted, world.chain, world.actors.deployer)
    assert made.measured == "rehearsed"
    [step] = [one for one in made.planned if one.step.key == "setOracle WETH"]
    assert step.gas
    assert f"source {SOURCE}" in step.meaning


@pytest.mark.guardrails_backends("revm")
def test_a_price_at_the_threshold_itself_is_near_enough(world: World) -> None:
    plan = blueprint(market(world))
    stand(world, SOURCE, 3_300 * 10**18 + 1)
    with pytest.raises(GuardrailsError, match="further than"):
        plan_of(plan, world.chain, world.actors.deployer)
    stand(world, SOURCE, 3_300 * 10**18)
    assert plan_of(plan, world.chain, world.actors.deployer).open_steps
