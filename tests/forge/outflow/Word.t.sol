// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Mode, OutflowWord, OutflowWordLib} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title The word's fields against bit arithmetic that knows only the documented layout
contract WordTest is OutflowTest {
    function _bits(uint256 raw, uint256 low, uint256 high) private pure returns (uint256) {
        return (raw / 2 ** low) % 2 ** (high - low + 1);
    }

    function testFuzz_EveryFieldIsWhereItSays(uint256 raw) public pure {
        OutflowWord word = OutflowWord.wrap(raw);
        assertEq(word.limit(), _bits(raw, 151, 170) * 10 ** _bits(raw, 171, 175));
        assertEq(word.window(), _bits(raw, 176, 191) * 60);
        assertEq(word.creditEnd(), _bits(raw, 192, 231));
        assertEq(word.exemption(), _bits(raw, 232, 239) * 10 ** _bits(raw, 240, 244));
        assertEq(word.creditTenths(), _bits(raw, 245, 248));
        assertEq(word.reserveTenths(), _bits(raw, 249, 252));
        assertEq(uint256(word.mode()), _bits(raw, 253, 254));
        assertEq(word.shared(), _bits(raw, 255, 255) == 1);
        assertEq(word.isLimited(), _bits(raw, 253, 254) == 1 || _bits(raw, 253, 254) == 2);
        assertEq(word.isUnlimited(), _bits(raw, 253, 254) == 3);
        assertEq(word.isZero(), raw == 0);
        assertEq(word.usedAt(_bits(raw, 119, 150), word.limit()), _bits(raw, 0, 118));
    }

    function testFuzz_AWriteChangesItsFieldAlone(uint256 raw, uint256 value, uint256 timestamp) public pure {
        OutflowWord word = OutflowWord.wrap(raw);
        uint256 end = value % 2 ** 40;
        uint256 next = OutflowWord.unwrap(word.withCreditEnd(end));
        assertEq(_bits(next, 192, 231), end);
        assertEq(_bits(next, 0, 191), _bits(raw, 0, 191));
        assertEq(_bits(next, 232, 255), _bits(raw, 232, 255));

        next = OutflowWord.unwrap(word.withUsed(value % 2 ** 119, timestamp));
        assertEq(_bits(next, 0, 118), value % 2 ** 119);
        assertEq(_bits(next, 119, 150), timestamp % 2 ** 32);
        assertEq(_bits(next, 151, 255), _bits(raw, 151, 255));

        next = OutflowWord.unwrap(word.withLimit(value % 2 ** 20, timestamp % 32));
        assertEq(_bits(next, 151, 170), value % 2 ** 20);
        assertEq(_bits(next, 171, 175), timestamp % 32);
        assertEq(_bits(next, 0, 150), _bits(raw, 0, 150));
        assertEq(_bits(next, 176, 255), _bits(raw, 176, 255));
    }

    function testFuzz_UsedRefillsByTheLimitEachSecond(uint256 raw, uint256 elapsed) public pure {
        OutflowWord word = OutflowWord.wrap(raw);
        elapsed %= 2 ** 32;
        (uint256 used, uint256 limit) = (_bits(raw, 0, 118), word.limit());
        uint256 expected = limit * elapsed >= used ? 0 : used - limit * elapsed;
        assertEq(word.usedAt(_bits(raw, 119, 150) + elapsed, limit), expected);
        assertEq(word.usedAt(_bits(raw, 119, 150) + elapsed + 2 ** 32, limit), expected, "wraps");
    }

    function testFuzz_TheLifeOfTheCredit(uint256 raw, uint256 timestamp, uint256 life) public pure {
        OutflowWord word = OutflowWord.wrap(raw);
        timestamp %= 2 ** 34;
        life %= 2 ** 25;
        uint256 end = (timestamp * 256 + life) % 2 ** 40;
        uint256 expected = end == 0 || life > word.window() * 256 ? 0 : life;
        assertEq(word.creditLife(end, timestamp), expected);
        assertEq(word.creditLife((timestamp * 256 + 2 ** 40 - 1 - life) % 2 ** 40, timestamp), 0, "ended");
    }

    function test_TheLifeOfTheCreditAtItsEnds() public pure {
        OutflowWord word = _word(_withCredit(10));
        uint256 full = W * 256;
        assertEq(word.creditLife(START * 256 + full, START), full);
        assertEq(word.creditLife(START * 256 + full + 1, START), 0, "no credit lives so long");
        assertEq(word.creditLife(START * 256 + 1, START), 1);
        assertEq(word.creditLife(START * 256, START), 0);
        assertEq(word.creditLife(0, START), 0);
        assertEq(word.creditLife(0, (1 << 32) - 1), 0, "none is none at the wrap too");
    }

    function test_MostUsed() public pure {
        assertEq(_word(_plain()).mostUsed(), L * W);
        assertEq(_word(_withCredit(7)).mostUsed(), (L + L * 7 / 10) * W);
        Config memory c = _withCredit(10);
        (c.mantissa, c.exponent) = (15, 0);
        c.creditTenths = 1;
        assertEq(_word(c).mostUsed(), 16 * W, "credit is whole units");
    }

    // ---- what a configuration may be

    function test_S12_ValidAndInvalidToTheLastUnit() public pure {
        Config memory c = _plain();
        assertTrue(_word(c).isValid());
        // 2 L W < 2^119, at a window of one minute: 5538449982437149470432529417834769 = floor(2^118 / 60)
        (c.minutes_, c.mantissa, c.exponent) = (1, 553_844, 28);
        assertTrue(_word(c).isValid());
        c.mantissa = 553_845;
        assertFalse(_word(c).isValid());
        (c.minutes_, c.mantissa, c.exponent) = (65_535, 845_120, 23);
        assertTrue(_word(c).isValid() == (2 * uint256(845_120) * 10 ** 23 * 65_535 * 60 < 1 << 119));
        (c.minutes_, c.mantissa, c.exponent) = (65_535, (1 << 20) - 1, 31);
        assertFalse(_word(c).isValid());
    }

    function test_TheFieldBoundHasNoSlack() public pure {
        // with L = 2^k · 10^0 and W = 60 · 2^j the product misses 2^118 by 60 / 64 only
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.minutes_) = (1 << 19, 0, 1 << 15);
        assertTrue(_word(c).isValid());
        assertLt(_word(c).mostUsed(), 1 << 119);
    }

    function test_RevertIf_AShareOrModeIsOutOfRange() public pure {
        Config memory c = _plain();
        (c.creditTenths, c.reserveTenths) = (10, 9);
        assertTrue(_word(c).isValid());
        c.creditTenths = 11;
        assertFalse(_word(c).isValid());
        (c.creditTenths, c.reserveTenths) = (10, 10);
        assertFalse(_word(c).isValid());
        c.reserveTenths = 9;
        c.mode = Mode.UNSET;
        assertFalse(_word(c).isValid());
        (c.mode, c.minutes_) = (Mode.LIMITED_REVERT, 0);
        assertFalse(_word(c).isValid(), "no window");
        c.mode = Mode.LIMITED_QUEUE;
        assertFalse(_word(c).isValid(), "no window");
        c.mode = Mode.UNLIMITED;
        assertTrue(_word(c).isValid());
    }

    function testFuzz_RevertIf_StateIsNotZero(uint256 bit) public pure {
        bit %= 191;
        if (bit > 150) bit += 41;
        OutflowWord word = OutflowWord.wrap(OutflowWord.unwrap(_word(_plain())) | 1 << bit);
        assertFalse(word.isValid());
    }

    function test_ASharedBudgetIsPlain() public pure {
        Config memory c = _plain();
        assertTrue(_word(c).isPlain());
        c.mode = Mode.LIMITED_REVERT;
        assertTrue(_word(c).isPlain());
        c.mode = Mode.UNLIMITED;
        assertFalse(_word(c).isPlain());
        c = _withCredit(1);
        assertFalse(_word(c).isPlain());
        c = _plain();
        c.reserveTenths = 1;
        assertFalse(_word(c).isPlain());
        c = _plain();
        c.shared = true;
        assertFalse(_word(c).isPlain());
    }
}
