// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Limiter, TransientNet} from "../../../contracts/guards/outflow/TransientNet.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @notice What a payment leaves behind: its answer or its error, the word, and the note of the transaction.
struct Outcome {
    bool done;
    bytes answer;
    OutflowWord word;
    int256 net;
    uint256 creditStart;
    uint256 share;
}

/// @title One payment by the ordinary way and by the whole rule, from the same state
contract TwoWays is OutflowCore {
    function ordinary(address asset, uint256 amount, uint256 withheld) external returns (Decision) {
        return _meterOut(asset, msg.sender, amount, withheld);
    }

    function careful(address asset, uint256 amount, uint256 withheld) external returns (Decision) {
        return _meterWithCare(asset, msg.sender, amount, withheld);
    }

    function run(OutflowWord word, address asset, bytes calldata payment) external returns (Outcome memory o) {
        Limiter storage limiter = _limiter(asset);
        limiter.word = word;
        assembly ("memory-safe") {
            tstore(limiter.slot, 0)
        }
        (o.done, o.answer) = address(this).call(payment);
        o.word = limiter.word;
        (o.net, o.creditStart, o.share) = TransientNet.load(limiter, limiter.word.creditEnd());
    }

    /// @notice Whether the rule has only been asked for what the ordinary payment may not decide.
    function isShort(OutflowWord word, address asset, uint256 amount, uint256 withheld) external returns (bool) {
        Limiter storage limiter = _limiter(asset);
        limiter.word = word;
        assembly ("memory-safe") {
            tstore(limiter.slot, 0)
        }
        _meterOut(asset, msg.sender, amount, withheld);
        uint256 note;
        assembly ("memory-safe") {
            note := tload(limiter.slot)
        }
        return note != 0 && note == amount; // the rule writes more into its note
    }
}

/// @title The assembly of the ordinary payment is held to the rule that is written in plain words
contract OrdinaryTest is OutflowTest {
    TwoWays private ways;

    function setUp() public override {
        super.setUp();
        ways = new TwoWays();
    }

    function _same(OutflowWord word, uint256 amount, uint256 withheld) private {
        Outcome memory a = ways.run(word, token, abi.encodeCall(ways.ordinary, (token, amount, withheld)));
        Outcome memory b = ways.run(word, token, abi.encodeCall(ways.careful, (token, amount, withheld)));
        assertEq(keccak256(abi.encode(a)), keccak256(abi.encode(b)));
    }

    function _state(Config memory c, uint256 used, uint256 elapsed, uint256 creditEnd)
        private
        view
        returns (OutflowWord)
    {
        return _word(c).withUsed(used, _now() - elapsed).withCreditEnd(creditEnd);
    }

    /// @dev Only the rule reverts.
    function _isShort(OutflowWord word, uint256 amount, uint256 withheld) private returns (bool) {
        try ways.isShort(word, token, amount, withheld) returns (bool short) {
            return short;
        } catch {
            return false;
        }
    }

    /// Any valid configuration, any state of it, any amount: with those at the edges of the rule drawn often.
    function testFuzz_TheTwoWaysAgree(uint256 seed, uint256 used, uint256 elapsed, uint256 amount) public {
        Config memory c;
        c.mantissa = seed % 3 == 0 ? (seed >> 8) % 3 : (seed >> 8) % 2 ** 20;
        c.exponent = (seed >> 28) % 24;
        c.minutes_ = 1 + (seed >> 40) % 20_000;
        (c.creditTenths, c.reserveTenths) = ((seed >> 56) % 11, (seed >> 64) % 10);
        (c.exemptionMantissa, c.exemptionExponent) = ((seed >> 72) % 256, (seed >> 80) % 24);
        c.mode = Mode((seed >> 88) % 4);
        elapsed = elapsed % 4 == 0 ? elapsed % 3 : elapsed % (70 * c.minutes_);
        OutflowWord word = _word(c);
        used %= word.mostUsed() + 1;
        if (c.mode == Mode.UNSET) word = OutflowWord.wrap(used = 0);
        else word = _state(c, used, elapsed, (seed >> 96) % 2 == 0 ? (_now() << 8) + (seed >> 100) % 2 ** 20 : 0);

        uint256 limit = word.limit();
        uint256 ceiling = word.ceilingFor(type(uint256).max, _now(), limit);
        uint256 now_ = word.usedAt(_now(), limit);
        uint256 room = ceiling > now_ ? (ceiling - now_) / (60 * c.minutes_) : 0;
        if (amount % 8 < 3) amount = room + amount % 8;
        else if (amount % 8 < 6) amount = amount % (limit + 2);
        else if (amount % 8 == 6) amount %= 2;
        _same(word, amount, seed % 5 == 0 ? (seed >> 130) % 101 : 0);
    }

    function test_TheEdgesAgree() public {
        Config memory c = _withCredit(5);
        c.reserveTenths = 1;
        uint256[12] memory amounts =
            [uint256(0), 1, L / 2, L * 9 / 10 - 1, L * 9 / 10, L * 9 / 10 + 1, L, L + 1, 2 * L, 1 << 119, MAX - 1, MAX];
        for (uint256 i; i < 12; ++i) {
            for (uint256 elapsed; elapsed < 3; ++elapsed) {
                _same(_state(c, 0, elapsed, 0), amounts[i], 0);
                _same(_state(c, L * W / 3, elapsed * W / 3, 0), amounts[i], 0);
                _same(_state(c, 0, elapsed, (_now() + W / 2) << 8), amounts[i], 1);
            }
        }
    }

    /// An amount whose product with the window wraps to little.
    function test_AnAmountThatWrapsIsNotSmall() public {
        uint256 wraps = type(uint256).max / W + 1;
        unchecked {
            assertLt(wraps * W, L * W);
        }
        _same(_state(_plain(), 0, 1 days, 0), wraps, 0);
    }

    /// Each reserve in each mode, with a shared budget and without: ordinary up to what the reserve leaves, if at all.
    /// What the top seven bits mean is worked out here in plain words; the contract looks it up in a table.
    function test_EachTopOfTheWord() public {
        for (uint256 top; top < 128; ++top) {
            uint256 reserve = top % 16;
            bool limited = top / 16 == 1 || top / 16 == 2; // and not shared, which is the bit above
            uint256 room = limited && reserve < 10 ? L * (10 - reserve) / 10 : 0;
            OutflowWord word =
                OutflowWord.wrap(OutflowWord.unwrap(_state(_plain(), 0, W, 0)) % 2 ** 249 + top * 2 ** 249);
            assertEq(_isShort(word, 1, 0), room != 0, "at all");
            if (room == 0) continue;
            assertTrue(_isShort(word, room - 1, 0), "the most that is ordinary");
            assertFalse(_isShort(word, room, 0), "the last unit takes the whole rule");
        }
    }

    function test_WhatIsOrdinary() public {
        Config memory c = _plain();
        assertTrue(_isShort(_state(c, L * W / 2, 1, 0), L / 3, 0));
        assertTrue(_isShort(_state(c, L * W / 2, 1, (_now() + 60) << 8), L / 3, 0), "credit that is not needed");
        assertFalse(_isShort(_state(c, L * W / 2, 0, 0), L / 3, 0), "not the first in this second");
        assertFalse(_isShort(_state(c, L * W / 2, 1, 0), 0, 0), "nothing");
        assertFalse(_isShort(_state(c, L * W / 2, 1, 0), L * 2 / 3, 0), "too much");
        assertFalse(_isShort(_state(c, 0, 1, 0), 1, 1), "under a level");
        c.reserveTenths = 9;
        assertTrue(_isShort(_state(c, 0, 1, 0), L / 10 - 1, 0));
        (c.exemptionMantissa, c.exemptionExponent) = (255, 18);
        assertFalse(_isShort(_state(c, 0, 1, 0), L / 10 + 1, 0), "by exemption");
        (c.mode, c.reserveTenths) = (Mode.UNLIMITED, 0);
        assertFalse(_isShort(_state(c, 0, 1, 0), 1, 0), "unlimited");
        assertFalse(_isShort(OutflowWord.wrap(uint256(2) << 253), 1, 0), "a limit of nothing");
    }
}
