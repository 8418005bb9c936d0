// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracle} from "../../../contracts/guards/oracle/IOracle.sol";
import {Fault, Trip} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {OracleTest} from "./OracleTest.sol";

/// @title The reference: how it moves, and when it stands still
contract ReferenceTest is OracleTest {
    // ---------------------------------------------------------------- the threshold

    function test_APriceIsUsableUpToTheThresholdFromTheReference() public {
        source.set(P * 11 / 10 - 1);
        _passes(Op.BORROW);
        source.set(P * 11 / 10);
        _passes(Op.BORROW);
        source.set(P * 11 / 10 + 1);
        _fault(Fault.REFERENCE);
        _refuses(Op.BORROW, Fault.REFERENCE);
        source.set(P * 9 / 10);
        _passes(Op.BORROW);
        source.set(P * 9 / 10 - 1);
        _fault(Fault.REFERENCE);
        _refuses(Op.REMOVE_COLLATERAL, Fault.REFERENCE);
    }

    // ---------------------------------------------------------------- drift

    function test_TheReferenceFollowsByItsDriftAndNotPastThePrice() public {
        skip(12 hours);
        source.set(P * 11 / 10);
        vm.expectEmit();
        emit IOracle.ReferenceMoved(weth, P, P + DRIFT / 2, P * 11 / 10);
        _sync();
        assertEq(_anchor(), P + DRIFT / 2);
        skip(12 hours);
        _syncAt(P + DRIFT / 2 + 7);
        assertEq(_anchor(), P + DRIFT / 2 + 7, "not past it");
        skip(12 hours);
        uint256 before = _anchor();
        _syncAt(before * 92 / 100);
        assertEq(_anchor(), before - before * 500 / 10_000 / 2, "downwards too");
    }

    function test_NoMoreThanADayIsMadeUpFor() public {
        vm.warp(T0 + 1 days - 1);
        uint256 state = vm.snapshotState();
        _syncAt(P * 11 / 10);
        assertLt(_anchor(), P + DRIFT);
        assertTrue(vm.revertToState(state));
        for (uint256 i; i < 3; ++i) {
            vm.warp(T0 + 1 days + i * 100 days);
            _syncAt(P * 11 / 10);
            assertEq(_anchor(), P + DRIFT);
            assertTrue(vm.revertToState(state));
        }
    }

    function test_CallingOftenMovesNoMore() public {
        for (uint256 i; i < 24 * 60; ++i) {
            skip(60);
            _syncAt(P * 105 / 100);
        }
        assertLe(_anchor(), P * 105 / 100);
        assertGt(_anchor(), P * 104 / 100, "nor much less");
        uint256 before = _anchor();
        _sync();
        _sync();
        assertEq(_anchor(), before, "twice in one block");
    }

    /// A price of few units: a step that is too small to take is not lost.
    function test_CallingOftenDoesNotStopASmallReference() public {
        source.set(1000);
        vm.prank(governance);
        host.setOracle(weth, rule, backup, follow, 1000);
        for (uint256 i; i < 24 * 6; ++i) {
            skip(10 minutes);
            _syncAt(1050);
        }
        assertGt(_anchor(), 1040);
    }

    function test_WithoutDriftTheReferenceStandsAndStaysRecent() public {
        follow.driftBps = 0;
        rule.lastGoodUses = Op.REDEEM;
        _configure();
        skip(LAST_GOOD_AGE);
        _syncAt(P + 1e18);
        assertEq(_anchor(), P);
        assertEq(_state().anchoredAt, _now());
    }

    function test_AFaultMovesNothing() public {
        _withSecond();
        skip(1 days);
        source.setAt(P + DRIFT, _now() - MAX_AGE - 1);
        _sync();
        source.setAt(P + DRIFT, _now() + 1);
        _sync();
        _syncAt(0);
        _syncAt(P * 103 / 100); // the second source says P
        assertEq(_anchor(), P);
        assertEq(_state().anchoredAt, T0);
        _trip(Trip.NORMAL);
        _syncAt(P * 101 / 100);
        assertEq(_anchor(), P * 101 / 100);
        assertEq(_state().anchoredAt, _now());
    }

    // ---------------------------------------------------------------- S46, S47

    /// S46: each step is a hundredth of the threshold, and together they are refused within it, because the reference
    /// is anchored in time.
    function test_S46_ABoilingFrogTrips() public {
        uint256 price = P;
        uint256 blocks;
        while (_syncAt(price) == Trip.NORMAL) {
            _passes(Op.BORROW);
            skip(12);
            price += price / 1000;
            ++blocks;
            assertLt(blocks, 200);
        }
        _refuses(Op.BORROW, Fault.TRIPPED);
        assertLe(price, P * 11 / 10 + P * 3 / 1000, "no further than the threshold, a step and the drift");
        assertLe(_anchor(), P + DRIFT * (blocks * 12) / 1 days + 1);
    }

    /// S46, downwards, in one block: twenty calls are one.
    function test_S46_ManyStepsInOneBlockMoveNothing() public {
        skip(1 hours);
        _syncAt(P * 95 / 100);
        uint256 before = _anchor();
        for (uint256 i; i < 20; ++i) {
            _syncAt(P * (95 - i / 4) / 100);
        }
        assertEq(_anchor(), before);
    }

    /// S47: the bad price is held for ever; neither the passing of time nor anyone's calls make it the reference.
    function test_S47_AHeldBadPriceIsNeverAbsorbed() public {
        assertEq(uint256(_syncAt(P * 2)), uint256(Trip.TRIPPED));
        for (uint256 i; i < 200; ++i) {
            skip(1 days);
            _sync();
            _trip(Trip.TRIPPED);
            _refuses(Op.BORROW, Fault.TRIPPED);
        }
        assertEq(_anchor(), P);
        assertEq(_state().anchoredAt, T0);
    }

    /// S47: what was outside and comes back under the threshold does not make up for the time of the attack.
    function test_S47_TheTimeOutsideIsNotMadeUpFor() public {
        follow.tripAfter = 2 days;
        _configure();
        _syncAt(P * 2);
        _trip(Trip.OUTSIDE);
        skip(1 days);
        assertEq(uint256(_syncAt(P * 109 / 100)), uint256(Trip.NORMAL));
        assertEq(_anchor(), P);
        _sync();
        assertEq(_anchor(), P);
        skip(1 hours);
        _sync();
        assertEq(_anchor(), P + DRIFT / 24);
    }

    function test_S47_TheTimeOfATripIsNotMadeUpFor() public {
        _syncAt(P * 2);
        skip(10 days);
        _syncAt(P * 102 / 100);
        skip(CALM_TIME);
        _sync();
        _trip(Trip.NORMAL);
        assertEq(_anchor(), P);
        _sync();
        assertEq(_anchor(), P, "not in the same block either");
    }

    function test_S47_TheTimeOfATripByHandIsNotMadeUpFor() public {
        vm.prank(guardian);
        host.tripOracle(weth, 1 days, "strange");
        skip(12 hours);
        _syncAt(P * 105 / 100);
        assertEq(_anchor(), P, "frozen");
        assertEq(_state().anchoredAt, T0);
        vm.warp(T0 + 1 days);
        _sync();
        assertEq(_anchor(), P, "no time since");
        skip(1 hours);
        _sync();
        assertEq(_anchor(), P + DRIFT / 24);
    }
}
