// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";

/// @notice Until when each rank restricts one subject (an account, an asset, a position, a selector).
///
/// bits       field
/// 0..95      until (32) of sentinel, guardian, governance
/// 96..159    seconds spent (32) on the subject by sentinel, guardian
/// 160..255   tag (96): the guard's own
///
/// Times are Unix seconds; a restriction is live while `block.timestamp < until`.
type SubjectRecord is uint256;

using SubjectRecordLib for SubjectRecord global;

library SubjectRecordLib {
    uint256 private constant SPENT_OFFSET = 96;
    uint256 private constant TAG_OFFSET = 160;
    uint256 private constant MASK32 = type(uint32).max;

    function untilOf(SubjectRecord record, Rank rank) internal pure returns (uint256) {
        return uint32(SubjectRecord.unwrap(record) >> _offset(rank));
    }

    /// @return longest the latest end of all ranks; 0 or the past where nothing is restricted
    function until(SubjectRecord record) internal pure returns (uint256 longest) {
        uint256 raw = SubjectRecord.unwrap(record);
        longest = uint32(raw);
        if (uint32(raw >> 32) > longest) longest = uint32(raw >> 32);
        if (uint32(raw >> 64) > longest) longest = uint32(raw >> 64);
    }

    function withUntil(SubjectRecord record, Rank rank, uint256 end) internal pure returns (SubjectRecord) {
        return _with(record, _offset(rank), end);
    }

    /// @dev Not kept of governance.
    function spentBy(SubjectRecord record, Rank rank) internal pure returns (uint256) {
        return uint32(SubjectRecord.unwrap(record) >> (SPENT_OFFSET + _offset(rank)));
    }

    function withSpent(SubjectRecord record, Rank rank, uint256 spent) internal pure returns (SubjectRecord) {
        return _with(record, SPENT_OFFSET + _offset(rank), spent);
    }

    function tag(SubjectRecord record) internal pure returns (uint256) {
        return SubjectRecord.unwrap(record) >> TAG_OFFSET;
    }

    function withTag(SubjectRecord record, uint96 value) internal pure returns (SubjectRecord) {
        return SubjectRecord.wrap((SubjectRecord.unwrap(record) & type(uint160).max) | uint256(value) << TAG_OFFSET);
    }

    /// @dev What is live at `time` ends at `time`; what the ranks have spent stays spent.
    function endedAt(SubjectRecord record, uint256 time) internal pure returns (SubjectRecord) {
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            if (untilOf(record, Rank(r)) > time) record = withUntil(record, Rank(r), time);
        }
        return record;
    }

    function _with(SubjectRecord record, uint256 offset, uint256 value) private pure returns (SubjectRecord) {
        uint256 cleared = SubjectRecord.unwrap(record) & ~(MASK32 << offset);
        return SubjectRecord.wrap(cleared | (value & MASK32) << offset);
    }

    function _offset(Rank rank) private pure returns (uint256) {
        return 32 * (uint256(rank) - 1);
    }
}
