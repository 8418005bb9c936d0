// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Decision} from "../../../contracts/guards/Types.sol";
import {Test} from "../base/Test.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";
import {OutflowHost} from "./OutflowHost.sol";

/// @notice Every outflow with its time; the bound is checked over every interval, knowing nothing of the limiter.
contract Ledger {
    uint256 private immutable _LIMIT;
    uint256 private immutable _WINDOW;
    uint256 private immutable _CREDIT;
    uint256[] private _times;
    uint256[] private _sums;

    constructor(uint256 limit, uint256 window, uint256 credit) {
        (_LIMIT, _WINDOW, _CREDIT) = (limit, window, credit);
        _sums.push(0);
    }

    function note(uint256 amount, uint256 timestamp) external {
        _times.push(timestamp);
        _sums.push(_sums[_sums.length - 1] + amount);
    }

    /// @notice True when some interval that ends with the last outflow lost more than L (1 + T / W) + C.
    function isBroken() external view returns (bool) {
        uint256 last = _times.length;
        for (uint256 first; first < last; ++first) {
            uint256 lost = _sums[last] - _sums[first];
            if (lost * _WINDOW > (_LIMIT + _CREDIT) * _WINDOW + _LIMIT * (_times[last - 1] - _times[first])) {
                return true;
            }
        }
        return false;
    }

    function total() external view returns (uint256) {
        return _sums[_sums.length - 1];
    }
}

/// @title Over any interval T at most L (1 + T / W) + C leaves (S5, S6)
/// forge-config: default.isolate = true
contract BoundTest is OutflowTest {
    function test_S5_PiecesInOneBlock() public {
        uint256 passed;
        for (uint256 i; i < 100; ++i) {
            if (_out(L * 99 / 100)) ++passed;
        }
        assertEq(passed, 1);
        for (uint256 i; i < 10; ++i) {
            _passes(L / 1000);
        }
        _refuses(1);
    }

    function test_S5_PiecesOverAHundredBlocks() public {
        uint256 lost;
        for (uint256 i; i < 100; ++i) {
            vm.warp(START + i * 12);
            if (_out(L * 99 / 100)) lost += L * 99 / 100;
            uint256 rest = host.available(token);
            if (_out(rest)) lost += rest;
        }
        assertLe(lost, L + L * (99 * 12) / W);
        assertGe(lost + 100, L + L * (99 * 12) / W, "and no less either");
    }

    /// S6: the documented constant is 2 L for a window, met at its edge.
    function test_S6_TheEdgeOfAWindow() public {
        _passes(L);
        uint256[3] memory waits = [W - 1, W, W + 1];
        uint256[3] memory left = [L * (W - 1) / W, L, L];
        for (uint256 i; i < 3; ++i) {
            uint256 before = vm.snapshotState();
            vm.warp(START + waits[i]);
            _leavesExactly(left[i]);
            vm.revertToState(before);
        }
    }

    function testFuzz_S6_BoundedLoss(uint256 seed, uint256 config) public {
        Config memory c = _plain();
        (c.mantissa, c.exponent) = (bound(config, 0, 5000), config >> 16 & 3);
        (c.minutes_, c.creditTenths) = (1 + (config >> 32) % 2880, (config >> 48) % 11);
        (c.reserveTenths, c.exemptionMantissa) = ((config >> 56) % 10, (config >> 64) & 255);
        _set(c);
        uint256 limit = c.mantissa * 10 ** c.exponent;
        Ledger ledger = new Ledger(limit, c.minutes_ * 60, limit * c.creditTenths / 10);
        for (uint256 i; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            skip(seed % 3 == 0 ? 0 : (seed >> 8) % (c.minutes_ * (seed % 5 == 0 ? 90 : 9)));
            host.setShare(seed >> 250 < 50 ? 100 : (seed >> 240) % 101, false);
            uint256 amount = (seed >> 32) % (limit + limit / 8 + 2);
            if (seed >> 128 & 3 == 0) amount = host.available(token);
            if (seed >> 130 & 3 == 0) _in(amount);
            else if (_out(amount) && amount != 0) ledger.note(amount, _now());
            assertFalse(ledger.isBroken());
        }
    }
}

/// @notice What an attacker may do, any time, with any amount.
contract OutflowHandler is Test {
    OutflowHost private _host;
    address private _token;
    Ledger public ledger;
    uint256 private _limit;

    constructor(OutflowHost host, address token, Ledger ledger_, uint256 limit) {
        (_host, _token, ledger, _limit) = (host, token, ledger_, limit);
    }

    function wait(uint256 time) external {
        skip(bound(time, 1, 30 hours));
    }

    function deposit(uint256 amount) external {
        _host.takeIn(_token, bound(amount, 0, 20 * _limit));
    }

    function withdraw(uint256 amount) external {
        _withdraw(bound(amount, 1, 2 * _limit));
    }

    function withdrawAll() external {
        uint256 amount = _host.available(_token);
        if (amount != 0) _withdraw(amount);
    }

    function withdrawSmall() external {
        _withdraw(_host.outflowWord(_token).exemption());
    }

    function setShare(uint256 share) external {
        _host.setShare(share % 3 == 0 ? 100 : share % 101, false);
    }

    function sync() external {
        _host.syncBase(_token);
    }

    function _withdraw(uint256 amount) private {
        if (_host.payOut(_token, amount) == Decision.PASS) ledger.note(amount, vm.getBlockTimestamp());
    }
}

/// forge-config: default.isolate = true
contract BoundInvariantTest is OutflowTest {
    OutflowHandler private handler;

    function setUp() public override {
        super.setUp();
        Config memory c = _withCredit(7);
        (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (2, 50, 18);
        _set(c);
        host.setRelativeLimit(token, 1000, 5000, uint128(10 * L));
        host.setBase(token, 10 * L);
        handler = new OutflowHandler(host, token, new Ledger(L, W, L * 7 / 10), L);
        targetContract(address(handler));
    }

    function invariant_S6_BoundedLoss() public view {
        assertFalse(handler.ledger().isBroken());
        assertLe(host.available(token), L * 17 / 10);
    }
}
