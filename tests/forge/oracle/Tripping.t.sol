// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracle} from "../../../contracts/guards/oracle/IOracle.sol";
import {Fault, Trip} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {OracleTest} from "./OracleTest.sol";

/// @title When a price outside trips, and how a trip ends by itself
contract TrippingTest is OracleTest {
    // ---------------------------------------------------------------- S49: spikes

    /// S49: nobody saw the spike: it was refused while it lasted, and that is all.
    function test_S49_ASpikeThatNobodyRecordsLeavesNoTrace() public {
        source.set(P * 2);
        _refuses(Op.BORROW, Fault.REFERENCE);
        source.set(P);
        _passes(Op.BORROW);
    }

    /// S49, policy "at first sight": recorded within its block, it trips.
    function test_S49_ASpikeTripsAtFirstSight() public {
        source.set(P * 2);
        vm.expectEmit();
        emit IOracle.OracleTripChanged(weth, Trip.NORMAL, Trip.TRIPPED, P * 2);
        _sync();
        source.set(P);
        _refuses(Op.BORROW, Fault.TRIPPED);
        _passes(Op.LIQUIDATE);
    }

    /// S49, policy "after a while": one block does not trip, lasting does, at its second.
    function test_S49_ASpikeTripsOnlyWhenItLasts() public {
        follow.tripAfter = 60;
        _configure();
        _syncAt(P * 2);
        _trip(Trip.OUTSIDE);
        _refuses(Op.BORROW, Fault.REFERENCE);
        source.set(P);
        _passes(Op.BORROW);
        _sync();
        _trip(Trip.NORMAL);
        _syncAt(P * 2);
        vm.warp(T0 + 59);
        _sync();
        _trip(Trip.OUTSIDE);
        assertEq(_state().since, T0, "counts from first sight");
        vm.warp(T0 + 60);
        _sync();
        _trip(Trip.TRIPPED);
        source.set(P);
        _refuses(Op.BORROW, Fault.TRIPPED);
    }

    // ---------------------------------------------------------------- hysteresis

    function _tripped() private {
        _syncAt(P * 2);
        _trip(Trip.TRIPPED);
        skip(1 hours);
    }

    function test_ATripEndsInTheNarrowBandOnly() public {
        _tripped();
        _syncAt(P * 103 / 100 + 1);
        _trip(Trip.TRIPPED);
        _syncAt(P * 103 / 100);
        _trip(Trip.CALMING);
        _refuses(Op.BORROW, Fault.TRIPPED);
        _syncAt(P * 97 / 100 - 1);
        _trip(Trip.TRIPPED);
        _syncAt(P * 97 / 100);
        _trip(Trip.CALMING);
    }

    function test_ATripEndsAfterCalmToItsSecond() public {
        _tripped();
        uint256 calm = _now();
        _syncAt(P * 101 / 100);
        assertEq(_state().since, calm);
        vm.warp(calm + CALM_TIME - 1);
        _sync();
        _trip(Trip.CALMING);
        assertEq(_state().since, calm, "calling does not begin again");
        vm.warp(calm + CALM_TIME);
        vm.expectEmit();
        emit IOracle.OracleTripChanged(weth, Trip.CALMING, Trip.NORMAL, P * 101 / 100);
        _sync();
        assertEq(_state().anchoredAt, _now());
        assertEq(_anchor(), P);
        _passes(Op.BORROW);
    }

    function test_CalmThatIsBrokenBeginsAgain() public {
        _tripped();
        _syncAt(P);
        skip(CALM_TIME - 1);
        _syncAt(P * 105 / 100);
        _trip(Trip.TRIPPED);
        skip(1);
        _syncAt(P);
        _trip(Trip.CALMING);
        skip(CALM_TIME - 1);
        _sync();
        _trip(Trip.CALMING);
        skip(1);
        _sync();
        _trip(Trip.NORMAL);
    }

    function test_AFaultBreaksCalm() public {
        _tripped();
        _syncAt(P);
        source.setAt(P, _now() + 1);
        _sync();
        _trip(Trip.TRIPPED);
        source.set(P);
        assertEq(uint256(_sync()), uint256(Trip.CALMING));
    }

    function test_WithoutACalmTimeOnlyGovernanceEndsATrip() public {
        follow.calmTime = 0;
        _configure();
        _tripped();
        _syncAt(P);
        skip(365 days);
        _sync();
        _trip(Trip.TRIPPED);
        vm.prank(governance);
        host.resetOracle(weth, P);
        _passes(Op.BORROW);
    }
}
