// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Decision, Guard} from "../../../contracts/guards/Types.sol";
import {Mode} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Step} from "./OutflowHost.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title The share of the limits that a level leaves, and small withdrawals (S18)
/// forge-config: default.isolate = true
contract LevelTest is OutflowTest {
    event GuardDecision(
        Guard indexed guard,
        Decision decision,
        address indexed account,
        address indexed asset,
        uint256 amount,
        uint16 operation,
        bool shadow
    );

    function test_AShareIsExact() public {
        uint256[5] memory shares = [uint256(100), 50, 33, 1, 0];
        for (uint256 i; i < 5; ++i) {
            uint256 clean = vm.snapshotState();
            host.setShare(shares[i], false);
            _leavesExactly(L * shares[i] / 100);
            vm.revertToState(clean);
        }
    }

    function test_OutflowUnderALevelWeighsAfterItToo() public {
        host.setShare(25, false);
        _passes(L / 10);
        host.setShare(100, false);
        _leavesExactly(L - 4 * (L / 10));
    }

    function test_WeightIsRoundedUp() public {
        host.setShare(33, false);
        _passes(1);
        host.setShare(100, false);
        assertEq(host.outflowWord(token).usedAt(_now(), L), (W * 100 + 32) / 33);
    }

    function test_AtShareZeroNothingLeaves() public {
        host.setShare(0, false);
        assertEq(host.available(token), 0);
        assertEq(host.retryAt(token, 1), MAX);
        _refuses(1);
        Decision[] memory decisions = host.run(_steps(int256(L), -int256(L)));
        assertTrue(decisions[1] == Decision.PASS, "what came in in this transaction is no outflow");
    }

    function test_ALevelInShadowOnlySpeaks() public {
        host.setShare(50, true);
        assertEq(host.available(token), L);
        vm.recordLogs();
        _passes(L / 2);
        assertEq(vm.getRecordedLogs().length, 0, "the level would have passed it");
        vm.expectEmit(guards);
        emit GuardDecision(Guard.LEVEL, Decision.QUEUE, address(this), token, L / 4 + 1, 0, true);
        _passes(L / 4 + 1);
        assertEq(host.retryAt(token, L), START + W * 3 / 4 + 1);
        skip(W);
        vm.recordLogs();
        host.run(_steps(int256(L), -int256(L + L / 2)));
        host.run(_steps(int256(L), -int256(L)));
        assertEq(vm.getRecordedLogs().length, 0, "by its net it would");
        Config memory c = _plain();
        c.mode = Mode.LIMITED_REVERT;
        _set(c);
        vm.expectEmit(guards);
        emit GuardDecision(Guard.LEVEL, Decision.REFUSE, address(this), token, L / 2, 0, true);
        _passes(L / 2);
    }

    function test_ALevelInShadowSeesCreditAsTheLimiterDoes() public {
        _set(_withCredit(10));
        host.setShare(50, true);
        _in(L / 2);
        Step[] memory steps = _steps(int256(L / 4), -int256(L));
        vm.recordLogs();
        host.run(steps);
        assertEq(vm.getRecordedLogs().length, 0, "3/4 of L at half share fit under L and its credit");
        vm.recordLogs();
        _passes(L / 2);
        assertEq(vm.getRecordedLogs().length, 1);
    }

    // ---- small ones

    function _withReserve() private {
        Config memory c = _plain();
        (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (2, 10, 18);
        _set(c);
    }

    /// S18: the whale waits alone.
    function test_S18_AWhaleWaitsAndSmallOnesLeave() public {
        _withReserve();
        assertTrue(host.payOut(token, 5 * L) == Decision.QUEUE);
        _passes(L * 8 / 10);
        assertEq(host.available(token), 0);
        _refuses(10 * TOKEN + 1);
        for (uint256 i; i < 20; ++i) {
            _passes(10 * TOKEN);
        }
        _refuses(1);
    }

    /// S18: in pieces he gets what the limit leaves, and nothing more.
    function test_S18_SplittingHelpsNobody() public {
        _withReserve();
        uint256 passed;
        for (uint256 i; i < 500; ++i) {
            if (_out(10 * TOKEN)) ++passed;
        }
        assertEq(passed * 10 * TOKEN, L);
    }

    /// S18: the exemption, one before, at, and one after.
    function test_S18_TheExemptionToTheUnit() public {
        _withReserve();
        _passes(L * 8 / 10);
        uint256[3] memory amounts = [10 * TOKEN - 1, 10 * TOKEN, 10 * TOKEN + 1];
        for (uint256 i; i < 3; ++i) {
            uint256 clean = vm.snapshotState();
            assertEq(_out(amounts[i]), i < 2);
            vm.revertToState(clean);
        }
        assertEq(host.availableForSmall(token), 10 * TOKEN);
        for (uint256 i; i < 19; ++i) {
            _passes(10 * TOKEN);
        }
        _passes(4 * TOKEN);
        assertEq(host.availableForSmall(token), 6 * TOKEN);
    }

    function test_S18_TheReserveRefillsFirst() public {
        _withReserve();
        for (uint256 i; i < 100; ++i) {
            _passes(10 * TOKEN);
        }
        skip(W / 5);
        assertEq(host.available(token), 0);
        _refuses(10 * TOKEN + 1);
        skip(W / 10);
        assertEq(host.available(token), L / 10);
    }

    function test_TheReserveIsWholeUnitsRoundedDown() public {
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.reserveTenths) = (15, 0, 9);
        _set(c);
        _leavesExactly(2);
    }
}
