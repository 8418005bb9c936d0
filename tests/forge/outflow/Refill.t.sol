// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title The refill loses nothing and costs always the same (S7, S8, S9, S10)
/// forge-config: default.isolate = true
contract RefillTest is OutflowTest {
    function _count(uint256 limit) private {
        Config memory c = _plain();
        (c.mantissa, c.exponent) = (limit, 0);
        _set(c);
    }

    /// S7: one unit in every block; what is there is never below the ideal by a whole unit.
    function test_S7_DustStarvesNobody() public {
        _count(7200);
        _passes(7200);
        for (uint256 i = 1; i <= 7200; ++i) {
            vm.warp(START + i * 12);
            if (i % 100 != 0) _passes(1);
        }
        _leavesExactly(72);
    }

    function test_S7_EveryFortiethOfAWindow() public {
        _count(40);
        _passes(40);
        for (uint256 i = 1; i <= 40; ++i) {
            vm.warp(START + i * W / 40);
            _passes(1);
        }
        _refuses(1);
    }

    function testFuzz_S7_NeverBelowTheIdeal(uint256 limit, uint256 seed) public {
        limit = bound(limit, 1, 1e6);
        _count(limit);
        _passes(limit);
        uint256 last = START;
        uint256 usedTimesWindow = limit * W;
        for (uint256 i; i < 30; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            skip(seed % (W / 8));
            uint256 refill = limit * (_now() - last);
            usedTimesWindow = usedTimesWindow > refill ? usedTimesWindow - refill : 0;
            last = _now();
            uint256 ideal = (limit * W - usedTimesWindow) / W;
            assertEq(host.available(token), ideal);
            if (ideal != 0 && seed >> 128 & 1 == 0) {
                uint256 amount = 1 + (seed >> 130) % ideal;
                _passes(amount);
                usedTimesWindow += amount * W;
            }
        }
    }

    /// S8: ten units a day, whatever their decimals, come back at their second.
    function test_S8_TenUnitsADay() public {
        _count(10);
        _passes(10);
        uint256[3] memory waits = [uint256(8639), 8640, 8641];
        uint256[3] memory units = [uint256(0), 1, 1];
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            vm.warp(START + waits[i]);
            _leavesExactly(units[i]);
            vm.revertToState(before);
        }
    }

    function test_S8_OneUnitAMonth() public {
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.minutes_) = (1, 0, 30 * 1440);
        _set(c);
        _passes(1);
        skip(30 days - 1);
        _refuses(1);
        skip(1);
        _passes(1);
    }

    function test_S9_AfterAYearIdle() public {
        _passes(L);
        uint256 soon = _gasOf(1, W + 60);
        uint256 late = _gasOf(1, 365 days);
        assertEq(late, soon);
        _leavesExactly(L - 1);
    }

    /// S9: the time of `used` is 32 bits; the wrap of 2106 goes unnoticed.
    function test_S9_TheClockWraps() public {
        vm.warp((1 << 32) - W / 2);
        _passes(L);
        vm.warp(1 << 32);
        assertEq(host.available(token), L / 2);
        vm.warp((1 << 32) + W / 2 - 1);
        assertLt(host.available(token), L);
        vm.warp((1 << 32) + W / 2);
        _leavesExactly(L);
    }

    /// S9: so does the end of the credit, and it touches no other field.
    function test_S9_TheEndOfTheCreditWraps() public {
        Config memory c = _withCredit(10);
        (c.exemptionMantissa, c.exemptionExponent) = (2, 3);
        _set(c);
        vm.warp((1 << 32) - W / 2);
        assertEq(host.available(token), L, "no credit yet");
        _in(L);
        assertEq(host.available(token), 2 * L);
        assertEq(host.outflowWord(token).exemption(), 2000);
        vm.warp((1 << 32) - 1);
        assertEq(host.available(token), L + L * (W / 2 + 1) / W);
        vm.warp((1 << 32) + W / 4);
        assertEq(host.available(token), L + L / 4);
        _in(L / 4);
        assertEq(host.available(token), L + L / 2);
        vm.warp((1 << 32) + W);
        assertEq(host.available(token), L);
        _in(L);
        assertEq(host.available(token), 2 * L);
        _leavesExactly(2 * L);
    }

    /// S10: the cost does not depend on how many there were.
    function test_S10_ConstantCost() public {
        _gasOf(1, 1);
        uint256 first = _gasOf(1, 1);
        for (uint256 i; i < 10_000; ++i) {
            skip(1 + i % 7);
            host.payOut(token, 1);
        }
        uint256 last = _gasOf(1, 1);
        assertApproxEqAbs(last, first, first / 100);
        emit Measured(first, last);
    }

    event Measured(uint256 firstGas, uint256 lastGas);

    function testFuzz_S10_ConstantCost(uint256 amount, uint256 wait) public {
        _gasOf(1, 1);
        uint256 plain = _gasOf(1, 1);
        uint256 other = _gasOf(bound(amount, 1, L / 2), bound(wait, 1, 3650 days));
        assertApproxEqAbs(other, plain, 300, "calldata, refill and nothing else");
    }

    function _gasOf(uint256 amount, uint256 wait) private returns (uint256 spent) {
        skip(wait);
        uint256 before = gasleft();
        host.payOut(token, amount);
        return before - gasleft();
    }
}
