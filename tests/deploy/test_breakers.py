"""Circuit breakers: created, given their role and verified by the policy; every drift of them named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails import artifacts
from guardrails.chain import Contract
from guardrails.deploy import apply, blueprint, plan, steps, verify
from guardrails.errors import GuardrailsError
from guardrails.policy import Level, Policy, loads

from . import test_attestation
from .conftest import World
from .test_plan import no_snapshot
from .test_verify import by_governance, lines

HOUR, DAY, USDC = 3_600, 86_400, 10**6
BREAKERS = """
breakers:
  - name: cash
    metric: {{liquidity: {{asset: USDC}}}}
    duration: 1h
    thresholds:
      - {{below: 1_000 USDC, clear: 2_000 USDC, level: throttled, haircut: 1 %}}
      - {{below: 500 USDC, clear: 2_000 USDC, level: queued, grace: 10m, calm: 5m, cooldown: 2h,
         haircut: 2.5 %, slippage: 3 %}}
  - name: lent
    metric: {{utilisation: {{borrowed: totalAssets, supplied: totalSupply}}}}
    role: guardian
    duration: 12h
    down_after: 2h
    down_level: queued
    hook: protocol
    thresholds: [{{above: 80 %, clear: 70.5 %, level: frozen}}]
  - name: backed
    metric: {{collateral_ratio: {{source: "{vault}", backing: totalAssets, owed: totalSupply}}}}
    duration: 30m
    thresholds: [{{below: 150 %, clear: 180 %, level: queued}}]
  - name: flow
    metric: {{rate: {{window: 6h, sources: [protocol, "{vault}"]}}}}
    duration: 1h
    thresholds: [{{above: 1_000, clear: 10, level: throttled}}]
  - name: told
    metric: {{supplied: {{source: council, max_age: 1h}}}}
    duration: 1h
    thresholds: [{{above: 7, clear: 7, level: normal, slippage: 1 %}}]
  - name: foreign
    metric: {{contract: "{metric}"}}
    duration: 1h
    thresholds: [{{above: 9, clear: 8, level: queued}}]
"""


def others(world: World) -> dict[str, str]:
    """Contracts that stand already: a vault that answers, and a metric."""
    actors = world.actors
    metric = Contract.deploy(
        world.chain, artifacts.load("SuppliedMetric"), actors.keeper, 30 * DAY, sender=actors.deployer
    )
    metric.send("supply", 3, sender=actors.keeper)
    vault = apply(blueprint(world.policy()), world.chain, actors.deployer).address
    return {"vault": vault, "metric": metric.address}


def text_of(world: World, *, hub: bool = False, breakers: str = BREAKERS, **others: str) -> str:
    return world.text(hub=hub) + breakers.format(**others)


def watched(world: World, *, hub: bool = False) -> Policy:
    return loads(text_of(world, hub=hub, **others(world)))


@pytest.mark.parametrize("hub", [False, True], ids=["embedded", "hub"])
def test_what_the_policy_says_is_on_chain(world: World, hub: bool) -> None:
    given = others(world)
    made = blueprint(loads(text_of(world, hub=hub, **given)))
    guarded = apply(made, world.chain, world.actors.deployer)
    assert verify(made, world.chain, guarded.record) == []
    guard, users = guarded.guard.address, guarded.protocol.address
    usdc = world.tokens["USDC"].address
    cash, lent = guarded.contracts["breaker cash"], guarded.contracts["breaker lent"]
    assert (cash.call("protocol"), cash.call("hook")) == (guard, f"0x{0:040x}")
    assert cash.call("duration") == HOUR
    assert tuple(cash.call("threshold", 0)) == (False, 1, 0, 0, 0, 100, 0, 1_000 * USDC, 2_000 * USDC)
    assert tuple(cash.call("threshold", 1)) == (
        False, 2, 600, 300, 7_200, 250, 300, 500 * USDC, 2_000 * USDC
    )  # fmt: skip
    assert guarded.guard.call("rankOf", cash.address) == 1
    assert guarded.guard.call("rankOf", lent.address) == 2
    assert (lent.call("downAfter"), lent.call("downLevel"), lent.call("hook")) == (7_200, 2, users)
    assert tuple(lent.call("threshold", 0)) == (True, 4, 0, 0, 0, 0, 0, 8_000, 7_050)
    metric = guarded.contracts["metric cash"]
    assert (metric.call("asset"), metric.call("holder")) == (usdc, users)
    assert metric.call("claims") == (f"0x{0:040x}" if hub else guard), "a hub holds its claims itself"
    assert guarded.contracts["metric backed"].call("source") == given["vault"]
    assert tuple(guarded.contracts["breaker backed"].call("threshold", 0))[-2:] == (15_000, 18_000)
    flow = guarded.contracts["metric flow"]
    assert [flow.call("isSource", one) for one in (users, given["vault"], usdc)] == [True, True, False]
    assert guarded.contracts["metric told"].call("source") == world.actors.governance
    assert guarded.contracts["breaker foreign"].call("metric") == given["metric"]
    assert "metric foreign" not in guarded.contracts


@pytest.mark.guardrails_backends("revm")
def test_the_role_lets_it_raise_and_nothing_else(world: World) -> None:
    """The grant that the policy derives is what a breaker needs, and no more."""
    made = blueprint(watched(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    guarded.contracts["breaker cash"].send("check", sender=world.actors.bob, gas=2_000_000)
    assert guarded.guard.call("level") == Level.THROTTLED, "an empty vault holds under 1_000 USDC"
    world.chain.warp(world.chain.block().timestamp + 600)
    guarded.contracts["breaker cash"].send("check", sender=world.actors.bob, gas=2_000_000)
    assert guarded.guard.call("level") == Level.QUEUED, "after the grace"
    assert verify(made, world.chain, guarded.record) == [], "a raised level is no drift"


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize("name", ["cash", "lent"])
def test_a_role_taken_or_changed_is_one_line(world: World, name: str) -> None:
    made = blueprint(watched(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    this = guarded.record.contracts[f"breaker {name}"]
    role = {"cash": "sentinel", "lent": "guardian"}[name]
    guarded.guard.send("setHolder", this, 0, sender=world.actors.governance)
    assert lines(verify(made, world.chain, guarded.record)) == [(f"breakers.{name}.role", role, "no role")]
    by_governance(world, guarded, "setHolder", this, {"cash": 2, "lent": 1}[name])
    other = {"cash": "guardian", "lent": "sentinel"}[name]
    assert lines(verify(made, world.chain, guarded.record)) == [(f"breakers.{name}.role", role, other)]


@pytest.mark.guardrails_backends("revm")
def test_a_breaker_that_nobody_calls_lapses_and_beats_again(world: World) -> None:
    """S45: the role of a breaker is named when it lapses; anyone renews it before."""
    made = blueprint(watched(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    world.chain.warp(world.chain.block().timestamp + 6 * DAY)
    for name in ("cash", "flow", "told", "foreign"):
        guarded.contracts[f"breaker {name}"].send("beat", sender=world.actors.bob)
    world.chain.warp(world.chain.block().timestamp + 2 * DAY)
    world.chain.mine()
    assert [d.subject for d in verify(made, world.chain, guarded.record)] == [
        f"roles.sentinel.alive {world.actors.sentinel}",
        "breakers.backed.alive",
    ]


# what is written in the file instead → the one line that says so
FILE = [
    ("duration: 1h\n    thresholds:\n", "duration: 59m\n    thresholds:\n", "cash.duration", "59m", "1h"),
    ("down_after: 2h", "down_after: 3h", "lent.down_after", "3h", "2h"),
    ("down_level: queued", "down_level: frozen", "lent.down_level", "frozen", "queued"),
    ("below: 1_000 USDC", "below: 999 USDC", "cash.thresholds.1.bound", "999 USDC", "1_000 USDC"),
    ("clear: 70.5 %", "clear: 70 %", "lent.thresholds.1.clear", "70 %", "70.5 %"),
    ("level: frozen", "level: exit_only", "lent.thresholds.1.level", "exit_only", "frozen"),
    ("grace: 10m", "grace: 11m", "cash.thresholds.2.grace", "11m", "10m"),
    ("calm: 5m", "calm: 0s", "cash.thresholds.2.calm", "0s", "5m"),
    ("cooldown: 2h", "cooldown: 1h", "cash.thresholds.2.cooldown", "1h", "2h"),
    ("haircut: 2.5 %", "haircut: 2.51 %", "cash.thresholds.2.haircut", "2.51 %", "2.5 %"),
    ("slippage: 3 %", "slippage: 4 %", "cash.thresholds.2.slippage", "4 %", "3 %"),
    ("above: 7, clear: 7,", "below: 7, clear: 7,", "told.thresholds.1.side", "below", "above"),
    ("above: 1_000,", "above: 1_001,", "flow.thresholds.1.bound", "1_001", "1_000"),
    ("borrowed: totalAssets", "borrowed: decimals2", "lent.metric.borrowed", "", ""),
    ("supplied: totalSupply", "supplied: totalAssets", "lent.metric.supplied", "totalAssets()", "0x18160ddd"),
    ("backing: totalAssets", "backing: totalSupply", "backed.metric.backing", "totalSupply()", "0x01e1d114"),
    ("owed: totalSupply", "owed: totalAssets", "backed.metric.owed", "totalAssets()", "0x18160ddd"),
    ('source: "{vault}"', "source: protocol", "backed.metric.source", "{here}", "{vault}"),
    ("window: 6h", "window: 7h", "flow.metric.window", "7h", "6h"),
    ('"{vault}"]', '"{metric}"]', "flow.metric.sources.{metric}", "yes", "no"),
    ("source: council", "source: watcher", "told.metric.source", "{sentinel}", "{governance}"),
    ("max_age: 1h", "max_age: 2h", "told.metric.max_age", "2h", "1h"),
    ('contract: "{metric}"', 'contract: "{vault}"', "foreign.metric", "{vault}", "{metric}"),
    ("hook: protocol", 'hook: "{metric}"', "lent.hook", "{metric}", "{here}"),
    ("    hook: protocol\n", "", "lent.hook", "none", "{here}"),
    ("duration: 12h", "duration: 13h", "lent.duration", "13h", "12h"),
]


@pytest.mark.guardrails_backends("revm")
def test_every_field_that_the_file_changes_is_exactly_one_line(world: World) -> None:
    """One deployment; the file is changed in one field at a time."""
    given = others(world)
    guarded = apply(blueprint(loads(text_of(world, **given))), world.chain, world.actors.deployer)
    names = {**vars(world.actors), **given, "here": guarded.address}
    for old, new, subject, policy, chain in FILE:
        assert old in BREAKERS, old
        changed = text_of(world, breakers=BREAKERS.replace(old, new, 1), **given)
        if not policy:  # a view that the protocol does not have
            with pytest.raises(GuardrailsError, match="has no view `decimals2"):
                blueprint(loads(changed))
            continue
        found = lines(verify(blueprint(loads(changed)), world.chain, guarded.record))
        expected = tuple(part.format(**names) for part in (f"breakers.{subject}", policy, chain))
        assert found == [expected], (old, new)


@pytest.mark.guardrails_backends("revm")
def test_a_threshold_more_or_fewer_is_named(world: World) -> None:
    given = others(world)
    guarded = apply(blueprint(loads(text_of(world, **given))), world.chain, world.actors.deployer)
    row = "thresholds: [{{above: 9, clear: 8, level: queued}}]"
    two = row.replace("]", ", {{above: 9, clear: 8, level: queued}}]")
    more = blueprint(loads(text_of(world, breakers=BREAKERS.replace(row, two), **given)))
    first, *rest = lines(verify(more, world.chain, guarded.record))
    assert first == ("breakers.foreign.thresholds", "2", "1")
    assert rest[0] == ("breakers.foreign.thresholds.2.side", "above", "no answer")
    assert len(rest) == 9
    cash = "      - {{below: 1_000 USDC, clear: 2_000 USDC, level: throttled, haircut: 1 %}}\n"
    fewer = blueprint(loads(text_of(world, breakers=BREAKERS.replace(cash, ""), **given)))
    found = lines(verify(fewer, world.chain, guarded.record))
    assert found[0] == ("breakers.cash.thresholds", "1", "2")


@pytest.mark.guardrails_backends("revm")
def test_another_contract_in_its_place_is_named(world: World) -> None:
    """Immutables are no part of the code that is compared: what a breaker answers is."""
    made = blueprint(watched(world))
    first = apply(made, world.chain, world.actors.deployer)
    other = apply(made, world.chain, world.actors.deployer)
    for name in ("cash", "lent", "backed", "flow", "told", "foreign"):
        key = f"breaker {name}"
        crossed = first.record.contracts | {key: other.record.contracts[key]}
        found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=crossed))]
        subjects = {
            f"breakers.{name}.role",
            f"breakers.{name}.protocol",
            f"roles.extra {first.record.contracts[key]}",
        }
        assert subjects <= set(found)
        assert (f"breakers.{name}.metric" in found) == (name != "foreign")
    key = "metric cash"
    crossed = first.record.contracts | {key: other.record.contracts[key]}
    found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=crossed))]
    assert found == ["breakers.cash.metric", "breakers.cash.metric.holder", "breakers.cash.metric.claims"]
    gone = first.record.contracts | {"breaker flow": world.actors.bob, "metric flow": world.actors.bob}
    found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=gone))]
    assert {"code.breaker flow", "code.metric flow", "breakers.flow.duration"} <= set(found)


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize("field", ["asset", "holder", "claims"])
def test_another_number_in_its_place_is_named(world: World, field: str) -> None:
    """A metric of the same code that looks elsewhere, field by field."""
    made = blueprint(watched(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    dai, here, usdc = world.tokens["DAI"].address, guarded.address, world.tokens["USDC"].address
    arguments = {"asset": usdc, "holder": here, "claims": here} | {field: dai}
    artifact = artifacts.load("LiquidityMetric")
    other = Contract.deploy(world.chain, artifact, *arguments.values(), sender=world.actors.deployer)
    crossed = guarded.record.contracts | {"metric cash": other.address}
    found = lines(verify(made, world.chain, replace(guarded.record, contracts=crossed)))
    assert found == [
        ("breakers.cash.metric", other.address, guarded.record.contracts["metric cash"]),
        (f"breakers.cash.metric.{field}", usdc if field == "asset" else here, dai),
    ]


def test_a_plan_shows_breakers_and_their_grants(world: World) -> None:
    made = blueprint(watched(world))
    shown = {planned.step.key: planned for planned in plan(made, world.chain, world.actors.deployer).planned}
    create = shown["create breaker cash"]
    assert create.call.startswith(f"new Breaker({shown['create protocol'].address}, ")
    assert shown["create metric cash"].address in create.call
    grant = shown["setHolder guardian breaker lent"]
    assert grant.call == f"setHolder({shown['create breaker lent'].address}, 2)"
    assert grant.meaning == "breakers.lent.role: guardian"
    assert create.gas
    assert grant.gas
    assert shown["create metric flow"].call.startswith("new RateMetric(21600, [0x")
    keys = [step.key for step in steps(made)]
    assert (
        keys.index("create protocol") < keys.index("create metric cash") < keys.index("create breaker cash")
    )
    assert keys.index("setRankLimits guardian") < keys.index("setHolder guardian breaker lent")


@pytest.mark.guardrails_backends("revm")
def test_a_plan_for_a_public_network_is_rehearsed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With breakers, an attestation and a beacon; each is created where the plan says."""
    text = text_of(world, **others(world)) + test_attestation.ATTESTATION.format(**vars(world.actors))
    made = blueprint(loads(text + "beacons: {max_age: 1h}\n"))
    monkeypatch.setattr(type(world.chain), "snapshot", no_snapshot)
    rehearsed = plan(made, world.chain, world.actors.deployer)
    assert rehearsed.measured == "rehearsed"
    record = apply(made, world.chain, world.actors.deployer).record
    found = {one.step.key: one.address for one in rehearsed.planned}
    assert found == {key: record.entries[key].address for key in found}
    assert {"create breaker cash", "create attestation", "create beacon"} <= set(found)


def test_what_cannot_be_asked_is_refused_before_anything_is_sent(world: World) -> None:
    given = others(world)
    deployer = world.actors.deployer
    contract = f'contract: "{given["metric"]}"'
    for address in (world.actors.bob, given["vault"]):
        text = text_of(world, **given).replace(contract, f'contract: "{address}"')
        before = world.chain.nonce(deployer)
        for attempt in (apply, plan):
            with pytest.raises(GuardrailsError, match="gives no value") as caught:
                attempt(blueprint(loads(text)), world.chain, deployer)
            assert caught.value.where == "breakers.foreign.metric.contract"
        assert world.chain.nonce(deployer) == before
    text = text_of(world, **given).replace("hook: protocol", f'hook: "{world.actors.bob}"')
    with pytest.raises(GuardrailsError, match="there is no contract at this address") as caught:
        apply(blueprint(loads(text)), world.chain, deployer)
    assert caught.value.where == "breakers.lent.hook"


def test_a_protocol_that_stands_gets_its_breakers(world: World) -> None:
    """In embedded mode with `address:` the guard is configured, and its address in the file means it."""
    stands = apply_protocol(world)
    protocol = f'{{name: my-vault, kind: vault, address: "{stands}"}}'
    breakers = f"""
breakers:
  - {{name: cash, metric: {{liquidity: {{asset: USDC, holder: "{stands}"}}}}, duration: 1h,
     thresholds: [{{below: 1 USDC, clear: 1 USDC, level: queued}}]}}
"""
    made = blueprint(loads(world.text(protocol=protocol) + breakers))
    guarded = apply(made, world.chain, world.actors.deployer)
    assert verify(made, world.chain, guarded.record) == []
    assert guarded.contracts["metric cash"].call("claims") == stands
    assert guarded.contracts["breaker cash"].call("protocol") == stands


def apply_protocol(world: World) -> str:
    """A vault that is not configured yet."""
    plan_of = blueprint(world.policy())

    class Stop(Exception):
        pass

    def observe(step: Any, moment: str, entry: Any) -> None:
        if step.key == "create protocol" and moment == "recorded":
            stands.append(entry.address)
            raise Stop

    stands: list[str] = []
    with pytest.raises(Stop):
        apply(plan_of, world.chain, world.actors.deployer, observe=observe)
    return stands[0]
