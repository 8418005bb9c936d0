// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedVault} from "../../../contracts/examples/vault/GuardedVault.sol";
import {GovernanceControls} from "../../../contracts/controls/GovernanceControls.sol";
import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CallbackToken, FeeToken, Reentrant, Token} from "./Tokens.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "./VaultFixture.sol";

/// @notice Deposits, moves the base if it can, and withdraws, in one transaction.
contract OneTransaction {
    function run(IERC4626 vault, GovernanceControls rules, uint256 deposit, uint256 withdrawal) external {
        IERC20(vault.asset()).approve(address(vault), deposit);
        if (deposit != 0) vault.deposit(deposit, address(this));
        try rules.syncBase(vault.asset()) {} catch {}
        vault.withdraw(withdrawal, address(this), address(this));
    }
}

/// @title Attacks on a guarded vault, the same embedded and on a hub
abstract contract VaultAttackTest is VaultFixture {
    uint256 private constant GROWTH_BPS = 1000;

    /// @dev The limit follows 10 % of the base, which moves by 10 % in 24 hours. No credit, so that only S3 counts.
    function followTheBase() private {
        vm.startPrank(governance);
        rules().setLimit(address(token), limitOf(1000, 17, 0, 10));
        rules().setRelativeLimit(address(token), 1000, uint16(GROWTH_BPS), uint128(1000 * ONE));
        vm.stopPrank();
        skip(DAY);
    }

    /// @dev S3 in one transaction: nine times the assets come in first. The attacker's own deposit goes out again;
    /// beyond that he gets what the limit lets out: the base does not follow what came in by the same transaction.
    function test_CapInflationInOneTransaction() public {
        followTheBase();
        OneTransaction thief = new OneTransaction();
        vm.prank(alice);
        vault.transfer(address(thief), 800e24);
        token.mint(address(thief), 9000 * ONE);

        thief.run(vault, rules(), 9000 * ONE, 9000 * ONE + 200 * ONE);
        assertEq(token.balanceOf(address(thief)), 0, "over the limit: a claim");
        (,,, uint256 base) = rules().relativeLimit(address(token));
        assertEq(base, 1000 * ONE);

        rules().syncBase(address(token));
        (,,, base) = rules().relativeLimit(address(token));
        assertEq(base, 900 * ONE, "a step down: a claim is no asset");
        uint256 most = vault.maxWithdraw(address(thief));
        assertLe(most, LARGE);
        thief.run(vault, rules(), 0, most);
        assertEq(token.balanceOf(address(thief)), most);
        thief.run(vault, rules(), 0, LARGE);
        assertEq(token.balanceOf(address(thief)), most);
    }

    /// @dev S3 over two blocks: the deposit is a block old when the limit is used.
    function test_CapInflationOneBlockEarlier() public {
        followTheBase();
        give(alice, 9000 * ONE);
        vm.roll(block.number + 1);
        skip(12);
        rules().syncBase(address(token));
        assertLe(vault.maxWithdraw(alice), 88 * ONE);
        uint256 before = token.balanceOf(alice);
        withdraw(alice, 500 * ONE);
        assertEq(token.balanceOf(alice), before, "a claim");
        withdraw(alice, vault.maxWithdraw(alice));
        assertLe(token.balanceOf(alice) - before, 88 * ONE);
        vm.expectRevert();
        rules().syncBase(address(token));
    }

    /// @dev S1 at the vault: a round trip in one transaction leaves others their budget.
    function test_ARoundTripInOneTransactionUsesNothing() public {
        OneTransaction trader = new OneTransaction();
        token.mint(address(trader), 900 * ONE);
        trader.run(vault, rules(), 900 * ONE, 900 * ONE);
        assertEq(token.balanceOf(address(trader)), 900 * ONE);
        assertEq(vault.maxWithdraw(alice), LARGE);
    }

    /// @dev S4
    function test_ADonationCountsNothing() public {
        uint256 price = vault.convertToAssets(1e24);
        token.mint(address(vault), 5000 * ONE);
        assertEq(vault.totalAssets(), 1000 * ONE);
        assertEq(vault.convertToAssets(1e24), price);
        assertEq(vault.maxWithdraw(alice), LARGE);
        followTheBase();
        rules().syncBase(address(token));
        (,,, uint256 base) = rules().relativeLimit(address(token));
        assertEq(base, 1000 * ONE);
    }

    /// @dev The first depositor donates to make the second one's shares round to nothing.
    function test_TheFirstDepositorCannotTakeTheSecondOnes() public {
        useToken(new Token(18));
        configureAndSeal();
        give(attacker, 1);
        token.mint(address(vault), 100 * ONE);
        give(bob, 50 * ONE);
        assertGe(vault.previewRedeem(vault.balanceOf(bob)), 50 * ONE - 1);
        assertLe(vault.previewRedeem(vault.balanceOf(attacker)), 1);
    }

    /// @dev S14: a token that takes a fee is refused, in whole.
    function test_RevertIf_TheTokenTakesAFee() public {
        useToken(new FeeToken());
        configureAndSeal();
        fund(bob, 10 * ONE);
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedVault.NotWholeAmount.selector, ONE, ONE * 99 / 100));
        vault.deposit(ONE, bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedVault.NotWholeAmount.selector, ONE, ONE * 99 / 100));
        vault.mint(1e24, bob);
        assertEq(vault.totalSupply(), 0);
    }

    // ---------------------------------------------------------------- re-entry, S14

    /// @return thief holds shares worth 300 and a claim of 150, and is called back by the token
    function reentrantHolder() private returns (Reentrant thief) {
        CallbackToken calling = new CallbackToken();
        useToken(calling);
        configureAndSeal();
        give(alice, 1000 * ONE);
        thief = new Reentrant(calling);
        token.mint(address(thief), 500 * ONE);
        thief.act(address(token), abi.encodeCall(IERC20.approve, (address(vault), type(uint256).max)));
        thief.act(address(vault), abi.encodeCall(IERC4626.deposit, (450 * ONE, address(thief))));
        skip(2 * DAY);
        thief.act(address(vault), abi.encodeCall(IERC4626.withdraw, (150 * ONE, address(thief), address(thief))));
        assertEq(lastClaim(), 1);
    }

    function assertRefusedInside(Reentrant thief) private view {
        assertTrue(thief.entered());
        assertEq(
            thief.refusal(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function test_DepositInsideADepositIsRefused() public {
        Reentrant thief = reentrantHolder();
        thief.prepare(address(vault), abi.encodeCall(IERC4626.deposit, (10 * ONE, address(thief))));
        thief.act(address(vault), abi.encodeCall(IERC4626.deposit, (10 * ONE, address(thief))));
        assertRefusedInside(thief);
        assertEq(vault.totalAssets(), 1310 * ONE);
    }

    function test_WithdrawInsideAWithdrawIsRefused() public {
        Reentrant thief = reentrantHolder();
        bytes memory call = abi.encodeCall(IERC4626.withdraw, (10 * ONE, address(thief), address(thief)));
        thief.prepare(address(vault), call);
        thief.act(address(vault), call);
        assertRefusedInside(thief);
        assertEq(token.balanceOf(address(thief)), 60 * ONE);
    }

    /// @dev On a hub the claim's assets come back to the vault in the middle of a deposit: they would be counted as
    /// deposited once more.
    function test_GivingUpAClaimInsideADepositIsRefused() public {
        Reentrant thief = reentrantHolder();
        thief.prepare(guards, abi.encodeCall(ISettlement.withdrawClaim, (1)));
        thief.act(address(vault), abi.encodeCall(IERC4626.deposit, (10 * ONE, address(thief))));
        assertRefusedInside(thief);
        assertEq(vault.previewRedeem(vault.balanceOf(address(thief))), 310 * ONE);
        thief.act(guards, abi.encodeCall(ISettlement.withdrawClaim, (1)));
        assertEq(vault.previewRedeem(vault.balanceOf(address(thief))), 460 * ONE);
    }

    /// @dev A claim that is settled in the middle of a deposit makes the deposit come up short, never long.
    function test_SettlingInsideADepositGainsNothing() public {
        Reentrant thief = reentrantHolder();
        skip(DELAY);
        thief.prepare(guards, abi.encodeCall(ISettlement.settle, (1)));
        try thief.act(address(vault), abi.encodeCall(IERC4626.deposit, (10 * ONE, address(thief)))) {} catch {}
        uint256 all = token.balanceOf(address(thief)) + vault.previewRedeem(vault.balanceOf(address(thief)));
        assertLe(all + emergency().lockedInClaims(address(token)), 500 * ONE);
        assertGe(token.balanceOf(address(vault)), vault.totalAssets());
    }
}

/// forge-config: default.isolate = true
contract EmbeddedVaultAttackTest is VaultAttackTest, EmbeddedVault {}

/// forge-config: default.isolate = true
contract HubVaultAttackTest is VaultAttackTest, HubbedVault {}
