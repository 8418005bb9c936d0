// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedExchange} from "../../../contracts/examples/exchange/GuardedExchange.sol";
import {MarginBook} from "../../../contracts/examples/exchange/MarginBook.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";

/// @title Who is liquidated, by whom, and who pays for what a margin does not cover
/// @dev Carol holds 10 WETH, bought at 2,000 dollars with 2,000 of margin; the attacker is short the same.
/// forge-config: default.isolate = true
contract ExchangeLiquidationTest is ExchangeFixture {
    function setUp() public override {
        super.setUp();
        addMargin(carol, 2000 * USD);
        addMargin(attacker, 2000 * USD);
        trade(carol, attacker, 10 ether);
    }

    /// @dev The dollars' smallest units that 10 WETH are worth.
    function _setWorth(uint256 worth) private {
        source.set(worth * 1e11);
        vm.prank(governance);
        oracle().resetOracle(address(weth), worth * 1e11);
    }

    function _healthy(address account, uint256 equity, uint256 required) private {
        assertTrue(exchange.isHealthy(account));
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.PositionHealthy.selector, account, equity, required));
        liquidate(alice, account, 10 ether);
    }

    // ---------------------------------------------------------------- who

    /// @dev 2,000 - (20,000 - worth) against worth / 20, rounded up.
    function test_ALongPositionAtTheBoundary() public {
        _setWorth(18_947_368_423);
        _healthy(carol, 947_368_423, 947_368_422);
        _setWorth(18_947_368_422);
        _healthy(carol, 947_368_422, 947_368_422);
        _setWorth(18_947_368_421);
        assertFalse(exchange.isHealthy(carol));
        liquidate(alice, carol, 10 ether);
        assertEq(sizeOf(carol), 0);
        checkConservation();
    }

    /// @dev 2,000 - (worth - 20,000) against worth / 20, rounded up.
    function test_AShortPositionAtTheBoundary() public {
        _setWorth(20_952_380_951);
        _healthy(attacker, 1_047_619_049, 1_047_619_048);
        _setWorth(20_952_380_952);
        _healthy(attacker, 1_047_619_048, 1_047_619_048);
        _setWorth(20_952_380_953);
        assertFalse(exchange.isHealthy(attacker));
        liquidate(alice, attacker, 10 ether);
        assertEq(sizeOf(alice), -10 ether);
        checkConservation();
    }

    function test_WhoIsNotLiquidated() public {
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.NothingToTakeOver.selector, bob));
        liquidate(alice, bob, 1);
        setPrice(1890);
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.NothingToTakeOver.selector, carol));
        liquidate(alice, carol, 0);
        vm.expectRevert(abi.encodeWithSelector(GuardedExchange.SelfTrade.selector, carol));
        liquidate(carol, carol, 1);
        assertTrue(exchange.isHealthy(bob), "without a position");
    }

    // ---------------------------------------------------------------- for what

    function test_APositionIsTakenOverForAPenalty() public {
        setPrice(1890);
        vm.expectEmit();
        emit GuardedExchange.Liquidated(carol, alice, 10 ether, 1890e18, int256(189 * USD));
        liquidate(alice, carol, 11 ether);
        assertEq(marginOf(carol), int256(522 * USD), "2,000 less the loss and 2 % of 18,900");
        assertEq(sizeOf(carol), 0);
        assertEq(entryOf(carol), 0);
        assertEq(marginOf(alice), int256(10_189 * USD));
        assertEq(sizeOf(alice), 10 ether);
        assertEq(entryOf(alice), int256(18_900 * USD));
        assertEq(exchange.insurance(), int256(189 * USD));
        checkConservation();
    }

    function test_APartTakesItsPartOfTheMargin() public {
        setPrice(1890);
        liquidate(alice, carol, 4 ether);
        assertEq(marginOf(carol), int256(1408.8e6), "2,000 - 440 - 151.20");
        assertEq(sizeOf(carol), 6 ether);
        assertEq(sizeOf(alice), 4 ether);
        assertEq(marginOf(alice), int256(10_075.6e6));
        checkConservation();
    }

    function test_AShortPositionIsTakenOverTheSameWay() public {
        setPrice(2100);
        liquidate(alice, attacker, 10 ether);
        assertEq(marginOf(attacker), int256(580 * USD), "2,000 - 1,000 - 420");
        assertEq(marginOf(alice), int256(10_210 * USD));
        assertEq(entryOf(alice), -int256(21_000 * USD));
        checkConservation();
    }

    /// @dev The penalty is at most what is left; at nothing there is none.
    function test_ThePenaltyTakesNoMoreThanThereIs() public {
        setPrice(1810);
        liquidate(alice, carol, 10 ether);
        assertEq(marginOf(carol), 0);
        assertEq(marginOf(alice), int256(10_050 * USD));
        assertEq(exchange.insurance(), int256(50 * USD));
        checkConservation();
    }

    function test_TheLiquidatorNeedsTheInitialMargin() public {
        address dave = makeAddr("dave");
        addMargin(dave, 1701 * USD - 1);
        setPrice(1890);
        vm.expectRevert(abi.encodeWithSelector(MarginBook.Undermargined.selector, dave, 1890 * USD - 1, 1890 * USD));
        liquidate(dave, carol, 10 ether);
        addMargin(dave, 1);
        liquidate(dave, carol, 10 ether); // the reward counts
        assertEq(sizeOf(dave), 10 ether);
    }

    /// @dev A cap that somebody lowered must not keep positions from being liquidated.
    function test_LiquidationAsksNoCap() public {
        vm.startPrank(governance);
        caps().setCap(Exposure.ACCOUNT_OPEN_INTEREST, address(weth), 0);
        caps().setCap(Exposure.OPEN_INTEREST, address(weth), 0);
        vm.stopPrank();
        setPrice(1890);
        liquidate(alice, carol, 10 ether);
        assertEq(sizeOf(alice), 10 ether);
    }

    // ---------------------------------------------------------------- bad debt

    function test_TheInsurancePaysWhatAMarginDoesNotCover() public {
        fund(usdc, bob, 60 * USD);
        vm.prank(bob);
        vm.expectEmit();
        emit GuardedExchange.InsuranceAdded(bob, 60 * USD);
        exchange.addInsurance(60 * USD);
        setPrice(1790);
        liquidate(alice, carol, 5 ether);
        assertEq(exchange.insurance(), int256(10 * USD), "half of the position, half of the margin");
        assertEq(marginOf(carol), int256(1000 * USD));
        liquidate(alice, carol, 5 ether);
        assertEq(marginOf(carol), 0);
        assertEq(marginOf(alice), int256(10_000 * USD), "no reward where there is nothing");
        assertEq(exchange.insurance(), -int256(40 * USD));
        checkConservation();
    }

    /// @dev 100 dollars are missing of 22,000 of margins: who leaves bears his share, to the next unit.
    function test_WhatIsMissingIsBorneByAllWhoLeave() public {
        setPrice(1790);
        liquidate(alice, carol, 10 ether);
        assertEq(exchange.insurance(), -int256(100 * USD));
        assertEq(exchange.totalMargin(), int256(22_000 * USD));
        vm.prank(bob);
        vm.expectEmit();
        emit GuardedExchange.MarginRemoved(bob, 2200 * USD, int256(2190 * USD), 0);
        exchange.removeMargin(2200 * USD);
        assertEq(exchange.insurance(), -int256(90 * USD));
        removeMargin(bob, 1);
        assertEq(usdc.balanceOf(bob), 2190 * USD, "rounded against who leaves");
        assertEq(exchange.insurance(), -int256(90 * USD - 1));
        checkConservation();
        fund(usdc, alice, 90 * USD);
        vm.prank(alice);
        exchange.addInsurance(90 * USD);
        removeMargin(bob, 100 * USD);
        assertEq(usdc.balanceOf(bob), 2290 * USD, "nothing is missing any more");
        checkConservation();
    }

    /// @dev More is missing than there are margins: who leaves gets nothing, and owes nothing either.
    function test_WhereMoreIsMissingThanThereIsNobodyIsPaid() public {
        removeMargin(alice, 9000 * USD);
        removeMargin(bob, 10_000 * USD);
        setPrice(1000);
        liquidate(alice, carol, 10 ether);
        assertEq(exchange.insurance(), -int256(8000 * USD));
        assertEq(exchange.totalMargin(), int256(3000 * USD));
        removeMargin(attacker, 1000 * USD);
        assertEq(usdc.balanceOf(attacker), 0);
        assertEq(exchange.insurance(), -int256(7000 * USD));
        checkConservation();
    }

    function test_ADonationIsNotPaidOut() public {
        usdc.mint(address(exchange), 1000 * USD);
        assertEq(exchange.cash(), int256(24_000 * USD));
        assertEq(exchange.totalMargin(), int256(24_000 * USD));
    }

    /// @dev Realised profits can leave before the losses are realised; more than the books hold never does.
    function test_RevertIf_MoreLeavesThanTheBooksHold() public {
        usdc.mint(address(exchange), 100_000 * USD);
        setPrice(1000);
        trade(attacker, bob, 10 ether);
        removeMargin(alice, 10_000 * USD);
        removeMargin(attacker, 12_000 * USD);
        vm.expectRevert(
            abi.encodeWithSelector(MarginBook.InsufficientCash.selector, int256(2000 * USD + 1), int256(2000 * USD))
        );
        removeMargin(bob, 2000 * USD + 1);
        removeMargin(bob, 2000 * USD);
    }
}
