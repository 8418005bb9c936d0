// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Mode} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title A change of configuration makes nothing available that was not (S11)
/// forge-config: default.isolate = true
contract ConfigurationTest is OutflowTest {
    function _changed(uint256 mantissa, uint256 minutes_) private pure returns (Config memory c) {
        c = _plain();
        (c.mantissa, c.minutes_) = (mantissa, minutes_);
    }

    function test_S11_ADrainedBucketStaysDrained() public {
        _passes(L);
        uint256[2][6] memory cases = [
            [uint256(2000), 1440],
            [uint256(500), 1440],
            [uint256(1000), 2880],
            [uint256(1000), 60],
            [uint256(1), 1],
            [uint256(900_000), 44_640]
        ];
        for (uint256 i; i < cases.length; ++i) {
            _set(_changed(cases[i][0], cases[i][1]));
            assertEq(host.available(token), 0);
            _refuses(1);
        }
    }

    function test_S11_WhatWasFreeStaysFree() public {
        _passes(L * 3 / 4);
        _set(_changed(2000, 1440));
        assertEq(host.available(token), L / 4, "raised");
        _set(_changed(500, 2880));
        assertEq(host.available(token), L / 4, "lowered and lengthened");
        _set(_changed(200, 60));
        assertEq(host.available(token), L / 5, "lowered below it");
        _set(_changed(1000, 1440));
        assertEq(host.available(token), L / 5, "raised again");
    }

    function test_S11_TheOldRateCountsUntilTheChange() public {
        _passes(L);
        skip(W / 2);
        _set(_changed(2000, 1440));
        _leavesExactly(L / 2);
        skip(W);
        _leavesExactly(2 * L);
    }

    /// A window that does not divide the other: what is carried over is rounded up, by less than a unit-second.
    function test_S11_CarryingOverRoundsAgainstTheWayOut() public {
        Config memory c = _changed(1, 3);
        c.exponent = 0;
        _set(c);
        _passes(1);
        skip(1);
        c.minutes_ = 1;
        _set(c);
        skip(59);
        _refuses(1);
        skip(1);
        _passes(1);
    }

    /// Lowering below present use recovers after one window, to the second.
    function test_S11_LoweredBelowUseRecoversAfterOneWindow() public {
        _passes(L);
        _set(_changed(100, 60));
        skip(3599);
        assertLt(host.available(token), L / 10);
        skip(1);
        _leavesExactly(L / 10);
    }

    /// The reserve shrinks with the limit: that must not free any of it for large withdrawals.
    function test_S11_LoweringFreesNoReserve() public {
        Config memory c = _plain();
        (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (5, 1, 18);
        _set(c);
        _passes(L / 2);
        _refuses(2 * TOKEN);
        c.mantissa = 500;
        _set(c);
        assertEq(host.available(token), 0);
        _refuses(2 * TOKEN);
        _passes(TOKEN);
        assertEq(host.availableForSmall(token), TOKEN);
        c.reserveTenths = 0;
        _set(c);
        assertEq(host.available(token), 0, "nor does a smaller reserve");
    }

    /// What small ones drew from the reserve is not held against them twice.
    function test_S11_SmallOnesKeepWhatWasFreeForThem() public {
        Config memory c = _plain();
        (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (5, 100, 18);
        _set(c);
        for (uint256 i; i < 9; ++i) {
            _passes(100 * TOKEN);
        }
        c.mantissa = 600;
        _set(c);
        assertEq(host.available(token), 0);
        assertEq(host.availableForSmall(token), 100 * TOKEN);
    }

    function test_CreditEndsWithAChange() public {
        _set(_withCredit(10));
        _in(L);
        assertEq(host.available(token), 2 * L);
        _set(_withCredit(10));
        _leavesExactly(L);
    }

    /// What went out on credit stays used, up to the credit that there is now.
    function test_WhatWentOutOnCreditStaysUsed() public {
        _set(_withCredit(10));
        _in(L);
        _passes(2 * L);
        _set(_withCredit(10));
        _in(L);
        _refuses(1);
        skip(W);
        assertEq(host.available(token), 0);
        skip(W);
        assertEq(host.available(token), L);
    }

    function test_WithoutCreditItRecoversInOneWindow() public {
        _set(_withCredit(10));
        _in(L);
        _passes(2 * L);
        _set(_plain());
        skip(W);
        _leavesExactly(L);
    }

    /// Old credit must not return through the note of the running transaction, least of all into a shorter window.
    function test_OldCreditDoesNotOutliveAChangeInTheSameTransaction() public {
        _set(_withCredit(10));
        _in(L);
        Config memory c = _withCredit(10);
        c.minutes_ = 1;
        bytes memory change = abi.encodeCall(host.setLimit, (token, _word(c)));
        Decision[] memory decisions = host.runAround(_steps(1), change, _steps(-int256(2 * L), -int256(L)));
        assertTrue(decisions[0] == Decision.QUEUE, "more than the limit");
        assertTrue(decisions[1] == Decision.PASS, "the limit");
        _leavesExactly(1);
    }

    /// Nor into a window of the same length, whichever way the transaction went before.
    function test_NoCreditReturnsThroughTheNoteOfTheTransaction() public {
        for (int256 first = -1; first <= 1; first += 2) {
            skip(2 * W);
            _set(_withCredit(10));
            _in(L);
            bytes memory change = abi.encodeCall(host.setLimit, (token, _word(_withCredit(10))));
            Decision[] memory decisions = host.runAround(_steps(first), change, _steps(-int256(L + 2), 1));
            assertTrue(decisions[0] == Decision.QUEUE, "credit from before the change");
            assertLe(host.available(token), L + 1);
        }
    }

    /// What comes back after a change may exceed what the change left as used.
    function test_AReturnAcrossAChangeEndsAtNothingUsed() public {
        bytes memory change = abi.encodeCall(host.setLimit, (token, _word(_changed(100, 1440))));
        host.runAround(_steps(-int256(L / 2)), change, _steps(int256(L / 2)));
        _leavesExactly(L / 10);
    }

    /// The first configuration is a full bucket; so is one after no limit at all.
    function test_S13_FirstAndAfterUnlimitedAreFull() public {
        _leavesExactly(L);
        Config memory none;
        none.mode = Mode.UNLIMITED;
        _set(none);
        _passes(100 * L);
        _set(_plain());
        _leavesExactly(L);
    }

    function test_OnlyGovernanceConfigures() public virtual {
        vm.startPrank(makeAddr("attacker"));
        vm.expectRevert();
        _set(_changed(1, 1440));
        vm.expectRevert();
        host.setRelativeLimit(token, 1, 0, 1);
        vm.expectRevert();
        host.setUnitRate(token, 1e18);
    }
}
