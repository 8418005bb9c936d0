"""Governance by a real 2-of-3 Safe: it announces, waits, executes and withdraws what loosens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from guardrails.chain import Address, Contract, Reverted
from guardrails.deploy import Guarded
from guardrails.drill.upstream.build import Upstream
from guardrails.drill.upstream.safe import Safe

HOUR = 3_600
DAY = 24 * HOUR
DELAY = 2 * DAY
EXPIRY = 14 * DAY
WITHDRAW, DEPOSIT = 1 << 1, 1 << 0
SIGNATURES_MISSING = "GS020"


@dataclass(frozen=True)
class Council:
    """A guarded vault whose governance is the Safe."""

    protocols: Upstream
    guard: Contract
    guardian: Address
    user: Address

    @property
    def safe(self) -> Safe:
        return self.protocols.safe

    def wait(self, seconds: int) -> None:
        chain = self.protocols.chain
        chain.warp(chain.block().timestamp + seconds)
        chain.mine()

    def does(self, function: str, *arguments: object) -> None:
        """Two owners sign, and the Safe calls the guard."""
        self.safe.execute(self.guard.address, self.guard.encode(function, *arguments))

    def announces(self, call: bytes) -> bytes:
        announcement: bytes = self.guard.call("schedule", call, sender=self.safe.address)
        self.does("schedule", call)
        return announcement


@pytest.fixture
def council(
    protocols: Upstream, deployed: Callable[..., Guarded], guardian: Address, user: Address
) -> Council:
    return Council(protocols, deployed("vault", {}).guard, guardian, user)


@pytest.fixture
def higher_limit(council: Council) -> bytes:
    """The call that gives USDC's limit one digit more."""
    usdc = council.protocols.usdc.address
    exponent = 1 << 171
    word = council.guard.call("outflowWord", usdc) & ~((1 << 151) - 1) & ~(((1 << 40) - 1) << 192)
    return council.guard.encode("setLimit", usdc, word + exponent)


def limit(council: Council) -> int:
    """In USDC's smallest unit."""
    word = council.guard.call("outflowWord", council.protocols.usdc.address)
    return int((word >> 151 & 0xFFFFF) * 10 ** (word >> 171 & 31))


def test_the_safe_announces_waits_and_anyone_executes(council: Council, higher_limit: bytes) -> None:
    before = limit(council)
    announcement = council.announces(higher_limit)

    with pytest.raises(Reverted, match="NotYetExecutable"):
        council.guard.send("execute", higher_limit, sender=council.user)
    council.wait(DELAY)
    council.guard.send("execute", higher_limit, sender=council.user)

    assert limit(council) == 10 * before
    assert council.guard.call("overrideOf", announcement) == (0, 0)
    with pytest.raises(Reverted, match="NotScheduled"):
        council.guard.send("execute", higher_limit, sender=council.user)


def test_a_loosening_that_was_not_announced_is_refused(council: Council, higher_limit: bytes) -> None:
    before = limit(council)
    with pytest.raises(Reverted):
        council.safe.execute(council.guard.address, higher_limit)
    with pytest.raises(Reverted) as refusal:
        council.protocols.chain.call(council.guard.address, higher_limit, sender=council.safe.address)
    assert "MustBeScheduled" in str(council.guard.decode_error(refusal.value.data))
    assert limit(council) == before


def test_one_of_three_can_neither_announce_nor_tighten(council: Council, higher_limit: bytes) -> None:
    for call in (
        council.guard.encode("schedule", higher_limit),
        council.guard.encode("pause", WITHDRAW, HOUR, "alone"),
    ):
        with pytest.raises(Reverted, match=SIGNATURES_MISSING):
            council.safe.execute(council.guard.address, call, signers=council.safe.owners[:1])
    with pytest.raises(Reverted, match="Unauthorised"):
        council.guard.send("schedule", higher_limit, sender=council.safe.sender)
    assert council.guard.call("isOpen", WITHDRAW)


@pytest.mark.parametrize("by", ["safe", "guardian"])
def test_an_announcement_is_withdrawn(council: Council, higher_limit: bytes, by: str) -> None:
    before = limit(council)
    announcement = council.announces(higher_limit)
    council.wait(HOUR)

    if by == "safe":
        council.does("veto", announcement)
    else:
        council.guard.send("veto", announcement, sender=council.guardian)

    council.wait(DELAY)
    with pytest.raises(Reverted, match="NotScheduled"):
        council.guard.send("execute", higher_limit, sender=council.user)
    assert limit(council) == before


def test_a_stranger_withdraws_nothing(council: Council, higher_limit: bytes) -> None:
    announcement = council.announces(higher_limit)
    with pytest.raises(Reverted, match="Unauthorised"):
        council.guard.send("veto", announcement, sender=council.user)


def test_an_announcement_expires(council: Council, higher_limit: bytes) -> None:
    council.announces(higher_limit)
    council.wait(DELAY + EXPIRY)
    with pytest.raises(Reverted, match="Expired"):
        council.guard.send("execute", higher_limit, sender=council.user)


def test_the_safe_tightens_at_once(council: Council) -> None:
    usdc = council.protocols.usdc.address
    before = limit(council)
    word = council.guard.call("outflowWord", usdc) & ~((1 << 151) - 1) & ~(((1 << 40) - 1) << 192)

    council.does("setLimit", usdc, word - (1 << 171))
    council.does("pause", DEPOSIT, HOUR, "maintenance")

    assert limit(council) == before // 10
    assert not council.guard.call("isOpen", DEPOSIT)


def test_the_safe_ends_a_pause_of_the_guardian(council: Council) -> None:
    """The policy gives `unpause` no delay: a false alarm should not last."""
    council.guard.send("pause", WITHDRAW, DAY, "alarm", sender=council.guardian)
    assert not council.guard.call("isOpen", WITHDRAW)
    with pytest.raises(Reverted, match="Unauthorised"):
        council.guard.send("unpause", WITHDRAW, "mine", sender=council.guardian)

    council.does("unpause", WITHDRAW, "false alarm")

    assert council.guard.call("isOpen", WITHDRAW)


def test_the_safe_returns_a_thiefs_claim_and_lets_the_honest_one_go(
    council: Council, provider: Address
) -> None:
    """S22 with real signatures: held by the guardian, cancelled by an announced call, the other released."""
    guard, usdc = council.guard, council.protocols.usdc
    thief, honest, amount = provider, council.user, 2_000_000 * 10**6
    for account in (thief, honest):
        council.protocols.fund("USDC", account, amount)
        usdc.send("approve", guard.address, amount, sender=account)
        guard.send("deposit", amount, account, sender=account)
    council.wait(DAY)
    for account in (thief, honest):
        guard.send("withdraw", amount, account, account, sender=account)
    guard.send(
        "hold", [1, 2], council.protocols.chain.block().timestamp + 7 * DAY, "both", sender=council.guardian
    )

    cancel = guard.encode("cancel", [1], "stolen")
    release = guard.encode("release", [2], "honest")
    council.announces(cancel)
    council.announces(release)
    council.wait(DELAY)
    guard.send("execute", cancel, sender=council.user)
    guard.send("execute", release, sender=council.user)
    guard.send("settle", 2, sender=council.user)

    assert usdc.call("balanceOf", honest) == amount
    assert usdc.call("balanceOf", thief) == 0
    assert guard.call("totalAssets") == usdc.call("balanceOf", guard.address) == amount
    with pytest.raises(Reverted, match="ClaimNotWaiting"):
        guard.send("settle", 1, sender=thief)


def test_the_deployer_has_no_power_left(council: Council, higher_limit: bytes) -> None:
    """`apply` ends with `seal(safe)`."""
    deployer = council.protocols.deployer
    assert council.guard.call("governance") == council.safe.address
    for function, arguments in (
        ("seal", (deployer,)),
        ("schedule", (higher_limit,)),
        ("pause", (1, 60, "x")),
    ):
        with pytest.raises(Reverted):
            council.guard.send(function, *arguments, sender=deployer)
