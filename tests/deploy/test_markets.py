"""Caps, the risk steward and the resume gate: configured by `apply`, and every drift of them named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guardrails import artifacts
from guardrails.chain import Contract, Reverted
from guardrails.deploy import Blueprint, Guarded, apply, blueprint, steps, verify
from guardrails.deploy.words import (
    cap_amount,
    cap_source_fields,
    cap_source_word,
    corridor_fields,
    corridor_word,
    standing_cap,
)
from guardrails.policy import Policy, loads
from guardrails.policy.caps import EXPOSURES, UNLIMITED_CAP, EncodedCapSource, EncodedCorridor

from .conftest import World
from .test_verify import by_governance, lines

DAY, MILLION = 86_400, 10**12
SUPPLY, BORROW = EXPOSURES.index("supply"), EXPOSURES.index("borrow")
ACCOUNT_BORROW = EXPOSURES.index("account_borrow")
CAPS = """caps:
      supply: 10_000_000 USDC
      borrow: 8_000_000 USDC
      account_supply: unlimited
      corridors:
        supply: {{floor: 5_000_000 USDC, ceiling: 20_000_000 USDC, up: 10 %, down: 20 %, interval: 24h}}
        borrow: {{floor: 1_000_000 USDC, ceiling: 9_000_000 USDC, up: 5 %, down: 20 %, interval: 1h,
                 follows: {{source: "{source}", base: 7_000_000 USDC, target: 30 %, max_age: 2h}}}}
    outflow: {{limit: 5_000_000 USDC"""


def checklist(world: World) -> Contract:
    """A resume gate that anything passes, until a check is added."""
    made = artifacts.load("ResumeChecklist")
    arguments = (world.actors.governance, [])
    return Contract.deploy(world.chain, made, *arguments, sender=world.actors.deployer)


def market(world: World, *, hub: bool = False, extra: str = "") -> Policy:
    return loads(market_text(world, hub=hub, extra=extra))


def market_text(world: World, *, hub: bool = False, extra: str = "") -> str:
    text = world.text(hub=hub)
    text = text.replace("outflow: {limit: 5_000_000 USDC", CAPS.format(source=world.tokens["DAI"].address), 1)
    return f'{text}risk_steward: "{world.actors.keeper}"\n{extra}'.replace("[lock]", "[lock, caps]")


@pytest.mark.parametrize("hub", [False, True], ids=["embedded", "hub"])
def test_what_the_policy_says_is_on_chain(world: World, hub: bool) -> None:
    gate = checklist(world).address
    plan = blueprint(market(world, hub=hub, extra=f'resume_gate: "{gate}"\n'))
    guarded = apply(plan, world.chain, world.actors.deployer)
    assert verify(plan, world.chain, guarded.record) == []
    guard, usdc = guarded.guard, world.tokens["USDC"].address
    assert guard.call("capOf", SUPPLY, usdc) == 10 * MILLION
    assert guard.call("capOf", EXPOSURES.index("account_supply"), usdc) == UNLIMITED_CAP
    assert guard.call("capOf", ACCOUNT_BORROW, usdc) == 0, "not stated: nothing may grow"
    assert guard.call("riskSteward") == world.actors.keeper
    assert guard.call("resumeGate") == gate
    assert [guard.call("inShadow", number) for number in range(7)] == [False] * 3 + [True] + [False] * 2 + [
        True
    ]
    kept = corridor_fields(guard.call("capCorridor", SUPPLY, usdc))
    assert kept == {
        "floor": 5 * MILLION,
        "ceiling": 20 * MILLION,
        "up": 1_000,
        "down": 2_000,
        "interval": DAY,
    }
    assert cap_source_fields(guard.call("capSource", BORROW, usdc)) == {
        "source": world.tokens["DAI"].address,
        "base": 7 * MILLION,
        "target": 3_000,
        "max_age": 7_200,
    }


def test_the_gate_is_set_after_what_would_ask_it(world: World) -> None:
    """A gate that refuses does not stop the deployment that names it: entering shadow mode asks it."""
    gate = checklist(world)
    gate.send("add", world.tokens["USDC"].address, sender=world.actors.governance)
    with pytest.raises(Reverted):
        gate.call("requireAll")
    plan = blueprint(market(world, extra=f'resume_gate: "{gate.address}"\n'))
    assert verify(plan, world.chain, apply(plan, world.chain, world.actors.deployer).record) == []


def corridor(**changes: int) -> int:
    kept = EncodedCorridor(5 * MILLION, 20 * MILLION, 1_000, 2_000, DAY)
    return corridor_word(kept._replace(**changes))


def source(world: World, **changes: Any) -> int:
    kept = EncodedCapSource(world.tokens["DAI"].address, 7 * MILLION, 3_000, 7_200)
    return cap_source_word(kept._replace(**changes))


Change = Callable[[World, str], tuple[str, tuple[Any, ...]]]
PLACE = "assets.USDC.caps"
CHANGES: list[tuple[str, Change, tuple[str, str, str]]] = [
    (
        "a cap lowered below its corridor takes the corridor with it",
        lambda w, usdc: ("setCap", (EXPOSURES.index("account_supply"), usdc, 5)),
        (f"{PLACE}.account_supply", "unlimited", "0.000005 USDC"),
    ),
    (
        "floor",
        lambda w, u: ("setCapCorridor", (SUPPLY, u, corridor(floor=4 * MILLION))),
        (f"{PLACE}.corridors.supply.floor", "5_000_000 USDC", "4_000_000 USDC"),
    ),
    (
        "ceiling",
        lambda w, u: ("setCapCorridor", (SUPPLY, u, corridor(ceiling=21 * MILLION))),
        (f"{PLACE}.corridors.supply.ceiling", "20_000_000 USDC", "21_000_000 USDC"),
    ),
    (
        "up",
        lambda w, u: ("setCapCorridor", (SUPPLY, u, corridor(up=1_001))),
        (f"{PLACE}.corridors.supply.up", "10 %", "10.01 %"),
    ),
    (
        "down",
        lambda w, u: ("setCapCorridor", (SUPPLY, u, corridor(down=1_999))),
        (f"{PLACE}.corridors.supply.down", "20 %", "19.99 %"),
    ),
    (
        "interval",
        lambda w, u: ("setCapCorridor", (SUPPLY, u, corridor(interval=3_600))),
        (f"{PLACE}.corridors.supply.interval", "24h", "1h"),
    ),
    (
        "source",
        lambda w, u: ("setCapSource", (BORROW, u, source(w, source=u))),
        (f"{PLACE}.corridors.borrow.follows.source", "{dai}", "{usdc}"),
    ),
    (
        "base",
        lambda w, u: ("setCapSource", (BORROW, u, source(w, base=MILLION))),
        (f"{PLACE}.corridors.borrow.follows.base", "7_000_000 USDC", "1_000_000 USDC"),
    ),
    (
        "target",
        lambda w, u: ("setCapSource", (BORROW, u, source(w, target=2_999))),
        (f"{PLACE}.corridors.borrow.follows.target", "30 %", "29.99 %"),
    ),
    (
        "max_age",
        lambda w, u: ("setCapSource", (BORROW, u, source(w, max_age=60))),
        (f"{PLACE}.corridors.borrow.follows.max_age", "2h", "1m"),
    ),
    ("steward", lambda w, u: ("setRiskSteward", (w.actors.bob,)), ("risk_steward", "{keeper}", "{bob}")),
    ("no steward", lambda w, u: ("setRiskSteward", (f"0x{0:040x}",)), ("risk_steward", "{keeper}", "none")),
    (
        "an extra cap",
        lambda w, u: ("setCap", (ACCOUNT_BORROW, u, MILLION)),
        ("caps.extra account_borrow USDC", "not set", "1_000_000 USDC"),
    ),
    (
        "a cap of a stranger",
        lambda w, u: ("setCap", (SUPPLY, w.tokens["DAI"].address, 7)),
        ("caps.extra supply {dai}", "not set", "7"),
    ),
    (
        "shadow of the blocklist",
        lambda w, u: ("setShadow", (5, True)),
        ("shadow.blocklist", "enforcing", "in shadow mode"),
    ),
    (
        "shadow of the oracle",
        lambda w, u: ("setShadow", (4, True)),
        ("shadow.oracle", "enforcing", "in shadow mode"),
    ),
    ("caps enforced", lambda w, u: ("setShadow", (6, False)), ("shadow.caps", "in shadow mode", "enforcing")),
    ("a gate", lambda w, u: ("setResumeGate", (u,)), ("resume_gate", "none", "{usdc}")),
]


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize(("change", "line"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_change_is_exactly_one_line(world: World, change: Change, line: tuple[str, str, str]) -> None:
    plan = blueprint(market(world))
    guarded = apply(plan, world.chain, world.actors.deployer)
    assert verify(plan, world.chain, guarded.record) == []
    function, arguments = change(world, world.tokens["USDC"].address)
    by_governance(world, guarded, function, *arguments)
    names = {**vars(world.actors), **{name.lower(): token.address for name, token in world.tokens.items()}}
    assert lines(verify(plan, world.chain, guarded.record)) == [tuple(part.format(**names) for part in line)]


def moved(world: World) -> tuple[Blueprint, Guarded, str]:
    plan = blueprint(market(world))
    guarded = apply(plan, world.chain, world.actors.deployer)
    world.chain.warp(world.chain.block().timestamp + DAY)
    return plan, guarded, world.tokens["USDC"].address


@pytest.mark.guardrails_backends("revm")
def test_a_step_within_the_corridor_is_no_drift_and_a_cap_outside_is(world: World) -> None:
    plan, guarded, usdc = moved(world)
    guarded.guard.send("stepCap", SUPPLY, usdc, 11 * MILLION, sender=world.actors.keeper)
    assert standing_cap(guarded.guard.call("capWord", SUPPLY, usdc)) == 11 * MILLION
    assert verify(plan, world.chain, guarded.record) == []
    by_governance(world, guarded, "setCap", SUPPLY, usdc, 20 * MILLION)
    assert verify(plan, world.chain, guarded.record) == [], "the ceiling itself is inside"
    by_governance(world, guarded, "setCap", SUPPLY, usdc, 5 * MILLION)
    first, *rest = lines(verify(plan, world.chain, guarded.record))
    assert first == (f"{PLACE}.corridors.supply.ceiling", "20_000_000 USDC", "5_000_000 USDC")
    assert all(line[0].startswith("roles.sentinel.alive") for line in rest), "the floor itself is inside"
    by_governance(world, guarded, "setCap", SUPPLY, usdc, 4 * MILLION)
    found = lines(verify(plan, world.chain, guarded.record))
    assert found[0] == (f"{PLACE}.supply", "10_000_000 USDC", "4_000_000 USDC")
    assert [line[0] for line in found[1:3]] == [
        f"{PLACE}.corridors.supply.{end}" for end in ("floor", "ceiling")
    ]


@pytest.mark.guardrails_backends("revm")
def test_a_cut_is_no_drift(world: World) -> None:
    """A cut ends by itself; `verify` compares what stands."""
    plan, guarded, usdc = moved(world)
    guarded.guard.send("cutCap", SUPPLY, usdc, 0, 3_600, "x", sender=world.actors.guardian)
    assert guarded.guard.call("capOf", SUPPLY, usdc) == 0
    assert verify(plan, world.chain, guarded.record) == []


@pytest.mark.guardrails_backends("revm")
def test_what_a_policy_without_markets_finds(world: World) -> None:
    """A corridor, a source and a steward that the policy does not have are named too."""
    plan = blueprint(market(world))
    record = apply(plan, world.chain, world.actors.deployer).record
    text = (
        world.text()
        .replace("[lock]", "[lock, caps]")
        .replace(
            "outflow: {limit: 5_000_000 USDC",
            "caps: {borrow: 8_000_000 USDC}\n    outflow: {limit: 5_000_000 USDC",
            1,
        )
    )
    found = [d.subject for d in verify(blueprint(loads(text)), world.chain, record)]
    assert "risk_steward" in found
    assert {f"{PLACE}.corridors.borrow.floor", f"{PLACE}.corridors.borrow.follows.source"} <= set(found)
    assert {"caps.extra supply USDC", "caps.extra account_supply USDC"} <= set(found)


def test_a_deployment_stopped_between_cap_and_corridor_goes_on(world: World, tmp_path: Any) -> None:
    """S65: each step of the caps is found done, or done."""
    plan, path = blueprint(market(world)), tmp_path / "record.json"
    keys = [step.key for step in steps(plan)]
    assert keys.index("setCap USDC supply") < keys.index("setCapCorridor USDC supply")
    for last in (
        "setCap USDC supply",
        "setCapCorridor USDC borrow",
        "setCapSource USDC borrow",
        "setRiskSteward",
    ):

        def stop(step: Any, moment: str, entry: Any, last: str = last) -> None:
            if step.key == last and moment == "mined":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            apply(plan, world.chain, world.actors.deployer, path, observe=stop)
    sent = []
    guarded = apply(
        plan,
        world.chain,
        world.actors.deployer,
        path,
        observe=lambda s, m, e: sent.append(s.key) if m == "mined" else None,
    )
    assert not [key for key in sent if "Cap" in key or "Steward" in key], "nothing is repeated"
    assert verify(plan, world.chain, guarded.record) == []


def test_short_amounts_have_the_smallest_exponent() -> None:
    assert cap_amount(0) == 0
    assert cap_amount(1_048_575) == 1_048_575
    assert cap_amount(10_000_000) == 1_000_000 | 1 << 20
    assert cap_amount(1_048_575 * 10**31) == 1_048_575 | 31 << 20
