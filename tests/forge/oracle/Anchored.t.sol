// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Fault, PriceState, Trip} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {OracleTest} from "./OracleTest.sol";
import {Source} from "./OracleHost.sol";

/// @title OracleAnchored: whatever prices come and whoever calls when, the reference never absorbs an attack
/// @notice The model shares nothing with the guard but the words of its header. It keeps the reference as a rational
/// bound in time, and says of each call by itself whether the reference may move at all.
contract AnchoredTest is OracleTest {
    uint256 private constant BPS = 10_000;
    uint256 private moved;
    uint256 private stood;
    uint256 private tripped;

    function testFuzz_S47_OracleAnchored(uint256 seed) public {
        _run(seed, 60);
    }

    function test_S47_TheRunsMoveAndStandStill() public {
        for (uint256 seed; seed < 20; ++seed) {
            _run(seed, 60);
        }
        assertGt(moved, 50);
        assertGt(stood, 100);
        assertGt(tripped, 20);
    }

    function _run(uint256 seed, uint256 steps) private {
        follow.tripAfter = uint24(seed % 3 * 600);
        if (seed % 2 == 0) (rule.deviationBps, backup.second) = (200, second);
        _configure();
        uint256 start = _now();
        for (uint256 i; i < steps; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            skip(random % 7 == 0 ? random >> 8 & 0xffff : random >> 8 & 0x3ff);
            if (random >> 30 & 31 == 0) _byHand();
            bool good = _present(random >> 40);
            _step(good);
            _requireBound(_now() - start);
        }
    }

    /// @dev What an attacker, a market or a broken feed shows. Mostly near the reference, where it does most harm.
    /// @return good whether the model believes the price itself
    function _present(uint256 random) private returns (bool good) {
        uint256 anchor = _anchor();
        uint256 price = anchor * (8500 + random % 3000) / BPS;
        if (random >> 16 & 7 == 0) price = anchor * (random >> 20 & 0xf) / 4;
        uint256 kind = random >> 32 & 15;
        source.set(price);
        if (kind == 0) source.setAt(price, _now() - MAX_AGE - 1);
        if (kind == 1) source.setAt(price, _now() + 1);
        if (kind == 2) source.misbehave(Source.Manner.REVERT);
        uint256 other = kind == 3 ? price * 2 : price;
        second.set(other);
        bool differs = kind == 3 && rule.deviationBps != 0;
        uint256 distance = price > anchor ? price - anchor : anchor - price;
        return kind > 2 && price != 0 && !differs && distance * BPS <= anchor * rule.thresholdBps;
    }

    function _byHand() private {
        vm.prank(governance);
        host.tripOracle(weth, 30 minutes, "");
    }

    function _step(bool good) private {
        PriceState memory before = _state();
        (, uint256 price) = host.priceFault(weth);
        _sync();
        PriceState memory next = _state();
        bool may = good && before.trip == Trip.NORMAL && _now() >= before.trippedUntil;
        if (!may) assertEq(next.anchor, before.anchor, "moved although it must stand still");
        bool up = price > before.anchor;
        assertTrue(up ? next.anchor >= before.anchor : next.anchor <= before.anchor, "away from the price");
        if (may) assertTrue(up ? next.anchor <= price : next.anchor >= price, "past the price");
        if (next.trip >= Trip.TRIPPED) ++tripped;
        next.anchor == before.anchor ? ++stood : ++moved;
    }

    /// @dev With x the drift times the time: P (1 - x) <= reference <= P e^x <= P (1 + x + x^2) for x <= 1.
    function _requireBound(uint256 elapsed) private view {
        uint256 x = follow.driftBps * elapsed * 1e18 / (BPS * 1 days) + 1;
        assertLe(x, 1e18, "the model is good up to here");
        assertLe(_anchor(), P + P * x / 1e18 + P * x / 1e18 * x / 1e18);
        assertGe(_anchor(), P - P * x / 1e18);
    }
}
