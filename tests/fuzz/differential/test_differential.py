"""Worlds that promise the same, through the same drawn steps; S1, S5 and S18 against the exact model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

if (_here := str(Path(__file__).resolve().parent)) not in sys.path:
    sys.path.insert(0, _here)
import vaults

from guardrails.fuzz import Outcome, Step, World
from guardrails.fuzz.differential import Alike, compare, compare_shadow, topic, twins
from guardrails.risk.config import LimiterConfig
from guardrails.risk.model import Decision, RationalLimiter

MILLION = 10**12
HOUR, DAY = 3_600, 86_400
ALL = 0xFFFF
USERS = ("alice", "bob", "carol", "thief")
DECISION = topic("GuardDecision(uint8,uint8,address,address,uint256,uint16,bool)")
QUEUED = topic("WithdrawalQueued(uint256,address,address,uint256,uint256)")

users = st.sampled_from(USERS)
amounts = st.one_of(
    st.integers(1, 2 * MILLION),
    st.sampled_from((1, 2_500 * 10**6, 2_500 * 10**6 + 1, 800_000 * 10**6, MILLION)),
)
waits = st.sampled_from((0, 0, 1, 59, 600, HOUR, DAY))


@st.composite
def calls(draw: st.DrawFn, wait: st.SearchStrategy[int] = waits) -> Step:
    """What users do to a vault."""
    user, other, amount = draw(users), draw(users), draw(amounts)
    name, arguments = draw(
        st.sampled_from(
            (
                ("deposit(uint256,address)", (amount, f"@{user}")),
                ("deposit(uint256,address)", (amount, f"@{other}")),
                ("mint(uint256,address)", (amount * 10**6, f"@{user}")),
                ("withdraw(uint256,address,address)", (amount, f"@{user}", f"@{user}")),
                ("withdraw(uint256,address,address)", (amount, f"@{user}", f"@{other}")),
                ("redeem(uint256,address,address)", (amount * 10**6, f"@{other}", f"@{user}")),
                ("transfer(address,uint256)", (f"@{other}", amount * 10**6)),
                ("approve(address,uint256)", (f"@{other}", amount * 10**6)),
            )
        )
    )
    return Step(user, "protocol", name, arguments, wait=draw(wait))


@st.composite
def guards(draw: st.DrawFn) -> Step:
    """What roles and keepers do. Whom a lock is about is named; `by_subject` says which subject that is."""
    claim, seconds = draw(st.integers(1, 3)), draw(st.sampled_from((60, HOUR, 4 * HOUR)))
    actor, name, arguments = draw(
        st.sampled_from(
            (
                ("guardian", "pause", (ALL, seconds, "drawn")),
                ("sentinel", "pause", (2, seconds, "drawn")),
                ("guardian", "raiseLevel", (draw(st.integers(0, 4)), seconds, "drawn")),
                ("sentinel", "raiseLevel", (1, seconds, "drawn")),
                ("guardian", "unpause", (ALL, "drawn")),
                ("guardian", "lock", (draw(users), seconds, 1, "drawn")),
                ("sentinel", "lock", (draw(users), seconds, 2, "drawn")),
                ("keeper", "settle", (claim,)),
                ("guardian", "hold", ([claim], 2**31, "drawn")),
                ("alice", "withdrawClaim", (claim,)),
            )
        )
    )
    return Step(actor, "guard", name, arguments, wait=draw(waits))


def by_subject(world: World, steps: list[Step]) -> list[Step]:
    """The steps with the account subject of whoever is to be locked (`LockCore`)."""
    return [
        replace(step, arguments=(subject(world, step.arguments[0]), *step.arguments[1:]))
        if step.function == "lock"
        else step
        for step in steps
    ]


def subject(world: World, user: str) -> str:
    return "0x" + (1 << 248 | int(world.address(user), 16)).to_bytes(32, "big").hex()


@contextmanager
def again(*worlds: World) -> Iterator[None]:
    """As they were when it began, afterwards."""
    before = [world.snapshot() for world in worlds]
    try:
        yield
    finally:
        for world, snapshot in zip(worlds, before, strict=True):
            world.revert(snapshot)


@pytest.fixture(scope="module")
def in_hub() -> tuple[World, World]:
    return twins(vaults.Embedded(), vaults.InHub())


@pytest.fixture(scope="module")
def in_shadow() -> tuple[World, World]:
    return twins(vaults.Embedded(), vaults.InShadow())


@pytest.fixture(scope="module")
def of_openzeppelin() -> tuple[World, World]:
    return twins(vaults.Plain(), vaults.OfOpenZeppelin())


HUB = Alike(names={"guard": "protocol"})


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.one_of(calls(), calls(), guards()), max_size=15))
def test_embedded_and_hub_decide_the_same(in_hub: tuple[World, World], steps: list[Step]) -> None:
    """The same outcomes, errors, events, times and holdings."""
    with again(*in_hub):
        difference = compare(*in_hub, by_subject(in_hub[0], steps), alike=HUB)
        assert difference is None, str(difference)


def reported(outcome: Outcome) -> bool:
    return any(log.topics[0] == DECISION and log.data[-1] == 1 for log in outcome.logs)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.one_of(calls(), calls(), guards()), max_size=15))
def test_shadow_reports_what_live_refuses(in_shadow: tuple[World, World], steps: list[Step]) -> None:
    with again(*in_shadow):
        assert compare_shadow(*in_shadow, by_subject(in_shadow[0], steps), reported=reported) is None


@pytest.mark.parametrize(
    ("locks", "moves"),
    [
        (True, Step("alice", "protocol", "transfer(address,uint256)", ("@bob", 10**6))),
        (False, Step("alice", "protocol", "deposit(uint256,address)", (10**6, "@bob"))),
    ],
    ids=("shares of a locked account", "a deposit that makes somebody wait"),
)
def test_what_the_vault_itself_refuses_for_the_lock_is_reported(
    in_shadow: tuple[World, World], locks: bool, moves: Step
) -> None:
    """S53: the vault asks and reverts by itself; nothing is paid out."""
    deposit = Step("alice", "protocol", "deposit(uint256,address)", (MILLION, "@alice"))
    lock = Step("guardian", "guard", "lock", ("alice", HOUR, 1, "drawn"), wait=600)
    live, shadow = in_shadow
    with again(*in_shadow):
        for step in by_subject(live, [deposit, lock] if locks else [deposit]):
            assert live.do(step).ok
            assert shadow.do(step).ok
        assert not live.do(moves).ok
        outcome = shadow.do(moves)
        assert outcome.ok
        assert reported(outcome)


PAUSE = Step("guardian", "guard", "pause", (ALL, 8 * HOUR, "drawn"))
OPEN = Step.pause(8 * HOUR)
"""Our pause ends by itself; OpenZeppelin's is taken back."""
UNSEEN = frozenset(
    (
        topic("Paused(address)"),
        topic("Unpaused(address)"),
        topic("Paused(uint8,uint16,uint256,uint256,uint256,string)"),
    )
)


def to_openzeppelin(step: Step) -> Step:
    if step == PAUSE:
        return Step("guardian", "protocol", "setPaused", (True,))
    if step == OPEN:
        return Step("guardian", "protocol", "setPaused", (False,), wait=step.wait)
    return step


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.one_of(calls(st.sampled_from((0, 1, 59, 600))), st.sampled_from((PAUSE, OPEN))), max_size=15
    )
)
def test_openzeppelin_s_pause_and_bucket_let_the_same_pass(
    of_openzeppelin: tuple[World, World], steps: list[Step]
) -> None:
    """A pause without an end, and a limit without credit, reserve or exemption."""
    ours, theirs = of_openzeppelin
    # Ours has an end and a budget: what is drawn stays within both.
    steps = [step for i, step in enumerate(steps) if step != PAUSE or PAUSE not in steps[:i]]
    unseen = frozenset(_guard_topics(ours)) | UNSEEN
    alike = Alike(names={"guard": "protocol"}, reasons=False, order=False, unseen=unseen)
    with again(ours, theirs):
        assert compare(ours, theirs, steps, translate=to_openzeppelin, alike=alike) is None


@pytest.fixture(scope="module")
def rounded() -> tuple[World, World]:
    return twins(vaults.Rounded(), vaults.RoundedOfOpenZeppelin())


EXCEEDED = keccak(text="RateLimitExceeded()")[:4]


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(calls(), max_size=15))
def test_where_a_refill_is_rounded_ours_never_refuses_what_theirs_lets_pass(
    rounded: tuple[World, World], steps: list[Step]
) -> None:
    """A million a day is 11,574,074.07 units a second: the bucket forgets the fraction at each use."""
    ours, theirs = rounded
    with again(ours, theirs):
        for step in steps:
            two = theirs.do(step)
            if two.selector == EXCEEDED:
                ours.do(Step.pause(step.wait))
                continue
            one = ours.do(step)
            assert one.ok == two.ok, ours.explain(one)


def test_the_fraction_that_the_bucket_forgets(rounded: tuple[World, World]) -> None:
    """S8: used up, then drawn on each second for a quarter of an hour."""
    ours, theirs = rounded
    guard, usdc = ours.contracts["guard"], ours.assets["USDC"].address
    one = Step("bob", "protocol", "withdraw(uint256,address,address)", (1, "@bob", "@bob"))
    with again(ours, theirs):
        for world in rounded:
            world.require(replace(one, arguments=(10**12, "@bob", "@bob")))
            for _ in range(900):
                world.require(one)
        exact = 900 * 10**12 // 86_400 - 900
        assert guard.call("available", usdc) == exact
        assert theirs.do(replace(one, arguments=(exact + 11_574_074, "@bob", "@bob"))).selector == EXCEEDED
        assert ours.do(replace(one, arguments=(exact + 11_574_074, "@bob", "@bob"))).ok


def _guard_topics(world: World) -> Iterator[bytes]:
    """All events of our guards; what users see of a vault is left."""
    interface = world.contracts["guard"].interface
    for name in interface.events:
        if "(" in name and name.split("(")[0] not in ("Transfer", "Approval", "Deposit", "Withdraw"):
            yield interface.event(name)[0]


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(calls(), min_size=1, max_size=20))
def test_a_vault_s_limiter_and_the_exact_model(in_hub: tuple[World, World], steps: list[Step]) -> None:
    """S1, S5, S18: what passes and what waits, as rational numbers say; and what is left, to the unit."""
    world, _ = in_hub
    assert world.policy is not None
    with again(world):
        world.do(Step.pause(2 * DAY))  # what the set-up left is gone
        asset = world.policy.assets[0]
        model = RationalLimiter(LimiterConfig.of(asset), time=world.now)
        for index, step in enumerate(steps):
            outcome = world.do(step)
            if not outcome.ok:
                continue
            now, moved = outcome.timestamp, [log for log in outcome.logs if log.address == asset.address]
            queued = [log for log in outcome.logs if log.topics[0] == QUEUED]
            if queued:
                amount = int.from_bytes(queued[0].data[:32], "big")
                assert model.pay_out(amount, now, index) is Decision.QUEUE, step
            for log in moved:
                amount = int.from_bytes(log.data, "big")
                if log.topics[1][12:].hex() == world.contracts["guard"].address[2:].lower():
                    assert model.pay_out(amount, now, index) is Decision.PASS, step
                elif log.topics[2][12:].hex() == world.contracts["guard"].address[2:].lower():
                    model.take_in(amount, now, index)
            left = world.contracts["guard"].call("available", asset.address)
            assert left == model.available(now), step
