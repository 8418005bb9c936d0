// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracle} from "../../../contracts/guards/oracle/IOracle.sol";
import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {
    AnchorRule,
    Fault,
    PriceBackup,
    PriceRule,
    PriceState,
    Trip
} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {RolesCore} from "../../../contracts/guards/roles/RolesCore.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {OracleTest} from "./OracleTest.sol";

/// @title Trips by hand, and how governance ends a trip
contract TripsTest is OracleTest {
    function _tripBy(address by, uint256 duration) private returns (uint256) {
        vm.prank(by);
        return host.tripOracle(weth, duration, "strange");
    }

    function _expectUnauthorised(address account, Rank required) private {
        vm.expectRevert(abi.encodeWithSelector(RolesCore.Unauthorised.selector, account, required));
    }

    // ---------------------------------------------------------------- by hand

    function test_ATripByHandEndsAtItsSecond() public {
        vm.expectEmit();
        emit IOracle.OracleTripped(weth, Rank.SENTINEL, sentinel, T0 + 60, "strange");
        assertEq(_tripBy(sentinel, 60), T0 + 60);
        _refuses(Op.BORROW, Fault.TRIPPED);
        _passes(Op.LIQUIDATE);
        vm.warp(T0 + 59);
        _refuses(Op.BORROW, Fault.TRIPPED);
        vm.warp(T0 + 60);
        _passes(Op.BORROW);
        _sync();
        assertEq(_state().anchoredAt, T0 + 60, "a good price from its end on");
        vm.warp(T0 + 61);
        _passes(Op.BORROW);
    }

    function test_NoRankShortensAnothersTrip() public {
        _tripBy(guardian, 1 hours);
        assertEq(_tripBy(sentinel, 60), T0 + 60);
        assertEq(_tripBy(guardian, 60), T0 + 1 hours);
        assertEq(_tripBy(governance, 1), T0 + 1);
        assertEq(_state().trippedUntil, T0 + 1 hours);
    }

    function test_ATripIsChargedLikeALock() public {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 1 days + 1, 1 days));
        _tripBy(guardian, 1 days + 1);
        _tripBy(guardian, 1 days);
        vm.warp(T0 + 1 days);
        _tripBy(guardian, 1 days - 1);
        vm.warp(T0 + 2 days);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 2, 1));
        _tripBy(guardian, 2);
        _tripBy(guardian, 1);
        vm.warp(T0 + 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0)); // its third of three
        _tripBy(guardian, 1);
        vm.warp(T0 + 2 days + 1 + 30 days);
        _tripBy(guardian, 1 days);
    }

    function test_RevertIf_AStrangerTripsOrTheAssetIsUnknown() public {
        _expectUnauthorised(keeper, Rank.SENTINEL);
        _tripBy(keeper, 1);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(OracleCore.OracleNotConfigured.selector, keeper));
        host.tripOracle(keeper, 1, "");
    }

    // ---------------------------------------------------------------- reset

    function test_GovernanceEndsEveryTripAtTheReferenceItNames() public {
        _syncAt(P * 2);
        _tripBy(guardian, 1 days);
        _tripBy(sentinel, 1 hours);
        skip(60);
        vm.prank(governance);
        vm.expectEmit();
        emit IOracle.ReferenceSet(weth, P, P * 2);
        host.resetOracle(weth, P * 2);
        assertTrue(host.loosened());
        _passes(Op.BORROW);
        PriceState memory s = _state();
        assertEq(s.anchor, P * 2);
        assertEq(s.anchoredAt, T0 + 60);
        assertEq(s.since, T0 + 60);
        assertEq(s.trippedUntil, 0);
        _tripBy(sentinel, 1);
        assertEq(_state().trippedUntil, T0 + 61, "the guardian's trip is gone for good");
    }

    function test_ReconfiguringLeavesATripByHand() public {
        _syncAt(P * 2);
        _tripBy(guardian, 1 days);
        source.set(P);
        _configure();
        _trip(Trip.NORMAL);
        _refuses(Op.BORROW, Fault.TRIPPED);
    }

    function test_RevertIf_TheReferenceIsNone() public {
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IOracle.InvalidAnchor.selector, weth, 0));
        host.resetOracle(weth, 0);
        uint256 large = uint256(type(uint128).max) + 1;
        vm.expectRevert(abi.encodeWithSelector(IOracle.InvalidAnchor.selector, weth, large));
        host.setOracle(weth, rule, backup, follow, large);
        host.resetOracle(weth, large - 1);
        assertEq(_anchor(), large - 1);
        vm.expectRevert(abi.encodeWithSelector(OracleCore.OracleNotConfigured.selector, keeper));
        host.resetOracle(keeper, P);
    }
}
