// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";
import {Step} from "./OutflowHost.sol";

/// @title Flows of one transaction count by their net only (S1)
/// forge-config: default.isolate = true
contract NettingTest is OutflowTest {
    function _used() private view returns (uint256) {
        OutflowWord word = host.outflowWord(token);
        return word.usedAt(_now(), word.limit());
    }

    function _run(int256 first, int256 second) private returns (Decision[] memory) {
        return host.run(_steps(first, second));
    }

    function test_S1_AFlashDepositNeitherUsesTheLimitNorLeavesCredit() public {
        _set(_withCredit(5));
        Decision[] memory decisions = _run(int256(L), -int256(L));
        assertTrue(decisions[1] == Decision.PASS);
        assertEq(_used(), 0);
        _passes(1);
        _leavesExactly(L - 1);
    }

    function test_S1_ItTakesNoCreditThatWasThere() public {
        _set(_withCredit(5));
        _in(L / 4);
        _run(int256(10 * L), -int256(10 * L));
        assertEq(host.available(token), L + L / 4);
    }

    function test_S1_AFlashLoanOutAndBackUsesNothing() public {
        _set(_withCredit(5));
        _run(-int256(L), int256(L));
        assertEq(_used(), 0);
        _leavesExactly(L);
    }

    function test_OnlyTheRestOfAReturnIsCredit() public {
        _set(_withCredit(5));
        _run(-int256(L), int256(L + L / 8));
        assertEq(host.available(token), L + L / 8);
    }

    /// What comes back beyond what left takes nothing off the use of others.
    function test_AReturnRefundsNoMoreThanLeft() public {
        _passes(L / 2);
        _run(-int256(L / 4), int256(L));
        _leavesExactly(L / 2);
    }

    function test_OnlyTheRestOfAnExitIsCharged() public {
        _run(int256(L), -int256(L + 7));
        _leavesExactly(L - 7);
    }

    /// The whole amount decides whether it is small, not the rest that is charged.
    function test_ARestIsNotASmallAmount() public {
        Config memory c = _plain();
        (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (5, 1, 18);
        _set(c);
        _passes(L / 2);
        Decision[] memory decisions = _run(int256(TOKEN), -int256(TOKEN + 1));
        assertTrue(decisions[1] == Decision.QUEUE);
        _passes(TOKEN);
    }

    function test_S5_OutflowsOfOneTransactionAddUp() public {
        Step[] memory steps = new Step[](100);
        for (uint256 i; i < 100; ++i) {
            steps[i] = _step(token, -int256(L * 99 / 100));
        }
        Decision[] memory decisions = host.run(steps);
        uint256 passed;
        for (uint256 i; i < 100; ++i) {
            if (decisions[i] == Decision.PASS) ++passed;
        }
        assertEq(passed, 1);
        _leavesExactly(L / 100);
    }

    /// A refused part leaves the note of the transaction as it was.
    function test_ARefusedPartIsNotNetted() public {
        Step[] memory steps = new Step[](3);
        steps[0] = _step(token, int256(TOKEN));
        steps[1] = _step(token, -int256(2 * L));
        steps[2] = _step(token, -int256(TOKEN + 1));
        Decision[] memory decisions = host.run(steps);
        assertTrue(decisions[1] == Decision.QUEUE && decisions[2] == Decision.PASS);
        _leavesExactly(L - 1);
    }

    function test_NothingCarriesOverToTheNextTransaction() public {
        _in(L);
        _leavesExactly(L);
        _in(L);
        _refuses(1);
    }

    /// Under a level every unit weighs more; one that comes back must give its whole weight back, or a flash loan
    /// would drain what the level leaves to others.
    function test_S1_UnderALevelAFlashLoanUsesNothing() public {
        host.setShare(25, false);
        _run(-int256(L / 4), int256(L / 4));
        assertEq(_used(), 0);
        _leavesExactly(L / 4);
    }

    function test_ARefundNeverExceedsTheCharge() public {
        _passes(L / 2);
        Step[] memory out = _steps(-int256(L / 4));
        Step[] memory back = _steps(int256(L / 4));
        host.runAround(out, abi.encodeCall(host.setShare, (25, false)), back);
        assertEq(_used(), L / 2 * W, "charged at 100, refunded at 100");
        host.runAround(_steps(-int256(L / 10)), abi.encodeCall(host.setShare, (100, false)), _steps(int256(L / 10)));
        assertEq(_used(), L / 2 * W, "charged at 25, refunded at 25");
    }

    function test_TheLightestChargeSetsTheRefund() public {
        host.setShare(50, false);
        Step[] memory twice = _steps(-int256(L / 10), -int256(L / 10));
        host.runAround(_steps(-int256(L / 10)), abi.encodeCall(host.setShare, (100, false)), twice);
        assertEq(_used(), (L / 5 + L / 5) * W);
        host.setShare(100, false);
        skip(W);
        Step[] memory mixed = _steps(-int256(L / 10), int256(L / 5));
        host.runAround(_steps(-int256(L / 10)), abi.encodeCall(host.setShare, (50, false)), mixed);
        assertEq(_used(), (L / 5 + L / 10 - L / 5) * W, "refunded at 100, the lightest");
    }

    function test_ShareInShadowChargesAndRefundsInFull() public {
        host.setShare(25, true);
        _run(-int256(L), int256(L));
        assertEq(_used(), 0);
        _run(-int256(L), int256(L / 2));
        assertEq(_used(), L / 2 * W);
    }

    function test_S12_AnAbsurdInflowIsStillNetted() public {
        Step[] memory steps = new Step[](3);
        (steps[0], steps[1]) = (Step(true, token, MAX), Step(true, token, MAX));
        steps[2] = _step(token, -int256(100 * L));
        assertTrue(host.run(steps)[2] == Decision.PASS);
        assertEq(_used(), 0);
    }

    /// Absurd inflow saturates and wraps nothing.
    function test_S12_AbsurdInflowSaturates() public {
        _set(_withCredit(10));
        Step[] memory steps = new Step[](400);
        for (uint256 i; i < 400; ++i) {
            steps[i] = Step(true, token, MAX);
        }
        host.run(steps);
        assertEq(host.available(token), 2 * L);
        _run(type(int256).max, -int256(1 << 119));
        assertEq(host.available(token), 2 * L);
        Decision[] memory decisions = _run(type(int256).max, -type(int256).max);
        assertTrue(decisions[1] == Decision.QUEUE, "more than was counted");
    }

    function testFuzz_OnlyTheNetCounts(int256[6] memory seeds, uint256 tenths, uint256 share) public {
        _set(_withCredit(bound(tenths, 0, 10)));
        host.setShare(share % 2 == 0 ? 100 : 50, false);
        _in(L / 3);
        skip(W / 7);
        int256 net;
        Step[] memory steps = new Step[](6);
        for (uint256 i; i < 6; ++i) {
            int256 amount = int256(bound(uint256(seeds[i]), 0, L / 6));
            if (seeds[i] < 0) amount = -amount;
            net += amount;
            steps[i] = _step(token, amount);
        }
        uint256 before = vm.snapshotState();
        Decision[] memory decisions = host.run(steps);
        for (uint256 i; i < 6; ++i) {
            if (decisions[i] != Decision.PASS) return;
        }
        uint256 path = host.available(token);
        bytes32 state = bytes32(OutflowWord.unwrap(host.outflowWord(token)) << 24);
        vm.revertToState(before);
        if (net > 0) _in(uint256(net));
        if (net < 0) _passes(uint256(-net));
        assertEq(host.available(token), path);
        OutflowWord direct = host.outflowWord(token);
        if (net != 0) assertEq(bytes32(OutflowWord.unwrap(direct) << 24) >> 175, state >> 175, "credit and rules");
    }
}
