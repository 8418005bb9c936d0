// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Decision} from "../../../contracts/guards/Types.sol";
import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {Step} from "./OutflowHost.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title Single units, where a comparison or a rounding that is off by one shows
/// forge-config: default.isolate = true
contract UnitsTest is OutflowTest {
    function _setSmall(uint256 limit, uint256 tenths) private {
        Config memory c = _withCredit(tenths);
        (c.mantissa, c.exponent) = (limit, 0);
        _set(c);
    }

    function _logs() private returns (uint256) {
        return vm.getRecordedLogs().length;
    }

    function test_OneUnitInIsOneOfCredit() public {
        _setSmall(10, 10);
        _in(1);
        assertEq(host.available(token), 11);
    }

    function test_WithoutCreditNoneIsGranted() public {
        _in(L);
        assertEq(host.outflowWord(token).creditEnd(), 0);
    }

    /// S1: an ordinary payment that comes back in its transaction leaves the credit that was there.
    function test_S1_OneUnitOutAndBackTakesNoCredit() public {
        _set(_withCredit(5));
        _in(L / 4);
        skip(1);
        uint256 before = host.available(token);
        assertGt(before, L);
        host.run(_steps(-1, 1));
        assertEq(host.available(token), before);
    }

    /// S3: in and out again is nothing net, and what a change of the rate forgets is only what left.
    function test_S3_NoSyncAfterAFlowThatAChangeOfTheRateFollows() public {
        host.setRelativeLimit(token, 1000, 1000, uint128(10 * L));
        skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.SyncAfterFlow.selector, token));
        host.changeAndSync(_steps(1, -1), abi.encodeCall(host.setUnitRate, (token, 1)), token);
    }

    /// A weight is rounded up whatever is left over, of the smallest share too.
    function test_AWeightIsRoundedUpFromTheSmallestRest() public {
        host.setShare(7, false);
        _passes(3);
        assertEq(3 * W * 100 % 7, 1);
        assertEq(host.outflowWord(token).usedAt(_now(), L), 3 * W * 100 / 7 + 1);
        host.setShare(1, false);
        skip(1);
        _passes(1);
        assertEq(host.outflowWord(token).usedAt(_now(), L), W * 100);
    }

    function test_ALimitOfOneUnitRefillsInAWindow() public {
        _setSmall(1, 0);
        _passes(1);
        assertEq(host.retryAt(token, 1), START + W);
        vm.warp(START + W - 1);
        _refuses(1);
        vm.warp(START + W);
        _passes(1);
    }

    /// S1: nothing has refilled by which a second could be seen to have passed, so that one unit is netted as well.
    function test_S1_OneUnitIsNettedToo() public {
        Step[] memory steps = new Step[](3);
        (steps[0], steps[1], steps[2]) = (_step(token, int256(L)), _step(token, -1), _step(token, 1 - int256(L)));
        Decision[] memory decisions = host.run(steps);
        assertTrue(decisions[1] == Decision.PASS && decisions[2] == Decision.PASS);
        assertEq(host.available(token), L);
    }

    // ---------------------------------------------------------------- a level in shadow

    function test_S53_FullShareInShadowSaysNothing() public {
        host.setShare(100, true);
        vm.recordLogs();
        _refuses(L + 1);
        assertEq(_logs(), 1, "the limiter's decision alone");
    }

    function test_S53_OneUnitInIsNettedInShadow() public {
        host.setShare(50, true);
        vm.recordLogs();
        host.run(_steps(1, -int256(L / 2 + 1)));
        assertEq(_logs(), 0, "half the limit fits");
        skip(W);
        host.run(_steps(1, -int256(L / 2 + 2)));
        assertEq(_logs(), 1, "one more does not");
    }

    function test_S53_NothingButTheNetIsJudgedInShadow() public {
        host.setShare(0, true);
        vm.recordLogs();
        host.run(_steps(int256(L), -int256(L)));
        assertEq(_logs(), 0, "nothing leaves");
        _passes(1);
        assertEq(_logs(), 1, "one unit leaves");
    }
}
