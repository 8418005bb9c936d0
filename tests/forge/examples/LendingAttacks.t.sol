// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedLending} from "../../../contracts/examples/lending/GuardedLending.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {LendingFixture} from "./LendingFixture.sol";
import {CallbackToken, FeeToken, Reentrant} from "./Tokens.sol";

/// @title Attacks on a guarded lending market, and what goes on while it is paused
/// forge-config: default.isolate = true
contract LendingAttackTest is LendingFixture {
    uint256 private constant GRACE = 2 hours;
    uint16 private constant STOP = Op.BORROW | Op.REMOVE_COLLATERAL | Op.LIQUIDATE;

    // ---------------------------------------------------------------- prices

    /// @dev A feed that is stale, negative, zero or of the future closes what depends on it, and nothing else.
    function test_AnUnusablePriceClosesOnlyWhatNeedsIt() public {
        addCollateral(bob, 1 ether);
        fundDebt(alice, 100 * USD);
        fundDebt(bob, 100 * USD);
        uint256 time = block.timestamp;
        int256[4] memory answers = [int256(2000e8), 0, -1, 2000e8];
        uint256[4] memory times = [time - MAX_PRICE_AGE - 1, time, time, time + 1];
        for (uint256 i = 0; i < 4; ++i) {
            feed.set(answers[i], times[i]);
            vm.startPrank(alice);
            vm.expectPartialRevert(OracleCore.PriceUnusable.selector);
            market.borrow(1);
            vm.expectPartialRevert(OracleCore.PriceUnusable.selector);
            market.removeCollateral(1);
            market.repay(alice, 1);
            vm.stopPrank();
            vm.startPrank(bob);
            vm.expectPartialRevert(OracleCore.PriceUnusable.selector);
            market.liquidate(alice, 1);
            market.removeCollateral(0.1 ether); // no debt, no price needed
            vm.stopPrank();
        }
        feed.set(2000e8, time - MAX_PRICE_AGE);
        vm.prank(alice);
        market.borrow(1);
    }

    /// @dev A wrong price lets a thief borrow against dust; what leaves at once stays under the limit.
    function test_AWrongPriceCostsAtMostTheLimit() public {
        setPrice(2_000_000);
        addCollateral(attacker, 1 ether);
        for (uint256 i = 0; i < 12; ++i) {
            vm.prank(attacker);
            market.borrow(5000 * USD);
        }
        assertLe(usdc.balanceOf(attacker), 8000 * USD, "80 % of the limit, for large withdrawals");
        assertGe(emergency().lockedInClaims(address(usdc)), 50_000 * USD);
    }

    /// @dev Liquidation at a wrong price is an exit too.
    function test_SeizedCollateralIsMetered() public {
        setPrice(1);
        fundDebt(attacker, 1000 * USD);
        vm.prank(attacker);
        market.liquidate(alice, 1000 * USD);
        assertEq(weth.balanceOf(attacker), 0);
        assertEq(emergency().lockedInClaims(address(weth)), 10 ether);
        returnClaim(1);
        assertEq(collateralOf(attacker), 10 ether, "still here, as a position that can be locked");
    }

    // ---------------------------------------------------------------- S34, S35: pauses

    /// @dev S34: when repaying is closed so is liquidation, and it opens only after the grace.
    function test_LiquidationWaitsForTheGraceAfterRepayWasClosed() public {
        setPrice(600);
        pause(Op.REPAY, 1 hours);
        fundDebt(bob, 500 * USD);
        skip(1 hours);
        refreshPrice();
        vm.prank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        market.liquidate(alice, 500 * USD);
        skip(GRACE - 1);
        refreshPrice();
        vm.prank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        market.liquidate(alice, 500 * USD);
        skip(1);
        vm.prank(bob);
        market.liquidate(alice, 500 * USD);
        assertGt(weth.balanceOf(bob), 0);
    }

    /// @dev S34: governance opens everything; a liquidator in the same block still waits for the grace.
    function test_UnpauseAndLiquidationInOneBlock() public {
        setPrice(600);
        pause(Op.ALL, 10 hours);
        fundDebt(bob, 500 * USD);
        vm.prank(governance);
        emergency().unpause(Op.ALL, "over");
        vm.prank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        market.liquidate(alice, 500 * USD);
    }

    /// @dev S35: the price falls by 70 % and interest goes on while borrowing and liquidation are closed. At the
    /// resume the old price serves nobody, and the borrower has the grace to repay before any liquidator.
    function test_PriceAndInterestDriftInAPauseLeavesNothingToExploit() public {
        addCollateral(attacker, 4 ether);
        pause(STOP, 1 days);
        uint256 before = market.debtOf(alice);
        skip(1 days);
        assertGt(market.debtOf(alice), before, "interest goes on");

        vm.prank(attacker);
        vm.expectPartialRevert(OracleCore.PriceUnusable.selector);
        market.borrow(6000 * USD);
        setPrice(600);
        vm.startPrank(attacker);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.Undercollateralised.selector, attacker));
        market.borrow(6000 * USD);
        vm.stopPrank();

        fundDebt(bob, 6000 * USD);
        vm.prank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        market.liquidate(alice, 6000 * USD);
        fundDebt(alice, 2000 * USD);
        vm.prank(alice);
        market.repay(alice, 2000 * USD);
        skip(GRACE);
        refreshPrice();
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.PositionHealthy.selector, alice));
        market.liquidate(alice, 6000 * USD);
    }

    // ---------------------------------------------------------------- tokens

    /// @dev S4, S14
    function test_ADonationCountsNothingAndAFeeIsRefused() public {
        weth.mint(address(market), 50 ether);
        usdc.mint(address(market), 50_000 * USD);
        assertEq(market.totalCollateral(), 10 ether);
        assertEq(market.cash(), CASH);
        FeeToken taking = new FeeToken();
        market = deployMarket(taking, usdc);
        guards = address(market);
        rules().setLimit(address(taking), limitOf(50, 17, 0, 1));
        configureAndSeal();
        taking.mint(bob, 1 ether);
        vm.startPrank(bob);
        taking.approve(address(market), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.NotWholeAmount.selector, 1 ether, 0.99 ether));
        market.addCollateral(1 ether);
    }

    function test_RemovingInsideARemovalIsRefused() public {
        CallbackToken calling = new CallbackToken();
        market = deployMarket(calling, usdc);
        guards = address(market);
        rules().setLimit(address(calling), limitOf(50, 17, 0, 1));
        configureAndSeal();
        Reentrant thief = new Reentrant(calling);
        calling.mint(address(thief), 3 ether);
        thief.act(address(calling), abi.encodeCall(IERC20.approve, (address(market), 3 ether)));
        thief.act(address(market), abi.encodeCall(market.addCollateral, (2 ether)));
        thief.prepare(address(market), abi.encodeCall(market.removeCollateral, (1 ether)));
        thief.act(address(market), abi.encodeCall(market.removeCollateral, (1 ether)));
        assertEq(
            thief.refusal(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(calling.balanceOf(address(thief)), 2 ether);
    }

    // ---------------------------------------------------------------- rounding

    /// @dev Whatever is borrowed, waited and repaid: nobody owes less than he took, and the market keeps its cash.
    function testFuzz_RoundingNeverFavoursTheBorrower(uint256 amount, uint256 wait, uint256 part) public {
        amount = bound(amount, 1, 8000 * USD);
        addCollateral(bob, 10 ether);
        vm.prank(bob);
        market.borrow(amount);
        assertGe(market.debtOf(bob), amount);
        skip(bound(wait, 0, 365 days));
        uint256 owed = market.debtOf(bob);
        fundDebt(bob, owed);
        part = bound(part, 0, owed);
        vm.startPrank(bob);
        market.repay(bob, part);
        assertGe(market.debtOf(bob), owed - part);
        market.repay(bob, type(uint256).max);
        assertEq(market.debtOf(bob), 0);
        assertGe(market.cash(), CASH);
        assertEq(usdc.balanceOf(address(market)), market.cash());
    }

    /// What cannot be had is refused with what there is; all of it can be had, and one more cannot.
    function test_RevertIf_MoreThanThereIs() public {
        uint256 cash = market.cash();
        addCollateral(bob, 200 ether);
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.InsufficientCash.selector, cash + 1, cash));
        market.borrow(cash + 1);
        vm.expectRevert(
            abi.encodeWithSelector(GuardedLending.InsufficientCollateral.selector, bob, 200 ether + 1, 200 ether)
        );
        market.removeCollateral(200 ether + 1);
        market.removeCollateral(200 ether);
        vm.stopPrank();
        assertEq(collateralOf(bob), 0);
        vm.startPrank(treasury);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.InsufficientCash.selector, cash + 1, cash));
        market.unlend(cash + 1);
        market.unlend(cash);
        vm.stopPrank();
        assertEq(market.cash(), 0);
        vm.expectRevert(abi.encodeWithSelector(GuardedLending.InsufficientCollateral.selector, attacker, 1, 0));
        vm.prank(attacker);
        market.removeCollateral(1);
    }
}
