"""Incident attestation: created, named, sealed and given its role by the policy; every drift of it named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.chain import Contract, Reverted
from guardrails.deploy import Guarded, apply, blueprint, plan, steps, verify
from guardrails.policy import Level, Policy, loads

from .conftest import World
from .test_verify import lines

HOUR, DAY, USDC = 3_600, 86_400, 10**6
ATTESTATION = """
attestation:
  reporters: ["{alice}", "{bob}", "{keeper}"]
  quorum: 2
  max_level: exit_only
  max_duration: 12h
  max_hold: 7d
  validity: 2d
  bonds: {{minimum: 10 USDC, max_slash: 50 %, slashed_to: council, challenge_period: 3d}}
"""


def text_of(world: World, *, hub: bool = False, attestation: str = ATTESTATION) -> str:
    return world.text(hub=hub) + attestation.format(**vars(world.actors))


def attested(world: World, **how: Any) -> Policy:
    return loads(text_of(world, **how))


def by_its_governance(world: World, guarded: Guarded, function: str, *arguments: Any) -> None:
    world.governs(guarded.contracts["attestation"], 2 * DAY, function, *arguments)


@pytest.mark.parametrize("hub", [False, True], ids=["embedded", "hub"])
def test_what_the_policy_says_is_on_chain(world: World, hub: bool) -> None:
    made = blueprint(attested(world, hub=hub))
    guarded = apply(made, world.chain, world.actors.deployer)
    assert verify(made, world.chain, guarded.record) == []
    one, actors = guarded.contracts["attestation"], world.actors
    assert one.call("protocol") == guarded.guard.address
    assert [one.call(view) for view in ("quorum", "reporterCount")] == [2, 3]
    assert [one.call("isReporter", who) for who in (actors.bob, actors.attacker)] == [True, False]
    bounds = [one.call(view) for view in ("maxLevel", "maxDuration", "maxHold", "validity")]
    assert bounds == [Level.EXIT_ONLY, 12 * HOUR, 7 * DAY, 2 * DAY]
    bonds = [one.call(v) for v in ("bondToken", "minBond", "maxSlashBps", "slashedTo", "challengePeriod")]
    assert bonds == [world.tokens["USDC"].address, 10 * USDC, 5_000, actors.governance, 3 * DAY]
    assert (one.call("isSealed"), one.call("governance")) == (True, actors.governance)
    assert (one.call("delayOf", bytes(4)), one.call("overrideExpiry")) == (2 * DAY, 14 * DAY)
    assert guarded.guard.call("rankOf", one.address) == 2
    with pytest.raises(Reverted, match="MustBeScheduled"):
        one.send("setReporter", actors.attacker, True, sender=actors.governance)
    with pytest.raises(Reverted, match="Unauthorised"):
        one.send("setReporter", actors.attacker, True, sender=actors.deployer)


def test_without_bonds(world: World) -> None:
    bonds = ATTESTATION[ATTESTATION.index("  bonds:") :]
    made = blueprint(attested(world, attestation=ATTESTATION.replace(bonds, "")))
    guarded = apply(made, world.chain, world.actors.deployer)
    assert verify(made, world.chain, guarded.record) == []
    assert guarded.contracts["attestation"].call("bondToken") == f"0x{0:040x}"
    assert guarded.contracts["attestation"].call("minBond") == 0


SAYS_YES = bytes.fromhex("631626ba7e60e01b5f5260205ff3")  # EIP-1271: whatever it is, it is signed


@pytest.mark.guardrails_backends("revm")
def test_its_role_lets_it_raise_what_a_quorum_signed(world: World) -> None:
    """The grant that the policy derives is what an attested incident needs."""
    bonds = ATTESTATION[ATTESTATION.index("  bonds:") :]
    made = blueprint(attested(world, attestation=ATTESTATION.replace(bonds, "")))
    guarded = apply(made, world.chain, world.actors.deployer)
    one = guarded.contracts["attestation"]
    reporters = sorted([world.actors.alice, world.actors.bob], key=str.lower)
    for reporter in reporters:
        world.chain.set_code(reporter, SAYS_YES)
    deadline = world.chain.block().timestamp + DAY
    incident = (b"\1" * 32, int(Level.EXIT_ONLY), 12 * HOUR, 0, deadline, b"\2" * 32, [])
    one.send("attest", incident, reporters[:1], [b""], sender=world.actors.attacker)
    assert guarded.guard.call("level") == Level.NORMAL, "one is no quorum"
    one.send("attest", incident, reporters, [b"", b""], sender=world.actors.attacker)
    assert guarded.guard.call("level") == Level.EXIT_ONLY
    assert verify(made, world.chain, guarded.record) == [], "a raised level is no drift"


def test_a_plan_shows_it(world: World) -> None:
    made = blueprint(attested(world))
    shown = {one.step.key: one for one in plan(made, world.chain, world.actors.deployer).planned}
    assert shown["create attestation"].call.startswith(
        f"new Attestation({shown['create protocol'].address}, "
    )
    here = shown["create attestation"].address
    bob = world.actors.bob
    assert shown[f"setReporter {bob}"].address == here
    assert shown[f"setReporter {bob}"].meaning == f"attestation.reporters.{bob}: yes"
    assert shown["seal attestation"].call == f"seal({world.actors.governance})"
    assert shown["setHolder guardian attestation"].call == f"setHolder({here}, 2)"
    keys = [step.key for step in steps(made)]
    in_order = [f"setReporter {bob}", "setDelay attestation", "seal attestation", "seal"]
    assert sorted(in_order, key=keys.index) == in_order
    turned = attested(world, attestation=ATTESTATION.replace('"{alice}", "{bob}"', '"{bob}", "{alice}"'))
    assert [step.key for step in steps(blueprint(turned))] == keys, "in whatever order the file names them"


# what is written in the file instead → the one line that says so
FILE = [
    ("quorum: 2", "quorum: 3", "quorum", "3", "2"),
    ("max_level: exit_only", "max_level: queued", "max_level", "queued", "exit_only"),
    ("max_duration: 12h", "max_duration: 13h", "max_duration", "13h", "12h"),
    ("max_hold: 7d", "max_hold: 8d", "max_hold", "8d", "7d"),
    ("validity: 2d", "validity: 3d", "validity", "3d", "2d"),
    ("minimum: 10 USDC", "minimum: 11 USDC", "bonds.minimum", "11 USDC", "10 USDC"),
    ("max_slash: 50 %", "max_slash: 51 %", "bonds.max_slash", "51 %", "50 %"),
    ("slashed_to: council", "slashed_to: guards", "bonds.slashed_to", "{guardian}", "{governance}"),
    ("challenge_period: 3d", "challenge_period: 4d", "bonds.challenge_period", "4d", "3d"),
]


@pytest.mark.guardrails_backends("revm")
def test_every_field_that_the_file_changes_is_named(world: World) -> None:
    guarded = apply(blueprint(attested(world)), world.chain, world.actors.deployer)
    names = vars(world.actors)
    for old, new, subject, policy, chain in FILE:
        assert old in ATTESTATION, old
        changed = blueprint(attested(world, attestation=ATTESTATION.replace(old, new, 1)))
        line = tuple(part.format(**names) for part in (f"attestation.{subject}", policy, chain))
        assert lines(verify(changed, world.chain, guarded.record)) == [line]
    other = blueprint(attested(world, attestation=ATTESTATION.replace('"{bob}"', '"{attacker}"')))
    assert lines(verify(other, world.chain, guarded.record)) == [
        (f"attestation.reporters.{names['attacker']}", "yes", "no"),
        (f"attestation.reporters.extra {names['bob']}", "no reporter", "a reporter"),
    ]
    weth = ATTESTATION.replace("10 USDC", "1 WETH")
    found = lines(verify(blueprint(attested(world, attestation=weth)), world.chain, guarded.record))
    assert [line[0] for line in found] == ["attestation.bonds.asset", "attestation.bonds.minimum"]
    low = ATTESTATION.replace("quorum: 2", "quorum: 2\n  role: sentinel").replace("exit_only", "queued")
    low = low.replace("12h", "1h")
    found = lines(verify(blueprint(attested(world, attestation=low)), world.chain, guarded.record))
    assert ("attestation.role", "sentinel", "guardian") in found
    assert len(found) == 3


CHAIN: list[tuple[str, tuple[Any, ...], tuple[str, str, str]]] = [
    ("setQuorum", (3,), ("quorum", "2", "3")),
    ("setReporter", ("{attacker}", True), ("reporters.extra {attacker}", "no reporter", "a reporter")),
    ("setReporter", ("{keeper}", False), ("reporters.{keeper}", "yes", "no")),
    ("setGovernance", ("{attacker}",), ("governance", "{governance}", "{attacker}")),
    ("setExpiry", (HOUR,), ("override.expiry", "14d", "1h")),
    ("setRankLimits", (2, 1 | 1 << 32 | 1 << 64 | 1 << 128), ("roles.guardian", "0x0", None)),
    ("setRankLimits", (1, 1 | 1 << 32 | 1 << 64 | 1 << 128), ("roles.sentinel", "0x0", None)),
]


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize(("function", "arguments", "line"), CHAIN)
def test_a_change_on_the_chain_is_exactly_one_line(
    world: World, function: str, arguments: tuple[Any, ...], line: tuple[str, str, str | None]
) -> None:
    made = blueprint(attested(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    names = vars(world.actors)
    given = [a.format(**names) if isinstance(a, str) else a for a in arguments]
    by_its_governance(world, guarded, function, *given)
    [found] = lines(verify(made, world.chain, guarded.record))
    expected = tuple(part and part.format(**names) for part in (f"attestation.{line[0]}", *line[1:]))
    assert found[: 3 if expected[2] else 2] == expected[: 3 if expected[2] else 2]


@pytest.mark.guardrails_backends("revm")
def test_delays_of_its_own_and_powers_given_up(world: World) -> None:
    made = blueprint(attested(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    one = guarded.contracts["attestation"]
    names = ("setReporter", "setQuorum", "slash", "setDelay", "setHolder", "setGovernance")
    for name in (*names, "abdicate", "setExpiry", "setRankLimits"):
        clean = world.chain.snapshot()
        head = one.interface.function(name)[0]
        by_its_governance(world, guarded, "setDelay", head, HOUR)
        line = (f"attestation.override.delays.{name}", "2d", "1h")
        assert lines(verify(made, world.chain, guarded.record)) == [line]
        world.chain.revert(clean)
        by_its_governance(world, guarded, "abdicate", head)
        line = (f"attestation.override.abdicated.{name}", "no", "yes")
        assert lines(verify(made, world.chain, guarded.record)) == [line]
        world.chain.revert(clean)
    by_its_governance(world, guarded, "setDelay", bytes(4), HOUR)
    found = {line[0] for line in lines(verify(made, world.chain, guarded.record))}
    assert "attestation.override.default_delay" in found


@pytest.mark.guardrails_backends("revm")
def test_a_reporter_who_came_and_went_is_no_drift(world: World) -> None:
    made = blueprint(attested(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    by_its_governance(world, guarded, "setReporter", world.actors.attacker, True)
    assert len(verify(made, world.chain, guarded.record)) == 1
    one = guarded.contracts["attestation"]
    one.send("setReporter", world.actors.attacker, False, sender=world.actors.governance)
    assert verify(made, world.chain, guarded.record) == []
    by_its_governance(world, guarded, "setReporter", world.actors.attacker, True)
    assert len(verify(made, world.chain, guarded.record)) == 1, "one who came twice is said once"


@pytest.mark.guardrails_backends("revm")
def test_its_role_taken_and_lapsed(world: World) -> None:
    """S45: as of a breaker; anyone renews its heartbeat."""
    made = blueprint(attested(world))
    guarded = apply(made, world.chain, world.actors.deployer)
    one = guarded.contracts["attestation"]
    clean = world.chain.snapshot()
    _, alive_until = guarded.guard.call("holderOf", one.address)
    for moment, last in ((alive_until - 1, set()), (alive_until, {"attestation.alive"})):
        world.chain.warp(moment)
        world.chain.mine()
        assert world.chain.block().timestamp == moment
        found = [d.subject for d in verify(made, world.chain, guarded.record)]
        assert {subject for subject in found if subject.startswith("attestation")} == last
    world.chain.revert(clean)
    guarded.guard.send("setHolder", one.address, 0, sender=world.actors.governance)
    assert lines(verify(made, world.chain, guarded.record)) == [("attestation.role", "guardian", "no role")]


@pytest.mark.guardrails_backends("revm")
def test_another_attestation_in_its_place_is_named(world: World) -> None:
    made = blueprint(attested(world))
    first = apply(made, world.chain, world.actors.deployer)
    other = apply(made, world.chain, world.actors.deployer)
    crossed = first.record.contracts | {"attestation": other.record.contracts["attestation"]}
    found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=crossed))]
    assert found == [
        "attestation.role",
        "attestation.protocol",
        f"roles.extra {first.record.contracts['attestation']}",
    ]
    gone = first.record.contracts | {"attestation": world.actors.bob}
    found = [d.subject for d in verify(made, world.chain, replace(first.record, contracts=gone))]
    assert {"code.attestation", "attestation.quorum", "attestation.sealed"} <= set(found)


def test_not_sealed_is_named(world: World) -> None:
    """Stopped before its seal: the deployer still rules it, and nothing can be attested."""

    class Stop(Exception):
        pass

    def observe(step: Any, moment: str, entry: Any) -> None:
        if step.key == "seal attestation" and moment == "intended":
            raise Stop

    made = blueprint(attested(world))
    record = apply(made, world.chain, world.actors.deployer).record
    fresh = replace(record, contracts={}, entries={}, complete=False)
    with pytest.raises(Stop):
        apply(made, world.chain, world.actors.deployer, record=fresh, observe=observe)
    found = lines(verify(made, world.chain, fresh))
    assert ("attestation.sealed", "yes", "no") in found
    assert ("attestation.governance", world.actors.governance, world.actors.deployer) in found
    assert isinstance(Guarded.of(made, world.chain, fresh).contracts["attestation"], Contract)
