// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {Roles} from "../../../contracts/guards/roles/Roles.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {Proof} from "./Proof.sol";

/// @title BoundedFreeze: what a fast rank closes in a rolling period is within its budget, and ends by itself
/// @custom:bounds any one and any two restrictions of one rank, pauses or levels; any limits, budget used, end of the
/// last restriction, durations and times before 2102. Ended early by governance is left out: it only closes less
contract BoundedFreeze is Proof, Roles {
    // immutable, not constant: the compiler works out the slot of a constant key, and halmos takes that for another
    Rank private immutable GUARDIAN = Rank.GUARDIAN;
    uint256 private constant LAST_TIME = (1 << 32) - 4 * 365 days;

    /// @dev A restriction ends after at most `maxPause`, and its new seconds are charged to a budget that holds.
    function check_oneRestriction(uint256 limits, uint32 spent, uint32 covered, uint32 time, uint256 duration)
        external
    {
        _install(limits, spent, covered, time);
        (uint256 until, uint256 added) = _impose(duration);
        RankUse storage use = _roles().use[GUARDIAN];
        unchecked {
            assert(until - time <= _limits(limits).maxPause());
            assert(use.spent <= _limits(limits).budget() || use.spent == spent);
            bool quiet = time >= uint256(covered) + _limits(limits).period();
            assert(added == 0 || use.spent >= (quiet ? added : spent + added));
            assert(use.coveredUntil >= until && use.coveredUntil >= covered);
        }
    }

    /// @dev Two restrictions that one period can touch are within the budget together.
    function check_twoRestrictions(
        uint256 limits,
        uint32 spent,
        uint32 covered,
        uint32[2] calldata time,
        uint256[2] calldata duration
    ) external {
        vm.assume(time[0] <= time[1]);
        _install(limits, spent, covered, time[0]);
        (uint256 until, uint256 first) = _impose(duration[0]);
        vm.warp(time[1]);
        vm.assume(time[1] < LAST_TIME && time[1] < until + _limits(limits).period());
        (, uint256 second) = _impose(duration[1]);
        assert(second == 0 || first + second <= _limits(limits).budget());
    }

    // ---------------------------------------------------------------- parts

    /// @return until the end of the restriction
    /// @return added seconds that were not covered before it
    function _impose(uint256 duration) private returns (uint256 until, uint256 added) {
        uint256 from = _roles().use[GUARDIAN].coveredUntil;
        if (from < block.timestamp) from = block.timestamp;
        until = _restrict(GUARDIAN, duration, 0);
        added = until > from ? until - from : 0;
    }

    function _install(uint256 limits, uint32 spent, uint32 covered, uint256 time) private {
        vm.assume(time < LAST_TIME && covered < LAST_TIME && spent < LAST_TIME && _limits(limits).isValid());
        _roles().limits[GUARDIAN] = _limits(limits);
        _roles().use[GUARDIAN] = RankUse(spent, covered, false, 0, 0, 0);
        vm.warp(time);
    }

    function _limits(uint256 limits) private pure returns (RankLimits) {
        return RankLimits.wrap(limits);
    }
}
