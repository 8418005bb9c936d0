// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {SubjectRecord} from "../../../contracts/guards/roles/SubjectRecord.sol";
import {Guard, Level, Rank} from "../../../contracts/guards/Types.sol";
import {Test} from "../base/Test.sol";

contract WordHost is GuardStorage {
    function mayRestrict(GuardWord word, uint16 operation) external returns (bool) {
        _setWord(word);
        return _mayRestrict(operation) != 0;
    }
}

/// @title Packed words: what goes into a field comes out, and no other field moves
contract WordsTest is Test {
    WordHost private host = new WordHost();

    struct Fields {
        uint16[3] operations;
        uint32[3] pausedUntil;
        uint8[3] level;
        uint32[2] raisedUntil;
        uint32 horizon;
        uint8 flags;
    }

    function _written(GuardWord word, Fields memory f) private pure returns (GuardWord) {
        for (uint8 r = 1; r < 4; ++r) {
            word = word.withPause(Rank(r), f.operations[r - 1], f.pausedUntil[r - 1]);
            word = word.withLevel(Rank(r), Level(f.level[r - 1] % 5), r < 3 ? f.raisedUntil[r - 1] : 0);
        }
        for (uint8 g; g < 4; ++g) {
            word = word.withShadow(Guard(g), f.flags >> g & 1 == 1);
        }
        word = word.withLockHorizon(f.horizon).withAging(f.flags >> 4 & 1 == 1);
        return word.withGrace(f.flags >> 5 & 1 == 1).withBlocks(f.flags >> 6 & 1 == 1);
    }

    function testFuzz_GuardWordKeepsItsFieldsApart(uint256 raw, Fields memory f) public pure {
        // levels above FROZEN never occur
        raw &= ~uint256(7 << 144 | 7 << 179 | 7 << 214);
        GuardWord word = _written(GuardWord.wrap(raw), f);
        for (uint8 r = 1; r < 4; ++r) {
            (uint16 operations, uint256 until) = word.pauseOf(Rank(r));
            assertEq(operations, f.operations[r - 1]);
            assertEq(until, f.pausedUntil[r - 1]);
            (Level level, uint256 raisedUntil) = word.levelOf(Rank(r));
            assertEq(uint256(level), f.level[r - 1] % 5);
            assertEq(raisedUntil, r < 3 ? f.raisedUntil[r - 1] : type(uint256).max);
        }
        for (uint8 g; g < 4; ++g) {
            assertEq(word.inShadow(Guard(g)), f.flags >> g & 1 == 1);
        }
        assertEq(word.lockHorizon(), f.horizon);
        assertEq(word.agesDeposits(), f.flags >> 4 & 1 == 1);
        assertEq(word.inGrace(), f.flags >> 5 & 1 == 1);
        assertEq(word.mayBlock(), f.flags >> 6 & 1 == 1);
    }

    /// What a payment asks beyond the operation: only where a lock, an age or a block can matter.
    function testFuzz_WhoIsAskedAbout(uint256 raw, Fields memory f, uint32 time) public pure {
        GuardWord word = _written(GuardWord.wrap(raw & ~uint256(7 << 144 | 7 << 179 | 7 << 214)), f);
        bool marked = word.agesDeposits() || word.mayBlock();
        assertEq(word.asksWho(time), marked || time < f.horizon);
        word = word.withAging(false).withBlocks(false);
        if (f.horizon != 0) assertTrue(word.asksWho(f.horizon - 1));
        assertFalse(word.asksWho(f.horizon));
        assertTrue(word.withAging(true).asksWho(f.horizon));
        assertTrue(word.withBlocks(true).asksWho(f.horizon));
    }

    /// The hot path, written out in assembly, against the fields read one by one.
    function testFuzz_TheHotPathMissesNothing(uint256 raw, Fields memory f, uint16 operation) public {
        GuardWord word = _written(GuardWord.wrap(raw & ~uint256(7 << 144 | 7 << 179 | 7 << 214)), f);
        bool concerned = word.inGrace() || word.mayBlock();
        bool raised;
        for (uint8 r = 1; r < 4; ++r) {
            (uint16 operations,) = word.pauseOf(Rank(r));
            (Level level,) = word.levelOf(Rank(r));
            raised = raised || level != Level.NORMAL;
            concerned = concerned || operations & operation != 0;
        }
        assertEq(word.anyLevel(), raised);
        assertEq(word.mayRestrict(operation), concerned || raised);
        assertEq(host.mayRestrict(word, operation), concerned || raised);
    }

    function testFuzz_TheHotPathWithFewBits(uint8 bit, uint8 op) public {
        GuardWord word = GuardWord.wrap(uint256(1) << bit);
        uint16 operation = uint16(1 << (op % 16));
        assertEq(host.mayRestrict(word, operation), word.mayRestrict(operation));
        bool pauseBit = bit < 144 && bit % 48 == op % 16;
        bool levelBit = (bit >= 144 && bit < 147) || (bit >= 179 && bit < 182) || (bit >= 214 && bit < 217);
        assertEq(word.mayRestrict(operation), pauseBit || levelBit || bit == 254 || bit == 255);
    }

    struct Subject {
        uint32[3] until;
        uint32[2] spent;
        uint96 tag;
        uint32 time;
    }

    function testFuzz_SubjectRecordKeepsItsFieldsApart(uint256 raw, Subject memory s) public pure {
        SubjectRecord record = SubjectRecord.wrap(raw).withTag(s.tag);
        for (uint8 r = 1; r < 4; ++r) {
            record = record.withUntil(Rank(r), s.until[r - 1]);
            if (r < 3) record = record.withSpent(Rank(r), s.spent[r - 1]);
        }
        uint256 longest;
        for (uint8 r = 1; r < 4; ++r) {
            if (s.until[r - 1] > longest) longest = s.until[r - 1];
        }
        assertEq(record.until(), longest);
        SubjectRecord ended = record.endedAt(s.time);
        assertEq(ended.until(), longest > s.time ? s.time : longest);
        for (uint8 r = 1; r < 4; ++r) {
            assertEq(record.untilOf(Rank(r)), s.until[r - 1]);
            assertEq(ended.untilOf(Rank(r)), s.until[r - 1] > s.time ? s.time : s.until[r - 1]);
            if (r < 3) assertEq(record.spentBy(Rank(r)), s.spent[r - 1]);
        }
        assertEq(record.tag(), s.tag);
        assertEq(SubjectRecord.unwrap(ended) >> 96, SubjectRecord.unwrap(record) >> 96);
    }

    function testFuzz_RankLimitsHoldTheirFields(uint32[6] memory t, uint16 locks, uint16 ops, uint8 level) public pure {
        uint256 raw = uint256(locks) << 192 | uint256(ops) << 208 | uint256(level) << 224;
        for (uint256 i; i < 6; ++i) {
            raw |= uint256(t[i]) << (32 * i);
        }
        RankLimits limits = RankLimits.wrap(raw);
        assertEq(limits.maxPause(), t[0]);
        assertEq(limits.budget(), t[1]);
        assertEq(limits.period(), t[2]);
        assertEq(limits.cooldown(), t[3]);
        assertEq(limits.heartbeat(), t[4]);
        assertEq(limits.maxLock(), t[5]);
        assertEq(limits.maxLocks(), locks);
        assertEq(limits.operations(), ops);
        assertEq(limits.maxLevel(), level);
        assertFalse(limits.isExceededBy(limits));
    }
}
