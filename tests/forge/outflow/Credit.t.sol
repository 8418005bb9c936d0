// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title Inflow lifts the ceiling by a capped credit that decays over one window (S2, S2b, S4)
/// forge-config: default.isolate = true
contract CreditTest is OutflowTest {
    function setUp() public override {
        super.setUp();
        _set(_withCredit(5));
    }

    function test_S2_TenTimesTheLimitIsWorthTheCreditAlone() public {
        for (uint256 i; i < 10; ++i) {
            _in(L);
        }
        _leavesExactly(L + L / 2);
        _in(L);
        _refuses(1);
    }

    function test_S2_ItDecaysToTheSecond() public {
        _in(10 * L);
        uint256[5] memory waits = [uint256(0), 1, W / 2, W - 1, W];
        for (uint256 i; i < 5; ++i) {
            vm.warp(START + waits[i]);
            assertEq(host.available(token), L + L * (W - waits[i]) / (2 * W));
        }
        skip(1);
        assertEq(host.available(token), L);
        _leavesExactly(L);
    }

    /// One before, at, and one after the amount that fills the credit.
    function test_S2_TheCreditIsTheInflowUpToItsCap() public {
        uint256[4] memory inflows = [L / 4, L / 2 - TOKEN, L / 2, L / 2 + TOKEN];
        uint256[4] memory credits = [L / 4, L / 2 - TOKEN, L / 2, L / 2];
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            _in(inflows[i]);
            assertApproxEqAbs(host.available(token), L + credits[i], L / 2 / (W * 256) + 1);
            assertLe(host.available(token), L + credits[i]);
            vm.revertToState(before);
        }
    }

    function test_S2_InflowsAddUpToTheCap() public {
        _in(L / 8);
        _in(L / 8);
        assertEq(host.available(token), L + L / 4);
        _in(L / 4 - TOKEN);
        _in(L / 4);
        assertEq(host.available(token), L + L / 2);
    }

    function test_S2_UsingItDoesNotRenewIt() public {
        _in(10 * L);
        _passes(L + L / 2);
        skip(W / 2);
        // the ceiling fell by L/4, the refill gave L/2
        assertEq(host.available(token), L / 4);
    }

    /// S2b: dust in every block must not keep it alive.
    function test_S2b_DustAddsNoMoreThanItself() public {
        _in(10 * L);
        for (uint256 i = 1; i <= 200; ++i) {
            vm.warp(START + i * W / 200);
            _in(i % 2 == 0 ? 1 : 1e15);
        }
        assertLe(host.available(token), L + 100e15);
        assertGt(host.available(token), L, "what came in lately counts for itself");
    }

    function test_S2b_AnInflowOfNothingAddsNothing() public {
        _in(10 * L);
        skip(W / 2);
        _in(0);
        _in(1);
        assertEq(host.available(token), L + L / 4);
    }

    /// S4: what is not metered is no inflow, and the limit looks at no balance.
    function test_S4_ADonationChangesNothing() public {
        vm.deal(address(host), 1e30);
        assertEq(host.available(token), L);
        _leavesExactly(L);
    }

    function test_S4_WithoutCreditAnInflowIsWorthNothing() public {
        _set(_plain());
        _in(100 * L);
        _leavesExactly(L);
    }

    function test_ALimitOfZeroGivesNoCredit() public {
        Config memory c = _withCredit(10);
        c.mantissa = 0;
        _set(c);
        _in(L);
        assertEq(host.available(token), 0);
        _refuses(1);
    }

    /// A credit that ended adds nothing to the next one.
    function test_AnEndedCreditIsNotDebt() public {
        _in(L / 4);
        skip(10 * W);
        _in(L / 4);
        assertEq(host.available(token), L + L / 4);
    }
}
