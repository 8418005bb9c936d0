// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title Budget and cooldown of a fast rank, second by second
contract BudgetTest is EngineTest {
    /// S28: a guardian that pauses at each expiry is out of budget before the period is over.
    function test_S28_PausingAtEachExpiryEndsWithTheBudget() public {
        for (uint256 i; i < 3; ++i) {
            _pause(guardian, Op.ALL, 1 days);
            skip(1 days + 6 hours);
        }
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 0);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        _pause(guardian, Op.ALL, 1);
    }

    function test_S28_S38_TheBudgetComesBackAfterAWholeQuietPeriod() public {
        _pause(guardian, Op.WITHDRAW, 1 days);
        skip(7 days);
        _pause(guardian, Op.WITHDRAW, 1 days);
        uint256 quiet = T0 + 8 days + 30 days;
        _prove(guardian, quiet - 1);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 1 days);
        vm.warp(quiet);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days);
        _pause(guardian, Op.WITHDRAW, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
    }

    function test_S28_ASecondBeforeTheQuietPeriodEndsNothingComesBack() public {
        _pause(guardian, Op.WITHDRAW, 1 days);
        _prove(guardian, T0 + 31 days - 1);
        _pause(guardian, Op.WITHDRAW, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 1 days);
    }

    function test_OnlyNewlyCoveredSecondsCost() public {
        _pause(guardian, Op.WITHDRAW, 1000);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 1000);
        skip(400);
        _pause(guardian, Op.TRADE, 600);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 1000);
        _pause(guardian, Op.TRADE, 601);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 1001);
        _raise(guardian, Level.THROTTLED, 700);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 1100, "levels and pauses share the budget");
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 4 hours, "ranks do not");
        assertEq(engine.pauseBudgetLeft(Rank.GOVERNANCE), type(uint256).max);
    }

    function test_TheBudgetCanBeUsedToItsLastSecond() public {
        for (uint256 i; i < 3; ++i) {
            _pause(sentinel, Op.WITHDRAW, 1 hours);
            skip(2 hours);
        }
        _pause(sentinel, Op.WITHDRAW, 1 hours - 1);
        skip(100);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 2, 1));
        _pause(sentinel, Op.WITHDRAW, 1 hours - 99);
        _pause(sentinel, Op.WITHDRAW, 1 hours - 100);
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 0);
    }

    function test_S38_CooldownEndsAtItsSecond() public {
        _pause(guardian, Op.WITHDRAW, 60);
        uint256 cool = T0 + 60 + 6 hours;
        vm.warp(T0 + 60);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, cool));
        _raise(guardian, Level.THROTTLED, 60);
        vm.warp(cool - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, cool));
        _pause(guardian, Op.WITHDRAW, 60);
        vm.warp(cool);
        _pause(guardian, Op.WITHDRAW, 60);
    }

    function test_S38_OneSecondAfterTheCooldown() public {
        _pause(guardian, Op.WITHDRAW, 60);
        vm.warp(T0 + 60 + 6 hours + 1);
        _pause(guardian, Op.WITHDRAW, 60);
    }

    /// S29: paused, unpaused early, attacked again within what would be the cooldown: everybody can still pause.
    function test_S29_AfterAnEarlyEndNobodyHasToWait() public {
        _pause(guardian, Op.WITHDRAW, 1 days);
        skip(100);
        _unpause(Op.WITHDRAW);
        host.act(Op.WITHDRAW);
        _pause(guardian, Op.WITHDRAW, 1 hours);
        assertFalse(engine.isOpen(Op.WITHDRAW));
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 1 days - 1 hours);
    }

    function test_S29_TheSameAfterALoweredLevel() public {
        _raise(guardian, Level.FROZEN, 1 days);
        skip(100);
        _lower(Level.NORMAL);
        _raise(guardian, Level.FROZEN, 1 hours);
        assertFalse(engine.isOpen(Op.WITHDRAW));
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 1 days - 1 hours);
    }

    /// S29: one rank's cooldown is not another's, and governance has none.
    function test_S29_NoNakedWindow() public {
        _pause(guardian, Op.WITHDRAW, 60);
        skip(60);
        _pause(sentinel, Op.WITHDRAW, 60);
        skip(60);
        _pause(governance, Op.WITHDRAW, 60);
        skip(60);
        _pause(governance, Op.WITHDRAW, 60);
    }

    function test_WhatIsLeftOfARestrictionAfterAnEarlyEndIsNotPaidTwice() public {
        _raise(guardian, Level.THROTTLED, 1000);
        _pause(guardian, Op.WITHDRAW, 2000);
        _unpause(Op.WITHDRAW);
        _pause(guardian, Op.WITHDRAW, 1000);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2000);
        _pause(guardian, Op.WITHDRAW, 1001);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2001);
    }

    function test_ALoweredLevelLeavesThePauseCovered() public {
        _raise(guardian, Level.THROTTLED, 2000);
        _pause(guardian, Op.WITHDRAW, 1000);
        _lower(Level.NORMAL);
        _pause(guardian, Op.TRADE, 1000);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2000);
        _pause(guardian, Op.TRADE, 1001);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2001);
    }

    /// A level lowered only part of the way goes on, and so does what it paid for.
    function test_AHalfLoweredLevelStaysCovered() public {
        _raise(guardian, Level.QUEUED, 2000);
        _lower(Level.THROTTLED);
        (Level level, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(uint256(level), uint256(Level.THROTTLED));
        assertEq(until, T0 + 2000);
        _pause(guardian, Op.TRADE, 2000);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2000);
    }

    /// S29: whoever is not interrupted waits: his level was as low already, or ended at that very second.
    function test_S29_LoweringInterruptsOnlyWhatIsHigherAndLive() public {
        _raise(governance, Level.FROZEN, 0);
        _raise(guardian, Level.QUEUED, 60);
        _lower(Level.QUEUED);
        skip(60);
        _expectCooling();
        skip(6 hours);
        _raise(guardian, Level.EXIT_ONLY, 60);
        _pause(guardian, Op.TRADE, 120);
        skip(60);
        _lower(Level.NORMAL);
        skip(60);
        _expectCooling();
    }

    function test_S29_UnpausingInterruptsOnlyWhatIsLive() public {
        _pause(guardian, Op.WITHDRAW, 60);
        _raise(guardian, Level.THROTTLED, 120);
        skip(60);
        _unpause(Op.ALL);
        skip(60);
        _expectCooling();
    }

    function _expectCooling() private {
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, _now() + 6 hours));
        _pause(guardian, Op.TRADE, 60);
    }

    function test_GovernancesPausesCostNobodyAnything() public {
        _pause(governance, Op.ALL, 90 days);
        _unpause(Op.ALL);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days);
        assertEq(engine.pauseBudgetLeft(Rank.NONE), 0);
    }

    function _prove(address holder, uint256 at) private {
        vm.warp(T0 + 29 days);
        vm.prank(holder);
        engine.heartbeat();
        vm.warp(at);
    }
}
