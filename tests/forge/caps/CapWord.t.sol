// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapAmount} from "../../../contracts/guards/caps/CapAmount.sol";
import {CapCorridor} from "../../../contracts/guards/caps/CapCorridor.sol";
import {CapMode, CapWord} from "../../../contracts/guards/caps/CapWord.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {Test} from "../base/Test.sol";

/// @title The packed words of caps read as they were written
contract CapWordTest is Test {
    uint256 private constant LARGEST = 1_048_575e31;

    /// Rounding loses less than a unit of the sixth digit, and never crosses the amount.
    function testFuzz_AmountsKeepSixDigits(uint256 amount) public pure {
        amount = bound(amount, 0, LARGEST);
        uint256 down = CapAmount.unpack(CapAmount.pack(amount));
        assertLe(down, amount);
        assertLe(amount - down, amount / 100_000);
        if (amount > 1_048_574e31) return;
        uint256 up = CapAmount.unpack(CapAmount.packUp(amount));
        assertGe(up, amount);
        assertLe(up - amount, amount / 100_000);
    }

    function testFuzz_RoundNumbersAreExact(uint256 digits, uint256 exponent) public pure {
        uint256 amount = bound(digits, 0, 1_048_575) * 10 ** bound(exponent, 0, 31);
        assertEq(CapAmount.unpack(CapAmount.pack(amount)), amount);
        assertEq(CapAmount.unpack(CapAmount.packUp(amount)), amount);
    }

    function test_RoundingAtTheEndOfTheMantissa() public pure {
        assertEq(CapAmount.unpack(CapAmount.pack(1_048_576)), 1_048_570);
        assertEq(CapAmount.unpack(CapAmount.packUp(1_048_576)), 1_048_580);
        assertEq(CapAmount.unpack(CapAmount.packUp(10_485_751)), 10_485_800);
        assertEq(CapAmount.unpack(CapAmount.packUp(9_999_999)), 10_000_000);
        assertEq(CapAmount.unpack(type(uint256).max), LARGEST);
    }

    function testFuzz_FieldsOfACapDoNotMeet(uint256 raw, uint256 packed, uint32 until, uint8 which) public pure {
        CapWord before = CapWord.wrap(raw & ((1 << 198) - 1) & ~(uint256(1) << 26));
        packed = packed & ((1 << 25) - 1);
        Rank rank = Rank(1 + which % 3);
        CapWord cut = before.withCut(rank, packed, until);
        (uint256 amount, uint256 end) = cut.cutOf(rank);
        assertEq(amount, CapAmount.unpack(packed));
        assertEq(end, until);
        assertEq(cut.standing(), before.standing());
        assertEq(uint256(cut.mode()), uint256(before.mode()));
        _assertOtherCuts(before, cut, rank);
        CapWord set = before.withStanding(CapMode.UNLIMITED, packed);
        assertEq(uint256(set.mode()), uint256(CapMode.UNLIMITED));
        set = set.withStanding(CapMode.CAPPED, packed);
        assertEq(set.standing(), CapAmount.unpack(packed));
        _assertOtherCuts(before, set, Rank.NONE);
        assertEq(CapWord.unwrap(before.withoutCuts()), raw & ((1 << 26) - 1));
    }

    /// The cap in force is the least of the standing one and the live cuts: by a model of four numbers.
    function testFuzz_TheLeastCounts(uint256[4] memory amounts, uint32[3] memory untils, uint32 time) public pure {
        CapWord word = CapWord.wrap(0).withStanding(CapMode.CAPPED, amounts[3] & 0x1ffffff);
        uint256 least = word.standing();
        uint256 latest;
        for (uint256 i; i < 3; ++i) {
            word = word.withCut(Rank(i + 1), amounts[i] & 0x1ffffff, untils[i]);
            uint256 amount = CapAmount.unpack(amounts[i]);
            if (time < untils[i] && amount < least) least = amount;
            if (untils[i] > latest) latest = untils[i];
        }
        assertEq(word.capAt(time), least);
        assertEq(word.cutUntil(), latest);
    }

    function testFuzz_ALoweredCorridorHasNoMoreRoom(uint256 raw, uint256 packed) public pure {
        CapCorridor before = CapCorridor.wrap(raw & ((1 << 142) - 1));
        packed = packed & 0x1ffffff;
        CapCorridor lowered = before.loweredTo(packed);
        uint256 cap = CapAmount.unpack(packed);
        assertEq(lowered.ceiling(), cap);
        assertEq(lowered.floor(), before.floor() < cap ? before.floor() : cap);
        assertEq(CapCorridor.unwrap(lowered) >> 50, CapCorridor.unwrap(before) >> 50);
    }

    function _assertOtherCuts(CapWord before, CapWord next, Rank rank) private pure {
        for (uint8 r = 1; r <= 3; ++r) {
            if (Rank(r) == rank) continue;
            (uint256 amount, uint256 until) = before.cutOf(Rank(r));
            (uint256 amountNow, uint256 untilNow) = next.cutOf(Rank(r));
            assertEq(amountNow, amount);
            assertEq(untilNow, until);
        }
    }
}
