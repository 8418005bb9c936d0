// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a fast rank (sentinel, guardian) may do, and for how long without governance. Durations in seconds.
///
/// bits       field
/// 0..31      maxPause: longest single pause or raised level
/// 32..63     budget: seconds of restriction in any rolling period, where one that closes LIQUIDATE costs the grace at
///            least; also the seconds that one subject may be locked
/// 64..95     period
/// 96..127    cooldown: wait after a restriction that ran its full course before the same rank may start another
/// 128..159   heartbeat: a holder that does not call `heartbeat` for this long loses its power; 0 switches it off
/// 160..191   maxLock: longest single lock
/// 192..207   maxLocks: locks that the rank may place until it has placed none for a whole period
/// 208..223   operations that the rank may close
/// 224..231   maxLevel: highest level that the rank may raise to
///
/// No time may be longer than 365 days.
type RankLimits is uint256;

using RankLimitsLib for RankLimits global;

library RankLimitsLib {
    /// @dev Ends of restrictions are 32-bit Unix times: no duration may carry one past 2106 for a long time to come.
    uint256 internal constant MAX_TIME = 365 days;

    function maxPause(RankLimits limits) internal pure returns (uint256) {
        return _time(limits, 0);
    }

    function budget(RankLimits limits) internal pure returns (uint256) {
        return _time(limits, 32);
    }

    function period(RankLimits limits) internal pure returns (uint256) {
        return _time(limits, 64);
    }

    function cooldown(RankLimits limits) internal pure returns (uint256) {
        return _time(limits, 96);
    }

    function heartbeat(RankLimits limits) internal pure returns (uint256) {
        return _time(limits, 128);
    }

    function maxLock(RankLimits limits) internal pure returns (uint256) {
        return _time(limits, 160);
    }

    function maxLocks(RankLimits limits) internal pure returns (uint256) {
        return uint16(RankLimits.unwrap(limits) >> 192);
    }

    function operations(RankLimits limits) internal pure returns (uint16) {
        return uint16(RankLimits.unwrap(limits) >> 208);
    }

    function maxLevel(RankLimits limits) internal pure returns (uint8) {
        return uint8(RankLimits.unwrap(limits) >> 224);
    }

    function isValid(RankLimits limits) internal pure returns (bool) {
        bool ordered = maxPause(limits) <= budget(limits) && budget(limits) <= period(limits);
        bool representable = period(limits) <= MAX_TIME && cooldown(limits) <= MAX_TIME && heartbeat(limits) <= MAX_TIME
            && maxLock(limits) <= MAX_TIME;
        return ordered && representable && maxLevel(limits) <= 4 && RankLimits.unwrap(limits) >> 232 == 0;
    }

    /// @notice True when `next` lets the rank restrict more, longer or sooner than `limits` in any respect.
    function isExceededBy(RankLimits limits, RankLimits next) internal pure returns (bool) {
        bool longer = maxPause(next) > maxPause(limits) || budget(next) > budget(limits);
        bool sooner = period(next) < period(limits) || cooldown(next) < cooldown(limits);
        bool wider = operations(next) & ~operations(limits) != 0 || maxLevel(next) > maxLevel(limits);
        bool moreLocks = maxLock(next) > maxLock(limits) || maxLocks(next) > maxLocks(limits);
        // 0 means never; minus one, wrapping, makes it the longest
        unchecked {
            return longer || sooner || wider || moreLocks || heartbeat(next) - 1 > heartbeat(limits) - 1;
        }
    }

    function _time(RankLimits limits, uint256 offset) private pure returns (uint256) {
        return uint32(RankLimits.unwrap(limits) >> offset);
    }
}
