// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guard, Level, Op, Rank} from "./Types.sol";

/// @notice All that a guarded call must know about pause, level, lock and shadow mode, in one storage word.
///
/// bits       field
/// 0..47      sentinel's pause:   operations (16), until (32)
/// 48..95     guardian's pause:   operations (16), until (32)
/// 96..143    governance's pause: operations (16), until (32)
/// 144..178   sentinel's level:   level (3), until (32)
/// 179..213   guardian's level:   level (3), until (32)
/// 214..216   governance's level: level (3); it stands until governance lowers it
/// 217..248   lock horizon (32): no lock is live from this time on
/// 249..252   shadow mode of PAUSE, LEVEL, OUTFLOW, LOCK
/// 253        a minimum age of deposits is configured
/// 254        LIQUIDATE may still be in the grace of a restriction whose record is gone (its end is in `GateCore`)
/// 255        a block of an account or of a selector may be live (which, is in `BlocklistCore`)
///
/// Times are Unix seconds; a restriction is live while `block.timestamp < until`.
type GuardWord is uint256;

using GuardWordLib for GuardWord global;

library GuardWordLib {
    uint256 private constant PAUSE_WIDTH = 48;
    uint256 private constant LEVEL_OFFSET = 144;
    uint256 private constant LEVEL_WIDTH = 35;
    uint256 private constant HORIZON_OFFSET = 217;
    uint256 private constant SHADOW_OFFSET = 249;
    uint256 private constant AGED_BIT = 1 << 253;
    uint256 private constant GRACE_BIT = 1 << 254;
    uint256 private constant BLOCK_BIT = 1 << 255;

    uint256 private constant MASK32 = type(uint32).max;
    /// @dev An operation's bit times this constant is that operation in all three pause fields.
    uint256 private constant EACH_RANK = 1 | (1 << 48) | (1 << 96);
    uint256 private constant LEVELS = (7 << 144) | (7 << 179) | (7 << 214);

    /// @notice False when no pause, level or block can concern `operation`: the whole of the hot path.
    function mayRestrict(GuardWord word, uint16 operation) internal pure returns (bool) {
        unchecked {
            return GuardWord.unwrap(word) & (operation * EACH_RANK | LEVELS | GRACE_BIT | BLOCK_BIT) != 0;
        }
    }

    function anyLevel(GuardWord word) internal pure returns (bool) {
        return GuardWord.unwrap(word) & LEVELS != 0;
    }

    function pauseOf(GuardWord word, Rank rank) internal pure returns (uint16 operations, uint256 until) {
        uint256 field = GuardWord.unwrap(word) >> _pauseOffset(rank);
        return (uint16(field), (field >> 16) & MASK32);
    }

    function withPause(GuardWord word, Rank rank, uint16 operations, uint256 until) internal pure returns (GuardWord) {
        uint256 offset = _pauseOffset(rank);
        uint256 cleared = GuardWord.unwrap(word) & ~(((1 << PAUSE_WIDTH) - 1) << offset);
        return GuardWord.wrap(cleared | ((uint256(operations) | (until & MASK32) << 16) << offset));
    }

    /// @dev Governance's level has no end: `until` is then the largest time.
    function levelOf(GuardWord word, Rank rank) internal pure returns (Level level, uint256 until) {
        uint256 field = GuardWord.unwrap(word) >> _levelOffset(rank);
        until = rank == Rank.GOVERNANCE ? type(uint256).max : (field >> 3) & MASK32;
        level = Level(field & 7);
    }

    /// @dev `until` is ignored for governance.
    function withLevel(GuardWord word, Rank rank, Level level, uint256 until) internal pure returns (GuardWord) {
        uint256 offset = _levelOffset(rank);
        bool timed = rank != Rank.GOVERNANCE;
        uint256 mask = timed ? (1 << LEVEL_WIDTH) - 1 : 7;
        uint256 field = uint256(level) | (timed ? (until & MASK32) << 3 : 0);
        return GuardWord.wrap((GuardWord.unwrap(word) & ~(mask << offset)) | (field << offset));
    }

    function lockHorizon(GuardWord word) internal pure returns (uint256) {
        return (GuardWord.unwrap(word) >> HORIZON_OFFSET) & MASK32;
    }

    function withLockHorizon(GuardWord word, uint256 horizon) internal pure returns (GuardWord) {
        uint256 cleared = GuardWord.unwrap(word) & ~(MASK32 << HORIZON_OFFSET);
        return GuardWord.wrap(cleared | ((horizon & MASK32) << HORIZON_OFFSET));
    }

    /// @dev For the guards up to LOCK; the others have no bit here.
    function inShadow(GuardWord word, Guard guard) internal pure returns (bool) {
        return GuardWord.unwrap(word) & (1 << (SHADOW_OFFSET + uint8(guard))) != 0;
    }

    function withShadow(GuardWord word, Guard guard, bool shadow) internal pure returns (GuardWord) {
        uint256 bit = 1 << (SHADOW_OFFSET + uint8(guard));
        return GuardWord.wrap(shadow ? GuardWord.unwrap(word) | bit : GuardWord.unwrap(word) & ~bit);
    }

    function agesDeposits(GuardWord word) internal pure returns (bool) {
        return GuardWord.unwrap(word) & AGED_BIT != 0;
    }

    function withAging(GuardWord word, bool aging) internal pure returns (GuardWord) {
        return GuardWord.wrap(aging ? GuardWord.unwrap(word) | AGED_BIT : GuardWord.unwrap(word) & ~AGED_BIT);
    }

    function inGrace(GuardWord word) internal pure returns (bool) {
        return GuardWord.unwrap(word) & GRACE_BIT != 0;
    }

    function withGrace(GuardWord word, bool grace) internal pure returns (GuardWord) {
        return GuardWord.wrap(grace ? GuardWord.unwrap(word) | GRACE_BIT : GuardWord.unwrap(word) & ~GRACE_BIT);
    }

    function mayBlock(GuardWord word) internal pure returns (bool) {
        return GuardWord.unwrap(word) & BLOCK_BIT != 0;
    }

    function withBlocks(GuardWord word, bool blocks) internal pure returns (GuardWord) {
        return GuardWord.wrap(blocks ? GuardWord.unwrap(word) | BLOCK_BIT : GuardWord.unwrap(word) & ~BLOCK_BIT);
    }

    /// @notice True when an asset that leaves must be asked for more than its amount: a lock may be live, the age of
    /// deposits counts, or somebody may be blocked.
    function asksWho(GuardWord word, uint256 time) internal pure returns (bool) {
        return time < lockHorizon(word) || GuardWord.unwrap(word) & (AGED_BIT | BLOCK_BIT) != 0;
    }

    function _pauseOffset(Rank rank) private pure returns (uint256) {
        return (uint256(rank) - 1) * PAUSE_WIDTH;
    }

    function _levelOffset(Rank rank) private pure returns (uint256) {
        return LEVEL_OFFSET + (uint256(rank) - 1) * LEVEL_WIDTH;
    }
}
