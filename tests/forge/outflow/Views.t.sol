// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title `available` and `retryAt` say what will happen, to the unit and to the second
/// forge-config: default.isolate = true
contract ViewsTest is OutflowTest {
    function _random(uint256 seed, bool credit) private {
        Config memory c = _plain();
        (c.mantissa, c.exponent) = (1 + seed % 1000, (seed >> 16) % 4);
        c.minutes_ = 1 + (seed >> 24) % 3000;
        if (credit) c.creditTenths = (seed >> 40) % 11;
        (c.reserveTenths, c.exemptionMantissa) = ((seed >> 48) % 10, (seed >> 56) % 256);
        if (seed >> 250 & 1 == 1) {
            host.setUnitRate(token, 1 + (seed >> 64) % 3e18);
            Config memory budget = _plain();
            (budget.mantissa, budget.exponent) = (1 + (seed >> 140) % 1000, (seed >> 16) % 4);
            host.setLimit(BUDGET, _word(budget));
            c.shared = true;
        }
        _set(c);
        if (credit) _in((seed >> 128) % 100_000);
        for (uint256 i; i < 5; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            skip(seed % (c.minutes_ * 20));
            if (i == 2) host.setShare(1 + (seed >> 200) % 100, false);
            uint256 all = host.available(token);
            if (all != 0) _out(1 + (seed >> 64) % all);
        }
        skip(seed % (c.minutes_ * 30));
    }

    function testFuzz_AvailablePassesAndOneMoreDoesNot(uint256 seed) public {
        _random(seed, true);
        uint256 all = host.available(token);
        uint256 small = host.availableForSmall(token);
        uint256 exemption = host.outflowWord(token).exemption();
        uint256 clean = vm.snapshotState();
        if (all >= exemption) _refuses(all + 1);
        if (all != 0) _passes(all);
        vm.revertToState(clean);
        assertLe(small, exemption);
        if (small != 0) _passes(small);
        vm.revertToState(clean);
        if (small < exemption) _refuses(small + 1);
    }

    function testFuzz_RetryAtIsTheFirstSecond(uint256 seed, uint256 amount) public {
        _random(seed, false);
        amount = bound(amount, 1, host.outflowWord(token).limit() + 1);
        uint256 at = host.retryAt(token, amount);
        if (at == MAX) {
            skip(3650 days);
            _refuses(amount);
            return;
        }
        if (at > _now()) {
            vm.warp(at - 1);
            _refuses(amount);
        }
        vm.warp(at);
        _passes(amount);
    }

    function testFuzz_RetryAtHoldsWithCreditToo(uint256 seed, uint256 amount) public {
        _random(seed, true);
        amount = bound(amount, 1, 2 * host.outflowWord(token).limit() + 1);
        uint256 at = host.retryAt(token, amount);
        if (at == MAX) {
            _refuses(amount);
            return;
        }
        vm.warp(at);
        _passes(amount);
    }

    /// Credit lets it pass now, the shared budget only when the credit is gone: then it is never.
    function test_RetryAtWaitsForBothBudgets() public {
        host.setUnitRate(token, 1e18);
        host.setLimit(BUDGET, _word(_plain()));
        Config memory c = _withCredit(10);
        (c.shared, c.mantissa) = (true, 500);
        _set(c);
        host.setUnitRate(address(9), 1e18);
        Config memory other = _plain();
        other.shared = true;
        host.setLimit(address(9), _word(other));
        host.payOut(address(9), L);
        _in(L);
        assertEq(host.retryAt(token, 700 * TOKEN), MAX);
        assertEq(host.retryAt(token, 500 * TOKEN), START + W / 2);
        assertEq(host.retryAt(token, 500 * TOKEN + 1), START + W / 2 + 1, "a little credit is left then");
    }

    /// Both costs are rounded up, against the one who leaves: at 70 % of the limit one unit costs 342.9 unit-seconds
    /// of 480, with 240 used; half a unit of the shared budget costs a whole one.
    function test_RetryAtRoundsWhatItCostsUp() public {
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.minutes_) = (2, 0, 4);
        _set(c);
        _passes(1);
        host.setShare(70, false);
        assertEq(host.retryAt(token, 1), START + 52);
        vm.warp(START + 51);
        _refuses(1);
        skip(1);
        _passes(1);

        host.setShare(100, false);
        host.setUnitRate(token, 0.5e18);
        host.setLimit(BUDGET, _word(c));
        (c.mantissa, c.shared) = (1000, true);
        _set(c);
        skip(1); // what leaves in one second is one payment
        _passes(4);
        uint256 from = _now();
        assertEq(host.retryAt(token, 1), from + 120);
        vm.warp(from + 119);
        _refuses(1);
        skip(1);
        _passes(1);
    }
}
