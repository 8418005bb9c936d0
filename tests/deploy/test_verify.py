"""`verify` names what differs and nothing else: each parameter is changed, and one line is expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from guardrails.chain import Contract, Reverted
from guardrails.deploy import Guarded, blueprint, verify
from guardrails.deploy import plan as plan_of
from guardrails.deploy.apply import apply
from guardrails.deploy.interface import governance_selectors
from guardrails.deploy.words import SHARED_BUDGET, level_rules_word, outflow_word, rank_limits_word
from guardrails.policy import loads

from .conftest import World

Change = Callable[[World, Guarded], tuple[str, tuple[Any, ...]]]
HELD_UP = governance_selectors(hub=True)


def _limit(world: World, symbol: str, **changes: Any) -> tuple[str, tuple[Any, ...]]:
    asset = world.policy().asset(symbol)
    shared = changes.pop("shared", True)
    return "setLimit", (asset.address, outflow_word(asset.encoded()._replace(**changes), shared=shared))


def _rank(world: World, rank: int, **changes: Any) -> tuple[str, tuple[Any, ...]]:
    roles = world.policy().roles
    role = roles.sentinel if rank == 1 else roles.guardian
    assert role is not None
    return "setRankLimits", (rank, rank_limits_word(role.model_copy(update=changes)))


def _rules(world: World, clear: int = 0, add: int = 0) -> tuple[str, tuple[Any, ...]]:
    return "setLevelRules", (level_rules_word(world.policy()) & ~clear | add,)


# what is changed → the one line that says so: (subject, policy, chain)
CHANGES: list[tuple[str, Change, tuple[str, str, str]]] = [
    (
        "limit",
        lambda w, g: _limit(w, "USDC", mantissa=600_000),
        ("assets.USDC.limit", "5_000_000 USDC", "6_000_000 USDC"),
    ),
    ("window", lambda w, g: _limit(w, "USDC", window_minutes=720), ("assets.USDC.window", "24h", "12h")),
    (
        "credit",
        lambda w, g: _limit(w, "USDC", credit_tenths=6),
        ("assets.USDC.inflow_credit", "50 %", "60 %"),
    ),
    ("reserve", lambda w, g: _limit(w, "USDC", reserve_tenths=0), ("assets.USDC.reserve", "20 %", "0 %")),
    (
        "exemption",
        lambda w, g: _limit(w, "USDC", exemption_mantissa=200, exemption_exponent=8),
        ("assets.USDC.exemption", "10_000 USDC", "20_000 USDC"),
    ),
    (
        "mode",
        lambda w, g: _limit(w, "WETH", mode=2),
        ("assets.WETH.mode", "over the limit: revert", "over the limit: queue"),
    ),
    ("shared", lambda w, g: _limit(w, "USDC", shared=False), ("assets.USDC.shared", "yes", "no")),
    (
        "relative share",
        lambda w, g: ("setRelativeLimit", (w.tokens["WETH"].address, 1100, 500, 10**22)),
        ("assets.WETH.share", "10 %", "11 %"),
    ),
    (
        "growth",
        lambda w, g: ("setRelativeLimit", (w.tokens["WETH"].address, 1000, 600, 10**22)),
        ("assets.WETH.base_growth", "5 %", "6 %"),
    ),
    (
        "absolute made relative",
        lambda w, g: ("setRelativeLimit", (w.tokens["USDC"].address, 10_000, 0, 5 * 10**12)),
        ("assets.USDC.share", "0 %", "100 %"),
    ),
    (
        "unit rate",
        lambda w, g: ("setUnitRate", (w.tokens["USDC"].address, 1)),
        ("shared_budget.assets.USDC", "1000000000000000000000000", "1"),
    ),
    (
        "budget",
        lambda w, g: (
            "setLimit",
            (SHARED_BUDGET, outflow_word(_budget(w)._replace(mantissa=900_000), shared=False)),
        ),
        ("shared_budget.limit", "8_000_000 USD", "9_000_000 USD"),
    ),
    (
        "rules share",
        lambda w, g: _rules(w, add=51 << 40, clear=0xFF << 40),
        ("levels.throttled.share", "50 %", "51 %"),
    ),
    (
        "rules close",
        lambda w, g: _rules(w, clear=1 << 72),
        ("levels.exit_only.close", "DEPOSIT, BORROW, TRADE, MINT", "BORROW, TRADE, MINT"),
    ),
    (
        "settlement delay",
        lambda w, g: ("setSettlement", (3600, 1_209_600)),
        ("settlement.delay", "24h", "1h"),
    ),
    ("max hold", lambda w, g: ("setSettlement", (86_400, 86_400)), ("settlement.max_hold", "14d", "24h")),
    ("grace", lambda w, g: ("setLiquidationGrace", (0,)), ("liquidation_grace", "1h", "0s")),
    ("deposit age", lambda w, g: ("setMinDepositAge", (0,)), ("lock.min_deposit_age", "10m", "0s")),
    ("shadow on", lambda w, g: ("setShadow", (2, True)), ("shadow.outflow", "enforcing", "in shadow mode")),
    ("shadow off", lambda w, g: ("setShadow", (3, False)), ("shadow.lock", "in shadow mode", "enforcing")),
    ("expiry", lambda w, g: ("setExpiry", (3_600,)), ("override.expiry", "14d", "1h")),
    (
        "delay",
        lambda w, g: ("setDelay", (HELD_UP["setLimit"], 0)),
        ("override.delays.setLimit", "3d", "0s"),
    ),
    (
        "delay of a function without its own",
        lambda w, g: ("setDelay", (HELD_UP["setHolder"], 5)),
        ("override.delays.setHolder", "2d", "5s"),
    ),
    (
        "abdicated",
        lambda w, g: ("abdicate", (HELD_UP["unlock"],)),
        ("override.abdicated.unlock", "not given up", "given up for ever"),
    ),
    ("max_pause", lambda w, g: _rank(w, 1, max_pause=60), ("roles.sentinel.max_pause", "1h", "1m")),
    ("budget of a rank", lambda w, g: _rank(w, 2, budget=86_400), ("roles.guardian.budget", "3d", "24h")),
    ("period", lambda w, g: _rank(w, 2, period=7 * 86_400), ("roles.guardian.period", "30d", "7d")),
    ("cooldown", lambda w, g: _rank(w, 1, cooldown=0), ("roles.sentinel.cooldown", "10m", "0s")),
    ("heartbeat", lambda w, g: _rank(w, 1, heartbeat=8 * 86_400), ("roles.sentinel.heartbeat", "7d", "8d")),
    ("max_lock", lambda w, g: _rank(w, 1, max_lock=60), ("roles.sentinel.max_lock", "6h", "1m")),
    ("max_locks", lambda w, g: _rank(w, 1, max_locks=21), ("roles.sentinel.max_locks", "20", "21")),
    (
        "operations",
        lambda w, g: _rank(w, 1, operations=("WITHDRAW",)),
        ("roles.sentinel.operations", "WITHDRAW, REDEEM", "WITHDRAW"),
    ),
    (
        "max_level",
        lambda w, g: _rank(w, 1, max_level="frozen"),
        ("roles.sentinel.max_level", "queued", "frozen"),
    ),
    (
        "holder removed",
        lambda w, g: ("setHolder", (w.actors.guardian, 0)),
        ("roles.guardian.holders {guardian}", "guardian", "no role"),
    ),
    (
        "holder promoted",
        lambda w, g: ("setHolder", (w.actors.sentinel, 2)),
        ("roles.sentinel.holders {sentinel}", "sentinel", "guardian"),
    ),
    (
        "extra holder",
        lambda w, g: ("setHolder", (w.actors.attacker, 1)),
        ("roles.extra {attacker}", "no role", "sentinel"),
    ),
    (
        "governance",
        lambda w, g: ("setGovernance", (w.actors.attacker,)),
        ("roles.governance", "{governance}", "{attacker}"),
    ),
    (
        "extra asset",
        lambda w, g: ("setLimit", (w.tokens["DAI"].address, 3 << 253)),
        ("assets.extra {dai}", "not an asset", "unlimited"),
    ),
]


def _budget(world: World) -> Any:
    budget = world.policy().shared_budget
    assert budget is not None
    return budget.encoded()


def by_governance(world: World, guarded: Guarded, function: str, *arguments: Any) -> None:
    """As governance would: announced, waited for, executed."""
    guard = guarded.guard
    head = guard.encode(function, *arguments)[:4]
    delay = max(guard.call("delayOf", head), guard.call("delayOf", HELD_UP["setLimit"]))
    world.governs(guard, delay, function, *arguments)


def lines(found: list[Any]) -> list[tuple[str, str, str]]:
    return [(d.subject, d.policy, d.chain) for d in found]


@pytest.mark.guardrails_backends("revm")
@pytest.mark.parametrize(("change", "line"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_change_is_exactly_one_line(world: World, change: Change, line: tuple[str, str, str]) -> None:
    plan = blueprint(world.policy())
    guarded = apply(plan, world.chain, world.actors.deployer)
    assert verify(plan, world.chain, guarded.record) == []
    function, arguments = change(world, guarded)
    by_governance(world, guarded, function, *arguments)
    names = {**asdict(world.actors), "dai": world.tokens["DAI"].address}
    assert lines(verify(plan, world.chain, guarded.record)) == [tuple(part.format(**names) for part in line)]


def test_a_lapsed_holder_and_the_return(world: World) -> None:
    """S45: a fast role that has not shown that it is alive is named; after a new grant nothing is."""
    plan = blueprint(world.policy())
    guarded = apply(plan, world.chain, world.actors.deployer)
    world.chain.warp(world.chain.block().timestamp + 8 * 86_400)
    world.chain.mine()
    [only] = verify(plan, world.chain, guarded.record)
    assert only.subject == f"roles.sentinel.alive {world.actors.sentinel}"
    assert only.chain.startswith("lapsed 24h")
    by_governance(world, guarded, "setHolder", world.actors.sentinel, 1)
    assert verify(plan, world.chain, guarded.record) == []


def test_other_code_is_named(world: World) -> None:
    plan = blueprint(world.policy())
    guarded = apply(plan, world.chain, world.actors.deployer)
    for key, contract in guarded.contracts.items():
        clean = world.chain.snapshot()
        code = world.chain.code(contract.address)
        world.chain.set_code(contract.address, code[:-1] + bytes([code[-1] ^ 1]))
        assert f"code.{key}" in [d.subject for d in verify(plan, world.chain, guarded.record)]
        world.chain.revert(clean)
    assert verify(plan, world.chain, guarded.record) == []


def test_immutables_may_differ_but_not_where_they_point(world: World) -> None:
    """Code matches whatever its immutables hold; that it delegates to the recorded controls is read."""
    plan = blueprint(world.policy())
    first = apply(plan, world.chain, world.actors.deployer)
    other = apply(blueprint(world.policy()), world.chain, world.actors.deployer)
    crossed = replace(
        first.record,
        contracts=first.record.contracts | {"EmergencyControls": other.record.contracts["EmergencyControls"]},
    )
    assert [d.subject for d in verify(plan, world.chain, crossed)] == [
        "code.protocol.controls",
        "code.EmergencyControls.governanceControls",
    ]


def test_tokens_that_change_are_named(world: World) -> None:
    plan = blueprint(world.policy())
    record = apply(plan, world.chain, world.actors.deployer).record
    world.chain.set_code(world.tokens["USDC"].address, world.chain.code(world.tokens["DAI"].address))
    usdc = Contract(world.chain, world.tokens["USDC"].address, world.tokens["USDC"].interface)
    assert usdc.call("decimals") == 6, "decimals of this token are in its storage, which stays"
    world.chain.set_code(world.tokens["WETH"].address, b"")
    assert [(d.subject, d.policy) for d in verify(plan, world.chain, record)] == [
        ("assets.WETH.decimals", "18")
    ]


def test_hub_members(world: World) -> None:
    """A member removed, a stranger admitted, and the base of a relative limit measured by another."""
    plan = blueprint(world.hub_policy())
    guarded = apply(plan, world.chain, world.actors.deployer)
    stranger = apply(plan, world.chain, world.actors.deployer).protocol.address
    assert verify(plan, world.chain, guarded.record) == []
    by_governance(world, guarded, "setMember", stranger, True)
    by_governance(world, guarded, "setBaseSource", world.tokens["WETH"].address, stranger)
    member = guarded.protocol.address
    guarded.guard.send("setMember", member, False, sender=world.actors.governance)
    assert lines(verify(plan, world.chain, guarded.record)) == [
        ("members.HubVault", "yes", "no"),
        ("members.base_of WETH", member, stranger),
        (f"members.extra {stranger}", "not a member", "a member"),
    ]


def test_delays_of_a_hub_s_own_functions(world: World) -> None:
    """They are planned, set and read back; a change of one is named."""
    delays = "delays: {setMember: 0s, setBaseSource: 72h, "
    text = world.text(hub=True)
    plan = blueprint(loads(text.replace("delays: {", delays, 1)))
    deployer, governance = world.actors.deployer, world.actors.governance
    meanings = {planned.step.key: planned.meaning for planned in plan_of(plan, world.chain, deployer).planned}
    assert meanings["setDelay delays.setMember"] == "override.delays.setMember: 0s, own yes"
    assert meanings["setDelay delays.setBaseSource"] == "override.delays.setBaseSource: 3d, own yes"

    guarded = apply(plan, world.chain, deployer)
    assert verify(plan, world.chain, guarded.record) == []
    stranger = apply(plan, world.chain, deployer).protocol.address
    guarded.guard.send("setMember", stranger, True, sender=governance)  # without notice, as the policy says
    assert guarded.guard.call("isMember", stranger)
    with pytest.raises(Reverted, match=r"MustBeScheduled.*259200"):
        guarded.guard.send("setBaseSource", world.tokens["WETH"].address, stranger, sender=governance)
    guarded.guard.send("setDelay", HELD_UP["setMember"], 3_600, sender=governance)
    guarded.guard.send("setDelay", HELD_UP["setBaseSource"], 100 * 3_600, sender=governance)
    assert lines(verify(plan, world.chain, guarded.record)) == [
        ("override.delays.setBaseSource", "3d", "4d4h"),
        ("override.delays.setMember", "0s", "1h"),
        (f"members.extra {stranger}", "not a member", "a member"),
    ]


def test_not_sealed_is_named(world: World) -> None:
    """A deployment that stopped before its seal is drift: the deployer still rules, and all is closed."""

    class Stop(Exception):
        pass

    def observe(step: Any, moment: str, entry: Any) -> None:
        if (step.kind, moment) == ("seal", "intended"):
            raise Stop

    plan = blueprint(world.policy())
    record_of = apply(plan, world.chain, world.actors.deployer).record
    fresh = replace(record_of, contracts={}, entries={}, complete=False)
    with pytest.raises(Stop):
        apply(plan, world.chain, world.actors.deployer, record=fresh, observe=observe)
    assert lines(verify(plan, world.chain, fresh)) == [
        ("sealed", "yes", "no"),
        ("roles.governance", world.actors.governance, world.actors.deployer),
    ]
