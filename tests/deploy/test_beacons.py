"""Beacons: created, told of their peers, sealed and given their role by the policy; every drift named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.chain import Reverted
from guardrails.deploy import Guarded, apply, blueprint, plan, steps, verify
from guardrails.policy import Level, Policy, loads

from .conftest import World
from .test_verify import lines

HOUR, DAY = 3_600, 86_400
THERE, AWAY = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
BEACONS = f"""
beacons:
  max_age: 1h
  peers:
    - {{{{chain_id: 10, beacon: "{THERE}", gateway: "{{dai}}", max_level: exit_only, max_duration: 6h,
       budget: 24h}}}}
    - {{{{chain_id: 42161, beacon: "{THERE}", gateway: "{{usdc}}", max_level: throttled, max_duration: 1h,
       budget: 1h}}}}
"""
REMOTE = bytes.fromhex("00010000" + "010a" + "14" + THERE[2:])


def text_of(world: World, *, hub: bool = False, alone: bool = False, beacons: str = BEACONS) -> str:
    """`alone`: without the rest of the policy."""
    tokens = {name.lower(): token.address for name, token in world.tokens.items()}
    return ("" if alone else world.text(hub=hub)) + beacons.format(**tokens)


def heard(world: World, **how: Any) -> Policy:
    return loads(text_of(world, **how))


def by_its_governance(world: World, guarded: Guarded, function: str, *arguments: Any) -> None:
    world.governs(guarded.contracts["beacon"], 2 * DAY, function, *arguments)


@pytest.mark.parametrize("hub", [False, True], ids=["embedded", "hub"])
def test_what_the_policy_says_is_on_chain(world: World, hub: bool) -> None:
    made = blueprint(heard(world, hub=hub))
    guarded = apply(made, world.chain, world.actors.deployer)
    assert verify(made, world.chain, guarded.record) == []
    one, actors = guarded.contracts["beacon"], world.actors
    assert one.call("protocol") == guarded.guard.address
    assert one.call("maxAge") == HOUR
    dai = world.tokens["DAI"].address
    assert tuple(one.call("peerOf", REMOTE)) == (dai, Level.EXIT_ONLY, 6 * HOUR, DAY)
    far = bytes.fromhex("00010000" + "02a4b1" + "14" + THERE[2:])
    assert tuple(one.call("peerOf", far)) == (world.tokens["USDC"].address, Level.THROTTLED, HOUR, HOUR)
    assert (one.call("isSealed"), one.call("governance")) == (True, actors.governance)
    assert (one.call("delayOf", bytes(4)), one.call("overrideExpiry")) == (2 * DAY, 14 * DAY)
    assert guarded.guard.call("rankOf", one.address) == 2
    with pytest.raises(Reverted, match="MustBeScheduled"):
        one.send("setPeer", REMOTE, (dai, 4, DAY, DAY), sender=actors.governance)


def test_an_address_is_the_chain_s_own_form(world: World) -> None:
    """ERC-7930 as the contract writes its own."""
    made = blueprint(heard(world, beacons="\nbeacons: {{max_age: 1h}}\n"))
    guarded = apply(made, world.chain, world.actors.deployer)
    assert verify(made, world.chain, guarded.record) == []
    one = guarded.contracts["beacon"]
    chain_id = world.chain.chain_id
    said = heard(world, beacons=BEACONS.replace("10, ", f"{chain_id}, ").replace(THERE, one.address)).beacons
    assert said is not None
    assert said.peers[0].remote == one.call("interoperableAddress")


@pytest.mark.guardrails_backends("revm")
def test_its_role_lets_it_raise_what_a_peer_says(world: World) -> None:
    """Through the gateway that the policy names, and through no other."""
    made = blueprint(heard(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    one, now = guarded.contracts["beacon"], world.chain.block().timestamp
    gateway = world.tokens["DAI"].address
    words = (1, int(Level.FROZEN), now + DAY, now)
    message = b"".join(int(word).to_bytes(32, "big") for word in words)
    with pytest.raises(Reverted):
        one.send("receiveMessage", bytes(32), REMOTE, message, sender=world.actors.attacker)
    world.chain.impersonate(gateway)
    world.chain.set_balance(gateway, 10**18)
    one.send("receiveMessage", bytes(32), REMOTE, message, sender=gateway)
    assert guarded.guard.call("level") == Level.EXIT_ONLY, "no higher than the policy lets this peer"
    assert verify(made, world.chain, guarded.record) == [], "a raised level is no drift"


def test_a_plan_shows_them(world: World) -> None:
    made = blueprint(heard(world))
    shown = {one.step.key: one for one in plan(made, world.chain, world.actors.deployer).planned}
    peer = shown[f"setPeer 10 {THERE}"]
    assert peer.address == shown["create beacon"].address
    assert peer.meaning == (
        f"beacons.peers.10.{THERE}: gateway {world.tokens['DAI'].address}, max_level exit_only, "
        "max_duration 6h, budget 24h"
    )
    assert f"0x{REMOTE.hex()}" in peer.call
    keys = [step.key for step in steps(made)]
    in_order = ["create protocol", "create beacon", f"setPeer 10 {THERE}", "seal beacon", "seal"]
    assert sorted(in_order, key=keys.index) == in_order


FILE = [
    ("max_age: 1h", "max_age: 2h", "max_age", "2h", "1h"),
    ('gateway: "{dai}"', 'gateway: "{weth}"', "peers.10.{there}.gateway", "{weth}", "{dai}"),
    ("max_level: exit_only", "max_level: queued", "peers.10.{there}.max_level", "queued", "exit_only"),
    ("max_duration: 6h", "max_duration: 7h", "peers.10.{there}.max_duration", "7h", "6h"),
    ("budget: 24h", "budget: 25h", "peers.10.{there}.budget", "25h", "24h"),
]


@pytest.mark.guardrails_backends("revm")
def test_every_field_that_the_file_changes_is_exactly_one_line(world: World) -> None:
    guarded = apply(blueprint(heard(world)), world.chain, world.actors.deployer)
    names = {name.lower(): token.address for name, token in world.tokens.items()} | {"there": THERE}
    for old, new, subject, policy, chain in FILE:
        assert old in BEACONS, old
        changed = blueprint(heard(world, beacons=BEACONS.replace(old, new, 1)))
        line = tuple(part.format(**names) for part in (f"beacons.{subject}", policy, chain))
        assert lines(verify(changed, world.chain, guarded.record)) == [line]
    for old, new, remote in ((THERE, AWAY, REMOTE), ("chain_id: 10", "chain_id: 11", REMOTE)):
        other = blueprint(heard(world, beacons=BEACONS.replace(old, new, 1)))
        first, *rest = lines(verify(other, world.chain, guarded.record))
        assert first[1:] == (names["dai"], "none")
        assert first[0].endswith(".gateway")
        extra = (f"beacons.peers.extra 0x{remote.hex()}", "no peer", f"gateway {names['dai']}")
        assert rest[-1] == extra
        assert len(rest) == 4
    role = heard(world, beacons=BEACONS.replace("max_age", "role: sentinel\n  max_age").replace(
        "max_level: exit_only, max_duration: 6h", "max_level: queued, max_duration: 1h"
    ))  # fmt: skip
    found = lines(verify(blueprint(role), world.chain, guarded.record))
    assert ("beacons.role", "sentinel", "guardian") in found
    assert len(found) == 3


@pytest.mark.guardrails_backends("revm")
def test_a_change_on_the_chain_is_named(world: World) -> None:
    made = blueprint(heard(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    names = vars(world.actors)
    dai = world.tokens["DAI"].address
    gone, head = (f"0x{0:040x}", 0, 0, 0), guarded.contracts["beacon"].interface.function("setPeer")[0]
    far = bytes.fromhex("00010000" + "010b" + "14" + THERE[2:])
    clean = world.chain.snapshot()
    for function, arguments, line in (
        (
            "setPeer",
            (REMOTE, (dai, 2, 6 * HOUR, DAY)),
            (f"peers.10.{THERE}.max_level", "exit_only", "queued"),
        ),
        ("setPeer", (far, (dai, 2, 1, 1)), (f"peers.extra 0x{far.hex()}", "no peer", f"gateway {dai}")),
        ("setGovernance", (names["attacker"],), ("governance", names["governance"], names["attacker"])),
        ("setExpiry", (HOUR,), ("override.expiry", "14d", "1h")),
        ("setDelay", (head, HOUR), ("override.delays.setPeer", "2d", "1h")),
        ("abdicate", (head,), ("override.abdicated.setPeer", "no", "yes")),
    ):
        by_its_governance(world, guarded, function, *arguments)
        found = lines(verify(made, world.chain, guarded.record))
        assert found == [(f"beacons.{line[0]}", *line[1:])], function
        world.chain.revert(clean)
        clean = world.chain.snapshot()
    by_its_governance(world, guarded, "setPeer", REMOTE, gone)
    found = lines(verify(made, world.chain, guarded.record))
    assert found[0] == (f"beacons.peers.10.{THERE}.gateway", dai, "none")
    world.chain.revert(clean)
    guarded.guard.send("setHolder", guarded.contracts["beacon"].address, 0, sender=world.actors.governance)
    assert lines(verify(made, world.chain, guarded.record)) == [("beacons.role", "guardian", "no role")]


@pytest.mark.guardrails_backends("revm")
def test_a_peer_that_came_and_went_is_no_drift(world: World) -> None:
    made = blueprint(heard(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    far, dai = REMOTE[:-1] + b"\x01", world.tokens["DAI"].address
    by_its_governance(world, guarded, "setPeer", far, (dai, 2, 1, 1))
    assert len(verify(made, world.chain, guarded.record)) == 1
    gone = (f"0x{0:040x}", 0, 0, 0)
    guarded.contracts["beacon"].send("setPeer", far, gone, sender=world.actors.governance)
    assert verify(made, world.chain, guarded.record) == []
    by_its_governance(world, guarded, "setPeer", far, (dai, 2, 1, 1))
    assert len(verify(made, world.chain, guarded.record)) == 1, "one that came twice is said once"


@pytest.mark.guardrails_backends("revm")
def test_another_beacon_in_its_place_and_one_that_lapsed(world: World) -> None:
    """S45: the heartbeat of a beacon too."""
    made = blueprint(heard(world))
    first = apply(made, world.chain, world.actors.deployer)
    other = apply(made, world.chain, world.actors.deployer)
    here = first.record.contracts["beacon"]
    crossed = first.record.contracts | {"beacon": other.record.contracts["beacon"]}
    found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=crossed))]
    assert found == ["beacons.role", "beacons.protocol", f"roles.extra {here}"]
    gone = first.record.contracts | {"beacon": world.actors.bob}
    found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=gone))]
    assert {"code.beacon", f"beacons.peers.10.{THERE}.gateway", "beacons.max_age"} <= set(found)
    world.chain.warp(world.chain.block().timestamp + 91 * DAY)
    world.chain.mine()
    assert [d.subject for d in verify(made, world.chain, first.record)][-1] == "beacons.alive"
