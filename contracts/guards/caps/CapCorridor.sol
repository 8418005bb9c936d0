// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapAmount} from "./CapAmount.sol";

/// @notice Between what, by how much and how often a risk steward or a source may move one cap. Zero: not at all.
///
/// bits       field
/// 0..24      floor, and
/// 25..49     ceiling of the cap, as `CapAmount` packs them
/// 50..63     most that it rises, and
/// 64..77     most that it falls by a step or in an interval, basis points of itself
/// 78..109    interval: seconds that a steward waits between two steps of this cap; a source moves it in proportion
/// 110..141   time of the last move, Unix seconds; state, zero in a configuration
type CapCorridor is uint256;

using CapCorridorLib for CapCorridor global;

library CapCorridorLib {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant MIN_INTERVAL = 1 hours;
    uint256 internal constant MAX_INTERVAL = 365 days;
    uint256 private constant AMOUNT_MASK = (1 << 25) - 1;
    uint256 private constant MOVED_MASK = uint256(type(uint32).max) << 110;

    /// @notice True for a configuration that can be stored. A floor of 0 is none: a steward could close the market.
    function isValid(CapCorridor c) internal pure returns (bool) {
        bool amounts = floor(c) != 0 && floor(c) <= ceiling(c);
        bool steps = upBps(c) <= BPS && downBps(c) <= BPS;
        bool paced = interval(c) >= MIN_INTERVAL && interval(c) <= MAX_INTERVAL;
        return amounts && steps && paced && CapCorridor.unwrap(c) >> 110 == 0;
    }

    /// @notice True when `next` lets a cap be moved further, faster or more often than `c` in any respect.
    function isExceededBy(CapCorridor c, CapCorridor next) internal pure returns (bool) {
        if (isNone(next)) return false;
        if (isNone(c)) return true;
        bool wider = ceiling(next) > ceiling(c) || floor(next) < floor(c);
        return wider || upBps(next) > upBps(c) || downBps(next) > downBps(c) || interval(next) < interval(c);
    }

    /// @dev Whatever was moved and when: a corridor that was taken away keeps the time of its last move.
    function isNone(CapCorridor c) internal pure returns (bool) {
        return CapCorridor.unwrap(c) & ~MOVED_MASK == 0;
    }

    function floor(CapCorridor c) internal pure returns (uint256) {
        return CapAmount.unpack(CapCorridor.unwrap(c));
    }

    function ceiling(CapCorridor c) internal pure returns (uint256) {
        return CapAmount.unpack(CapCorridor.unwrap(c) >> 25);
    }

    function upBps(CapCorridor c) internal pure returns (uint256) {
        return (CapCorridor.unwrap(c) >> 50) & 0x3fff;
    }

    function downBps(CapCorridor c) internal pure returns (uint256) {
        return (CapCorridor.unwrap(c) >> 64) & 0x3fff;
    }

    /// @return seconds
    function interval(CapCorridor c) internal pure returns (uint256) {
        return uint32(CapCorridor.unwrap(c) >> 78);
    }

    /// @return Unix seconds; 0 for never
    function movedAt(CapCorridor c) internal pure returns (uint256) {
        return uint32(CapCorridor.unwrap(c) >> 110);
    }

    function withMovedAt(CapCorridor c, uint256 timestamp) internal pure returns (CapCorridor) {
        return CapCorridor.wrap((CapCorridor.unwrap(c) & ~MOVED_MASK) | (timestamp << 110 & MOVED_MASK));
    }

    /// @notice The corridor after governance lowered the cap: nobody moves it above that again.
    /// @param packed the new cap, as `CapAmount` packs it
    function loweredTo(CapCorridor c, uint256 packed) internal pure returns (CapCorridor) {
        uint256 raw = (CapCorridor.unwrap(c) & ~(AMOUNT_MASK << 25)) | packed << 25;
        if (floor(c) > CapAmount.unpack(packed)) raw = (raw & ~AMOUNT_MASK) | packed;
        return CapCorridor.wrap(raw);
    }
}
