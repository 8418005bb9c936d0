// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedLending} from "../../../contracts/examples/lending/GuardedLending.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Level, Op} from "../../../contracts/guards/Types.sol";
import {LendingFixture} from "./LendingFixture.sol";

/// @title What a guarded lending market accepts and refuses
/// forge-config: default.isolate = true
contract LendingTest is LendingFixture {
    // ---------------------------------------------------------------- each entry, accepted and refused

    function test_CollateralComesAndGoes() public {
        addCollateral(bob, 3 ether);
        vm.prank(bob);
        market.removeCollateral(1 ether);
        assertEq(weth.balanceOf(bob), 1 ether);
        assertEq(collateralOf(bob), 2 ether);
        assertEq(market.totalCollateral(), 12 ether);
    }

    function test_BorrowUpToTheLimitOfTheCollateral() public {
        addCollateral(bob, 4 ether); // 8,000 dollars; 75 % of it
        vm.startPrank(bob);
        market.borrow(6000 * USD - 1); // the debt is rounded up
        assertEq(usdc.balanceOf(bob), 6000 * USD - 1);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.Undercollateralised.selector, bob));
        market.borrow(1);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.Undercollateralised.selector, bob));
        market.removeCollateral(1);
    }

    function test_TheSmallestInterestIsRoundedUp() public {
        addCollateral(bob, 1 ether);
        vm.prank(bob);
        market.borrow(3);
        skip(1);
        assertEq(market.debtOf(bob), 4);
    }

    function test_AnyoneRepaysAndTheRestIsNotTaken() public {
        uint256 owed = market.debtOf(alice);
        skip(365 days);
        assertApproxEqAbs(market.debtOf(alice), owed + 250 * USD, 2, "5 % a year");
        owed = market.debtOf(alice);
        fundDebt(bob, 6000 * USD);
        vm.prank(bob);
        assertEq(market.repay(alice, 6000 * USD), owed);
        assertEq(market.debtOf(alice), 0);
        assertEq(usdc.balanceOf(bob), 6000 * USD - owed);
    }

    function test_LiquidationTakesTheDebtAndABonus() public {
        setPrice(600); // 10 WETH are 6,000 dollars; 80 % of it is under 5,000
        assertFalse(market.isHealthy(alice));
        uint256 owed = market.debtOf(alice);
        fundDebt(bob, 1000 * USD);
        vm.prank(bob);
        market.liquidate(alice, 1000 * USD);
        assertEq(weth.balanceOf(bob), 1.75 ether, "1,050 dollars");
        assertApproxEqAbs(market.debtOf(alice), owed - 1000 * USD, 2);
    }

    function test_LiquidationBelowTheDebtTakesAllCollateralForItsWorth() public {
        setPrice(420);
        fundDebt(bob, 6000 * USD);
        vm.prank(governance);
        rules().setLimit(address(weth), limitOf(1000, 17, 0, 1));
        skip(DAY);
        refreshPrice();
        vm.prank(bob);
        market.liquidate(alice, 6000 * USD);
        assertEq(weth.balanceOf(bob) + emergency().lockedInClaims(address(weth)), 10 ether);
        assertEq(usdc.balanceOf(bob), 2000 * USD, "4,200 dollars less the bonus");
        assertEq(collateralOf(alice), 0);
    }

    function test_RevertIf_LiquidatingWhatIsHealthy() public {
        fundDebt(bob, 1000 * USD);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.PositionHealthy.selector, alice));
        market.liquidate(alice, 1000 * USD);
    }

    function test_TheTreasuryLendsAndTakesBack() public {
        vm.prank(treasury);
        market.unlend(1000 * USD);
        assertEq(usdc.balanceOf(treasury), 1000 * USD);
        vm.startPrank(attacker);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.NotTreasury.selector, attacker));
        market.unlend(1);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.NotTreasury.selector, attacker));
        market.lend(1);
    }

    function test_EachOperationClosesAlone() public {
        uint16[7] memory operations =
            [Op.ADD_COLLATERAL, Op.REMOVE_COLLATERAL, Op.BORROW, Op.REPAY, Op.LIQUIDATE, Op.DEPOSIT, Op.WITHDRAW];
        bytes[7] memory calls = [
            abi.encodeCall(market.addCollateral, (1)),
            abi.encodeCall(market.removeCollateral, (1)),
            abi.encodeCall(market.borrow, (1)),
            abi.encodeCall(market.repay, (alice, 1)),
            abi.encodeCall(market.liquidate, (alice, 1)),
            abi.encodeCall(market.lend, (1)),
            abi.encodeCall(market.unlend, (1))
        ];
        fundCollateral(alice, 1 ether);
        fundDebt(alice, 100 * USD);
        fundDebt(treasury, 100 * USD);
        uint256 open = vm.snapshotState();
        for (uint256 closed = 0; closed < 7; ++closed) {
            pause(operations[closed], 1 hours);
            for (uint256 i = 0; i < 7; ++i) {
                vm.prank(i < 5 ? alice : treasury);
                (bool done, bytes memory returned) = address(market).call(calls[i]);
                // repaying or adding collateral closed closes liquidation too; a healthy account is refused anyway
                bool refused = !done && bytes4(returned) == GateCore.OperationClosed.selector;
                bool withDefence = operations[i] == Op.LIQUIDATE && operations[closed] & Op.DEFENCE != 0;
                assertEq(refused, i == closed || withDefence);
                assertEq(done, !refused && operations[i] != Op.LIQUIDATE);
            }
            assertTrue(vm.revertToState(open));
        }
    }

    function test_RepayAndAddCollateralStayOpenBelowFrozen() public {
        fundDebt(alice, 100 * USD);
        for (uint256 level = 1; level <= 4; ++level) {
            vm.prank(guardian);
            emergency().raiseLevel(Level(level), 1 hours, "test");
            fundCollateral(bob, 1 ether);
            if (level == 4) vm.expectPartialRevert(GateCore.OperationClosed.selector);
            vm.prank(bob);
            market.addCollateral(1 ether);
            if (level == 4) vm.expectPartialRevert(GateCore.OperationClosed.selector);
            vm.prank(alice);
            market.repay(alice, USD);
        }
        assertEq(collateralOf(bob), 3 ether);
    }

    // ---------------------------------------------------------------- locks

    function test_ALockedAccountKeepsItsCollateralAndCanStillDefendItself() public {
        lockAccount(alice, 1 hours);
        vm.startPrank(alice);
        vm.expectPartialRevert(LockCore.Locked.selector);
        market.removeCollateral(1);
        vm.expectPartialRevert(LockCore.Locked.selector);
        market.borrow(1);
        vm.stopPrank();
        fundDebt(alice, 100 * USD);
        vm.prank(alice);
        market.repay(alice, 100 * USD);
        addCollateral(alice, 1 ether);
        addCollateral(bob, 1 ether);
        vm.prank(bob);
        market.removeCollateral(1 ether);
    }

    function test_ALockedAccountCanBeLiquidated() public {
        lockAccount(alice, 1 hours);
        setPrice(600);
        fundDebt(bob, 500 * USD);
        vm.prank(bob);
        market.liquidate(alice, 500 * USD);
        assertGt(weth.balanceOf(bob), 0);
    }

    function test_YoungCollateralCarriesNoLoan() public {
        vm.prank(governance);
        emergency().setMinDepositAge(1 hours);
        addCollateral(bob, 4 ether);
        vm.startPrank(bob);
        vm.expectPartialRevert(LockCore.DepositTooYoung.selector);
        market.borrow(USD);
        vm.expectPartialRevert(LockCore.DepositTooYoung.selector);
        market.removeCollateral(1);
        skip(1 hours);
        market.borrow(USD);
        assertEq(usdc.balanceOf(bob), USD);
    }

    // ---------------------------------------------------------------- over the limit

    function test_ABorrowOverTheLimitWaitsAndOwesAtOnce() public {
        addCollateral(bob, 100 ether);
        vm.prank(bob);
        market.borrow(20_000 * USD);
        assertEq(usdc.balanceOf(bob), 0);
        assertApproxEqAbs(market.debtOf(bob), 20_000 * USD, 1);
        skip(DELAY);
        emergency().settle(1);
        assertEq(usdc.balanceOf(bob), 20_000 * USD);
    }

    function test_ABorrowGivenUpIsRepaid() public {
        addCollateral(bob, 100 ether);
        vm.startPrank(bob);
        market.borrow(20_000 * USD);
        skip(12 hours);
        emergency().withdrawClaim(1);
        assertLe(market.debtOf(bob), 2 * USD, "half a day's interest is left");
        assertGt(market.debtOf(bob), USD);
        assertEq(market.cash(), CASH);
    }

    /// @dev The claim is worth more than the debt by then; it pays out instead.
    function test_RevertIf_ABorrowIsGivenUpAfterItWasRepaidOtherwise() public {
        addCollateral(bob, 100 ether);
        vm.prank(bob);
        market.borrow(20_000 * USD);
        fundDebt(alice, 15_000 * USD);
        vm.prank(alice);
        market.repay(bob, 15_000 * USD);
        vm.prank(bob);
        vm.expectPartialRevert(GuardedLending.ClaimExceedsDebt.selector);
        emergency().withdrawClaim(1);
        skip(DELAY);
        emergency().settle(1);
        assertEq(usdc.balanceOf(bob), 20_000 * USD);
    }

    function test_AThiefsBorrowIsReturned() public {
        setPrice(200_000);
        addCollateral(attacker, 1 ether);
        vm.prank(attacker);
        market.borrow(70_000 * USD);
        setPrice(2000);
        returnClaim(1);
        assertLe(market.debtOf(attacker), 2, "what rounding left");
        assertEq(market.cash(), CASH);
        assertEq(uint256(emergency().claim(1).state), uint256(ClaimState.RETURNED));
    }

    function test_CollateralOfAClaimThatEndsIsCollateralAgain() public {
        addCollateral(bob, 20 ether);
        vm.startPrank(bob);
        market.removeCollateral(20 ether);
        assertEq(collateralOf(bob), 0);
        emergency().withdrawClaim(1);
        assertEq(collateralOf(bob), 20 ether);
        market.removeCollateral(20 ether);
        vm.stopPrank();
        returnClaim(2);
        assertEq(collateralOf(bob), 20 ether);
        assertEq(market.totalCollateral(), 30 ether);
    }

    function test_RevertIf_OverTheLimitWhereThePolicyRefuses() public {
        vm.prank(governance);
        rules().setLimit(address(usdc), refusing(limitOf(10_000, 6, 0, 1)));
        addCollateral(bob, 100 ether);
        vm.startPrank(bob);
        vm.expectPartialRevert(OutflowCore.OutflowLimitExceeded.selector);
        market.borrow(20_000 * USD);
        market.borrow(8000 * USD);
        assertEq(usdc.balanceOf(bob), 8000 * USD);
    }

    function test_GasOfEachGuardedCallIsUnderItsCeiling() public {
        fundCollateral(alice, 1 ether);
        fundDebt(alice, 100 * USD);
        fundDebt(bob, 100 * USD);
        fundDebt(treasury, 100 * USD);
        measure(alice, "addCollateral", abi.encodeCall(market.addCollateral, (1 ether)));
        measure(alice, "removeCollateral", abi.encodeCall(market.removeCollateral, (1 ether)));
        measure(alice, "borrow", abi.encodeCall(market.borrow, (100 * USD)));
        measure(alice, "repay", abi.encodeCall(market.repay, (alice, 100 * USD)));
        setPrice(600);
        measure(bob, "liquidate", abi.encodeCall(market.liquidate, (alice, 100 * USD)));
        measure(treasury, "lend", abi.encodeCall(market.lend, (100 * USD)));
        measure(treasury, "unlend", abi.encodeCall(market.unlend, (100 * USD)));
    }

    function measure(address account, string memory name, bytes memory call) private {
        vm.prank(account);
        uint256 left = gasleft();
        (bool done,) = address(market).call(call);
        uint256 used = left - gasleft();
        assertTrue(done, name);
        checkGas("lending", name, used);
    }
}
