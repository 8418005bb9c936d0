// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {RankLimits} from "./RankLimits.sol";
import {Roles} from "./Roles.sol";
import {SubjectRecord} from "./SubjectRecord.sol";

/// @title Subjects: the accounting of restrictions of one subject, as locks and blocks have it
///
/// Each rank has an end of its own, so that none shortens another's. A fast rank restricts one subject for no longer
/// than its budget, until a quiet period has passed.
abstract contract Subjects is Roles {
    /// @dev Restricts the subject of `record` by `rank` until `until` at least; never shortens.
    /// @return next the record then
    /// @return wanted seconds that this newly covers
    /// @return left seconds that the budget left on this subject; refuse when `wanted` is more
    function _extend(SubjectRecord record, Rank rank, uint256 until)
        internal
        view
        returns (SubjectRecord next, uint256 wanted, uint256 left)
    {
        uint256 current = record.untilOf(rank);
        next = current < until ? record.withUntil(rank, until) : record;
        if (rank == Rank.GOVERNANCE) return (next, 0, 0);
        RankLimits limits = _limitsOf(rank);
        uint256 spent = record.spentBy(rank);
        uint256 from = current;
        if (block.timestamp >= current) {
            if (_isQuiet(current, limits.period())) spent = 0;
            from = block.timestamp;
        }
        wanted = until > from ? until - from : 0;
        left = _left(limits, spent);
        next = next.withSpent(rank, spent + wanted);
    }
}
