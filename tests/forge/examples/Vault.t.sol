// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedVault} from "../../../contracts/examples/vault/GuardedVault.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Level, Op} from "../../../contracts/guards/Types.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "./VaultFixture.sol";

/// @title What a guarded vault accepts and refuses, the same embedded and on a hub (S55)
abstract contract VaultTest is VaultFixture {
    // ---------------------------------------------------------------- each entry, accepted and refused

    function test_DepositAndMintAreAccepted() public {
        fund(bob, 20 * ONE);
        vm.prank(bob);
        assertEq(vault.deposit(10 * ONE, bob), 10e24);
        vm.prank(bob);
        assertEq(vault.mint(10e24, bob), 10 * ONE);
        assertEq(vault.balanceOf(bob), 220e24);
        assertEq(vault.totalAssets(), 1020 * ONE);
    }

    function test_RevertIf_DepositIsClosed() public {
        fund(bob, 20 * ONE);
        pause(Op.DEPOSIT, 1 hours);
        assertEq(vault.maxDeposit(bob), 0);
        assertEq(vault.maxMint(bob), 0);
        vm.startPrank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        vault.deposit(ONE, bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        vault.mint(1e24, bob);
        vault.withdraw(ONE, bob, bob);
    }

    function test_WithdrawAndRedeemAreAccepted() public {
        withdraw(bob, 30 * ONE);
        vm.prank(bob);
        assertEq(vault.redeem(30e24, bob, bob), 30 * ONE);
        assertEq(token.balanceOf(bob), 60 * ONE);
        assertEq(vault.totalAssets(), 940 * ONE);
    }

    function test_RevertIf_WithdrawIsClosed() public {
        pause(Op.WITHDRAW, 1 hours);
        assertEq(vault.maxWithdraw(bob), 0);
        assertEq(vault.maxRedeem(bob), 0);
        vm.startPrank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        vault.withdraw(ONE, bob, bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        vault.redeem(1e24, bob, bob);
        skip(1 hours);
        vault.withdraw(ONE, bob, bob);
        assertEq(token.balanceOf(bob), ONE);
    }

    function test_ShareTransfersAreAcceptedAndRefused() public {
        vm.prank(bob);
        vault.transfer(alice, 1e24);
        pause(Op.TRANSFER, 1 hours);
        vm.startPrank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        vault.transfer(alice, 1e24);
        vault.withdraw(ONE, bob, bob);
        assertEq(vault.balanceOf(alice), 801e24);
    }

    function test_AnAllowanceLetsSomebodyElseWithdraw() public {
        vm.prank(bob);
        vault.approve(alice, 5e24);
        vm.prank(alice);
        vault.withdraw(5 * ONE, alice, bob);
        assertEq(token.balanceOf(alice), 5 * ONE);
        vm.prank(alice);
        vm.expectRevert();
        vault.withdraw(1, alice, bob);
    }

    // ---------------------------------------------------------------- locks

    function test_RevertIf_TheAccountIsLocked() public {
        lockAccount(bob, 1 hours);
        assertEq(vault.maxWithdraw(bob), 0);
        assertEq(vault.maxRedeem(bob), 0);
        assertEq(vault.maxWithdraw(alice), LARGE);
        vm.prank(bob);
        vault.approve(alice, type(uint256).max);
        vm.prank(alice);
        vm.expectPartialRevert(LockCore.Locked.selector);
        vault.withdraw(ONE, alice, bob);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedVault.SharesNotRemovable.selector, bob));
        vault.transfer(alice, 1);
        give(bob, ONE);
        skip(1 hours);
        withdraw(bob, ONE);
    }

    function test_AYoungDepositCannotLeaveNorMove() public {
        vm.prank(governance);
        emergency().setMinDepositAge(1 days);
        give(attacker, 10 * ONE);
        assertEq(vault.maxRedeem(attacker), 0);
        vm.startPrank(attacker);
        vm.expectPartialRevert(LockCore.DepositTooYoung.selector);
        vault.withdraw(ONE, attacker, attacker);
        vm.expectRevert(abi.encodeWithSelector(GuardedVault.SharesNotRemovable.selector, attacker));
        vault.transfer(bob, 1);
        skip(1 days);
        vault.withdraw(ONE, attacker, attacker);
        assertEq(token.balanceOf(attacker), ONE);
    }

    /// @dev A stranger could else keep an account's deposit young for ever.
    function test_DepositForSomebodyElseIsAcceptedUnlessItWouldMakeHimWait() public {
        fund(attacker, 2 * ONE);
        vm.prank(attacker);
        vault.deposit(ONE, bob);
        vm.prank(governance);
        emergency().setMinDepositAge(1 days);
        vm.prank(attacker);
        vm.expectRevert(abi.encodeWithSelector(GuardedVault.CannotDepositFor.selector, bob));
        vault.deposit(1, bob);
        withdraw(bob, ONE);
    }

    // ---------------------------------------------------------------- over the limit

    function test_OverTheLimitIsAClaimAtThePriceOfTheMoment() public {
        vm.expectEmit(address(vault));
        emit WithdrawalQueued(1, alice, bob, 300 * ONE, 300e24);
        vm.prank(alice);
        vault.withdraw(300 * ONE, bob, alice);

        Claim memory claim = emergency().claim(1);
        assertEq(claim.owner, bob);
        assertEq(claim.amount, 300 * ONE);
        assertEq(vault.balanceOf(alice), 500e24);
        assertEq(vault.totalAssets(), 700 * ONE, "the claim is not the vault's");
        assertEq(vault.convertToAssets(1e24), ONE);
        assertEq(token.balanceOf(guards == address(vault) ? address(vault) : guards), heldByGuards(300 * ONE));

        vm.expectRevert();
        emergency().settle(1);
        skip(DELAY);
        emergency().settle(1);
        assertEq(token.balanceOf(bob), 300 * ONE);
        assertEq(vault.totalAssets(), 700 * ONE);
    }

    /// @dev Embedded, the claim's assets lie beside the vault's own.
    function heldByGuards(uint256 claimed) private view returns (uint256) {
        return guards == address(vault) ? claimed + vault.totalAssets() : claimed;
    }

    function test_RevertIf_OverTheLimitWhereThePolicyRefuses() public {
        vm.prank(governance);
        rules().setLimit(address(token), refusing(limitOf(1000, 17, 5, 10)));
        vm.prank(alice);
        vm.expectPartialRevert(OutflowCore.OutflowLimitExceeded.selector);
        vault.withdraw(LARGE + 1, alice, alice);
        withdraw(alice, LARGE);
        assertEq(token.balanceOf(alice), LARGE);
    }

    function test_AClaimGivenUpIsSharesAgainAtThePriceOfThen() public {
        withdraw(alice, 300 * ONE); // claim 1
        withdraw(bob, 100 * ONE); // claim 2
        returnClaim(2);
        assertEq(vault.totalAssets(), 700 * ONE);
        uint256 price = vault.convertToAssets(1e24);
        assertGt(price, ONE, "a returned claim is the remaining holders' gain");

        vm.prank(bob);
        vm.expectRevert();
        emergency().withdrawClaim(1);
        vm.prank(alice);
        emergency().withdrawClaim(1);
        assertApproxEqAbs(vault.convertToAssets(vault.balanceOf(alice) - 500e24), 300 * ONE, 1);
        assertApproxEqAbs(vault.convertToAssets(1e24), price, 1, "nobody else gains or loses");
        assertEq(vault.totalAssets(), 1000 * ONE);
        vm.expectRevert();
        emergency().settle(1);
    }

    /// @dev S16: the share price jumps between request and settlement.
    function test_AClaimPaysWhatWasAskedWhateverThePriceDoes() public {
        withdraw(alice, 300 * ONE);
        withdraw(bob, 150 * ONE);
        returnClaim(2);
        skip(DELAY);
        emergency().settle(1);
        assertEq(token.balanceOf(alice), 300 * ONE);
        assertEq(uint256(emergency().claim(2).state), uint256(ClaimState.RETURNED));
        assertEq(token.balanceOf(address(vault)), vault.totalAssets());
    }

    /// @dev S22, S24: held, returned, released and paid; the sum is conserved.
    function test_EachClaimHasItsOwnFate() public {
        withdraw(alice, 300 * ONE);
        withdraw(bob, 150 * ONE);
        withdraw(alice, 100 * ONE);
        uint256[] memory ids = new uint256[](2);
        (ids[0], ids[1]) = (1, 2);
        vm.prank(guardian);
        emergency().hold(ids, block.timestamp + 7 days, "suspect");
        skip(DELAY);
        emergency().settle(3);
        vm.expectRevert();
        emergency().settle(1);
        vm.prank(attacker);
        vm.expectRevert();
        emergency().release(ids, "no");
        vm.startPrank(governance);
        emergency().cancel(one(1), "stolen");
        emergency().release(one(2), "honest");
        vm.stopPrank();
        emergency().settle(2);
        assertEq(token.balanceOf(alice), 100 * ONE);
        assertEq(token.balanceOf(bob), 150 * ONE);
        assertEq(vault.totalAssets(), 750 * ONE);
        assertEq(emergency().lockedInClaims(address(token)), 0);
        assertEq(token.balanceOf(address(vault)), 750 * ONE);
    }

    function one(uint256 id) private pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }

    /// @dev S18: the whale waits alone, and splitting gives it no more than the limit.
    function test_AWhaleWaitsAloneAndSmallUsersLeaveAtOnce() public {
        withdraw(alice, 300 * ONE);
        withdraw(alice, LARGE);
        assertEq(token.balanceOf(alice), LARGE, "what fits is paid");
        for (uint256 i = 0; i < 10; ++i) {
            withdraw(bob, ONE);
        }
        assertEq(token.balanceOf(bob), 10 * ONE, "small withdrawals use the reserve");
    }

    function test_SplittingDoesNotHelpTheWhale() public {
        for (uint256 i = 0; i < 120; ++i) {
            withdraw(alice, ONE);
        }
        assertEq(token.balanceOf(alice), LIMIT);
        assertEq(lastClaim(), 20);
    }

    // ---------------------------------------------------------------- what max* say

    function test_MaxTellsWhatLeavesAtOnce() public {
        assertEq(vault.maxWithdraw(alice), LARGE);
        assertEq(vault.maxRedeem(alice), 80e24);
        assertEq(vault.maxWithdraw(attacker), 0);
        withdraw(alice, LARGE);
        assertEq(vault.maxWithdraw(alice), 0);
        assertEq(vault.maxRedeem(alice), 0);
        skip(DAY / 4);
        assertEq(vault.maxWithdraw(alice), LIMIT / 4);
        assertEq(vault.maxDeposit(alice), type(uint256).max);
    }

    /// @dev A share that is worth nothing is not redeemable either while redeeming is closed.
    function test_MaxRedeemOfDustIsZeroWhileClosed() public {
        vm.prank(bob);
        vault.transfer(attacker, 1);
        pause(Op.WITHDRAW, 1 hours);
        assertEq(vault.maxRedeem(attacker), 0);
    }

    /// @dev S16: whatever the state, `max*` answer, and what they name is paid at once.
    function testFuzz_MaxIsPaidAtOnce(uint256 used, uint256 wait, uint256 level, uint256 returned, bool redeems)
        public
    {
        withdraw(bob, bound(returned, LARGE + 1, 150 * ONE));
        returnClaim(1);
        withdraw(alice, bound(used, 1, LARGE));
        skip(bound(wait, 0, DAY));
        level = bound(level, 0, 4);
        if (level != 0) {
            vm.prank(guardian);
            emergency().raiseLevel(Level(level), 1 hours, "test");
        }
        uint256 assets = vault.maxWithdraw(alice);
        uint256 shares = vault.maxRedeem(alice);
        assertLe(vault.convertToAssets(shares), assets);
        if (level > 1) assertEq(assets, 0);
        if (assets == 0 || shares == 0) return;
        uint256 before = token.balanceOf(alice);
        uint256 claims = lastClaim();
        vm.prank(alice);
        if (redeems) vault.redeem(shares, alice, alice);
        else vault.withdraw(assets, alice, alice);
        assertEq(lastClaim(), claims, "queued");
        assertGt(token.balanceOf(alice), before);
    }

    /// @dev Rounding never favours who leaves.
    function testFuzz_ComingAndGoingNeverGains(uint256 amount, uint256 returned) public {
        withdraw(bob, bound(returned, LARGE + 1, 150 * ONE));
        returnClaim(1);
        amount = bound(amount, 1, 70 * ONE);
        give(attacker, amount);
        uint256 shares = vault.balanceOf(attacker);
        assertLe(vault.previewRedeem(shares), amount);
        if (vault.previewRedeem(shares) == 0) return;
        vm.startPrank(attacker);
        vault.redeem(shares, attacker, attacker);
        assertLe(token.balanceOf(attacker), amount);
    }

    function test_GasOfEachGuardedCallIsUnderItsCeiling() public {
        fund(bob, 20 * ONE);
        string memory mode = guards == address(vault) ? "vault" : "hub_vault";
        vm.startPrank(bob);
        uint256 left = gasleft();
        vault.deposit(ONE, bob);
        checkGas(mode, "deposit", left - gasleft());
        left = gasleft();
        vault.mint(1e24, bob);
        checkGas(mode, "mint", left - gasleft());
        left = gasleft();
        vault.withdraw(ONE, bob, bob);
        checkGas(mode, "withdraw", left - gasleft());
        left = gasleft();
        vault.redeem(1e24, bob, bob);
        checkGas(mode, "redeem", left - gasleft());
        left = gasleft();
        vault.withdraw(100 * ONE, bob, bob);
        checkGas(mode, "withdraw_queued", left - gasleft());
        left = gasleft();
        vault.transfer(alice, 1e24);
        checkGas(mode, "transfer", left - gasleft());
    }
}

/// forge-config: default.isolate = true
contract EmbeddedVaultTest is VaultTest, EmbeddedVault {
    function test_TheVaultIsTenPerCentUnderTheSizeLimit() public {
        uint256 size = address(vault).code.length;
        emit log_named_uint("GuardedVault, bytes of 22118", size);
        assertLe(size, 22_118);
    }
}

/// forge-config: default.isolate = true
contract HubVaultTest is VaultTest, HubbedVault {}
