"""A guarded vault that lends to the real Aave market: S16, S18 and a market without liquidity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from guardrails.chain import Address, Contract, Reverted
from guardrails.deploy import Guarded
from guardrails.drill.upstream.build import Upstream

USDC = 10**6
DAY = 86_400
WITHDRAW = 1 << 1
DEPOSITED = 3_000_000 * USDC
LARGE = 800_000 * USDC
"""What large withdrawals may use of the limit of 1,000,000 USDC: all but the reserve."""

ROUNDING = 2
"""Aave rounds its scaled balances to the nearest: smallest units that a round trip may lose."""


@dataclass(frozen=True)
class Scene:
    """The vault with the user's deposit in Aave, a day ago."""

    protocols: Upstream
    guarded: Guarded
    user: Address
    guardian: Address

    @property
    def vault(self) -> Contract:
        return self.guarded.guard

    def wait(self, seconds: int) -> None:
        chain = self.protocols.chain
        chain.warp(chain.block().timestamp + seconds)
        chain.mine()

    def usdc(self, account: Address) -> int:
        return int(self.protocols.usdc.call("balanceOf", account))

    def deposit(self, account: Address, amount: int) -> None:
        self.protocols.fund("USDC", account, amount)
        self.protocols.usdc.send("approve", self.vault.address, amount, sender=account)
        self.vault.send("deposit", amount, account, sender=account)

    def withdraw(self, account: Address, amount: int) -> list[int]:
        """Returns the ids of the claims that it made."""
        receipt = self.vault.send("withdraw", amount, account, account, sender=account)
        return [event["claimId"] for event in self.vault.decode_logs(receipt, "WithdrawalQueued")]

    @property
    def invested(self) -> int:
        return int(
            self.protocols.aave.a_token(self.protocols.usdc.address).call("balanceOf", self.vault.address)
        )


@pytest.fixture
def scene(protocols: Upstream, deployed: Callable[..., Guarded], user: Address, guardian: Address) -> Scene:
    pool = protocols.aave.pool.address
    a_token = protocols.aave.a_token(protocols.usdc.address).address
    guarded = deployed(
        "vault",
        {
            "artifact: GuardedVault": "artifact: AaveVault",
            "symbol: gUSDC": f'symbol: gUSDC, pool: "{pool}", aToken: "{a_token}"',
        },
    )
    scene = Scene(protocols, guarded, user, guardian)
    scene.deposit(user, DEPOSITED)
    scene.wait(2 * DAY)
    return scene


def test_a_deposit_goes_to_aave_and_comes_back(scene: Scene) -> None:
    assert scene.usdc(scene.vault.address) == 0
    assert scene.invested >= DEPOSITED - ROUNDING

    assert scene.withdraw(scene.user, LARGE) == []

    assert scene.usdc(scene.user) == LARGE
    assert scene.invested >= DEPOSITED - LARGE - ROUNDING
    assert scene.vault.call("totalAssets") == pytest.approx(scene.invested, abs=ROUNDING)


def test_interest_of_the_market_belongs_to_the_holders_and_a_donation_does_not(
    scene: Scene, provider: Address
) -> None:
    protocols, vault = scene.protocols, scene.vault
    protocols.fund("WETH", provider, 100 * 10**18)
    protocols.aave.supply(protocols.weth.address, 100 * 10**18, sender=provider)
    protocols.aave.borrow(protocols.usdc.address, 50_000 * USDC, sender=provider)
    before = vault.call("totalAssets")
    scene.wait(30 * DAY)
    earned = vault.call("totalAssets")
    assert earned > before

    protocols.fund("USDC", provider, 10_000 * USDC)
    protocols.usdc.send("transfer", vault.address, 5_000 * USDC, sender=provider)
    protocols.aave.supply(protocols.usdc.address, 5_000 * USDC, sender=provider)
    protocols.aave.a_token(protocols.usdc.address).send(
        "transfer", vault.address, 5_000 * USDC, sender=provider
    )
    assert vault.call("totalAssets") == pytest.approx(earned, abs=10 * USDC)


def test_over_the_limit_the_assets_leave_aave_and_wait_as_a_claim(scene: Scene) -> None:
    vault, wanted = scene.vault, 2 * 10**6 * USDC
    shares = vault.call("balanceOf", scene.user)

    [claim] = scene.withdraw(scene.user, wanted)

    assert scene.usdc(scene.user) == 0
    assert scene.usdc(vault.address) == vault.call("lockedInClaims", scene.protocols.usdc.address) == wanted
    assert vault.call("balanceOf", scene.user) < shares
    assert vault.call("totalAssets") == pytest.approx(DEPOSITED - wanted, abs=100 * USDC)
    with pytest.raises(Reverted, match="ClaimNotReady"):
        vault.send("settle", claim, sender=scene.user)
    scene.wait(DAY)
    vault.send("settle", claim, sender=scene.user)
    assert scene.usdc(scene.user) == wanted


def test_a_claim_given_up_is_shares_again_and_serves_the_next_withdrawal(scene: Scene) -> None:
    vault, wanted = scene.vault, 2 * 10**6 * USDC
    value = vault.call("convertToAssets", vault.call("balanceOf", scene.user))
    [claim] = scene.withdraw(scene.user, wanted)

    vault.send("withdrawClaim", claim, sender=scene.user)

    after = vault.call("convertToAssets", vault.call("balanceOf", scene.user))
    assert value - 100 <= after <= value + 100 * USDC
    assert scene.usdc(vault.address) == wanted, "idle, until the next deposit puts it to work"
    invested = scene.invested
    assert scene.withdraw(scene.user, LARGE) == []
    assert scene.invested >= invested, "what lay idle is used first"


def test_a_pause_stops_withdrawals_for_its_time(scene: Scene) -> None:
    vault = scene.vault
    vault.send("pause", WITHDRAW, 3_600, "odd withdrawals", sender=scene.guardian)

    assert vault.call("maxWithdraw", scene.user) == vault.call("maxRedeem", scene.user) == 0
    with pytest.raises(Reverted, match="OperationClosed"):
        scene.withdraw(scene.user, USDC)
    scene.deposit(scene.user, USDC)
    scene.wait(3_600)
    assert scene.withdraw(scene.user, USDC) == []


@pytest.mark.own_chain
def test_when_the_markets_liquidity_is_lent_out_max_withdraw_says_so(scene: Scene, provider: Address) -> None:
    """Somebody borrows all but 1,000 USDC of the market."""
    protocols, vault, aave = scene.protocols, scene.vault, scene.protocols.aave
    a_token = aave.a_token(protocols.usdc.address)
    left = 1_000 * USDC
    collateral = 12_000 * 10**18
    protocols.fund("WETH", provider, collateral)
    aave.supply(protocols.weth.address, collateral, sender=provider)
    aave.borrow(protocols.usdc.address, scene.usdc(a_token.address) - left, sender=provider)

    assert vault.call("maxWithdraw", scene.user) == left
    assert vault.call("maxRedeem", scene.user) > 0
    assert vault.call("totalAssets") >= DEPOSITED - ROUNDING, "nothing is lost"
    with pytest.raises(Reverted):
        scene.withdraw(scene.user, left + USDC)
    assert scene.withdraw(scene.user, left) == []
    assert vault.call("maxWithdraw", scene.user) == 0

    protocols.fund("USDC", provider, 2 * LARGE)
    aave.repay(protocols.usdc.address, 2 * LARGE, sender=provider)
    assert vault.call("maxWithdraw", scene.user) >= LARGE - left
    assert scene.withdraw(scene.user, LARGE - left) == []


@pytest.mark.own_chain
def test_when_the_market_is_paused_max_withdraw_is_zero_and_never_reverts(scene: Scene) -> None:
    protocols, vault = scene.protocols, scene.vault
    protocols.aave.configurator.send(
        "setReservePause", protocols.usdc.address, True, sender=protocols.deployer
    )
    assert vault.call("maxWithdraw", scene.user) == vault.call("maxRedeem", scene.user) == 0
    with pytest.raises(Reverted):
        scene.withdraw(scene.user, USDC)
