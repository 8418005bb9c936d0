// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {IRoles} from "./IRoles.sol";
import {RankLimits} from "./RankLimits.sol";
import {RolesCore} from "./RolesCore.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Roles: who may restrict, by how much, and until when
///
/// Guards: the powers of everybody else's functions. Fast ranks (sentinel, guardian) only ever restrict, each for a
/// bounded time inside a budget; governance loosens. Without `Override` governance acts at once and the protocol must
/// put its own timelock before it; with `Override` every loosening waits.
///
/// Trusts: governance to choose holders and limits. A fast rank is trusted with nothing but availability, up to its
/// budget. Assumes: `block.timestamp` is honest within seconds.
///
/// Budget: `spent` counts the seconds newly covered by a rank's restrictions and returns to zero only after a whole
/// period without any. Two restrictions that a rolling period can both touch are thus always counted together, so
/// that the restricted time in *any* period is at most the budget, not only in periods that start on a boundary.
/// LIQUIDATE, which waits for a grace besides, is closed for at most twice the budget and one grace.
///
/// Does not guard: against a governance that is itself hostile once its delay has passed.
abstract contract Roles is IRoles, RolesCore {
    /// @notice The longest restriction that governance can impose in one call; it can renew it, visibly.
    uint256 public constant MAX_GOVERNANCE_RESTRICTION = 90 days;

    // ---------------------------------------------------------------- external

    function governance() public view virtual returns (address) {
        return _roles().governance;
    }

    function isSealed() public view virtual returns (bool) {
        return _roles().isSealed;
    }

    function rankOf(address account) public view virtual returns (Rank) {
        RolesLayout storage l = _roles();
        if (account == l.governance) return Rank.GOVERNANCE;
        Holder storage holder = l.holders[account];
        return block.timestamp < _aliveUntil(holder) ? holder.rank : Rank.NONE;
    }

    function holderOf(address account) external view virtual returns (Rank rank, uint256 aliveUntil) {
        Holder storage holder = _roles().holders[account];
        return (holder.rank, _aliveUntil(holder));
    }

    function rankLimits(Rank rank) external view virtual returns (RankLimits) {
        return _roles().limits[rank];
    }

    function pauseBudgetLeft(Rank rank) external view virtual returns (uint256) {
        if (rank == Rank.GOVERNANCE) return type(uint256).max;
        RankLimits limits = _roles().limits[rank];
        RankUse storage use = _roles().use[rank];
        return _left(limits, _isQuiet(use.coveredUntil, limits.period()) ? 0 : use.spent);
    }

    function seal(address newGovernance) external virtual {
        RolesLayout storage l = _roles();
        if (l.isSealed) revert AlreadySealed();
        if (msg.sender != l.governance) revert Unauthorised(msg.sender, Rank.GOVERNANCE);
        _setGovernance(newGovernance);
        l.isSealed = true;
        _onSeal();
        emit Sealed(newGovernance);
    }

    function setHolder(address account, Rank rank) external virtual {
        RolesLayout storage l = _roles();
        _governed(rank != Rank.NONE);
        if (rank == Rank.GOVERNANCE) revert InvalidRank(rank);
        if (account == l.governance) revert HolderIsGovernance(account);
        Rank previous = l.holders[account].rank;
        uint32 aliveUntil = rank == Rank.NONE ? 0 : _nextHeartbeat(rank);
        l.holders[account] = Holder(rank, aliveUntil, uint32(block.timestamp));
        emit HolderSet(account, previous, rank, aliveUntil);
    }

    function setRankLimits(Rank rank, RankLimits limits) external virtual {
        RolesLayout storage l = _roles();
        if (rank != Rank.SENTINEL && rank != Rank.GUARDIAN) revert InvalidRank(rank);
        RankLimits previous = l.limits[rank];
        _governed(previous.isExceededBy(limits));
        if (!limits.isValid()) revert InvalidRankLimits(rank);
        l.limits[rank] = limits;
        emit RankLimitsSet(rank, previous, limits);
    }

    function setGovernance(address newGovernance) external virtual {
        _governed(true);
        _setGovernance(newGovernance);
    }

    function heartbeat() external virtual {
        Rank rank = _requireRank(Rank.SENTINEL);
        if (rank == Rank.GOVERNANCE) revert InvalidRank(rank);
        uint32 aliveUntil = _nextHeartbeat(rank);
        _roles().holders[msg.sender] = Holder(rank, aliveUntil, uint32(block.timestamp));
        emit Heartbeat(msg.sender, aliveUntil);
    }

    // ---------------------------------------------------------------- internal

    function _onSeal() internal virtual {}

    /// @return rank of the caller, at least `required`
    function _requireRank(Rank required) internal view returns (Rank rank) {
        rank = rankOf(msg.sender);
        if (rank < required) revert Unauthorised(msg.sender, required);
    }

    /// @dev Checks a new restriction of `duration` seconds by `rank` against its bounds and charges its budget.
    /// @param least seconds that it costs at the least, as far as the budget goes
    /// @return until when the restriction ends
    function _restrict(Rank rank, uint256 duration, uint256 least) internal returns (uint256 until) {
        if (rank == Rank.GOVERNANCE) {
            if (duration == 0 || duration > MAX_GOVERNANCE_RESTRICTION) {
                revert DurationOutOfBounds(duration, MAX_GOVERNANCE_RESTRICTION);
            }
            return block.timestamp + duration;
        }
        RankLimits limits = _roles().limits[rank];
        RankUse storage use = _roles().use[rank];
        if (duration == 0 || duration > limits.maxPause()) revert DurationOutOfBounds(duration, limits.maxPause());
        until = block.timestamp + duration;
        uint256 from = use.coveredUntil;
        if (block.timestamp >= from) {
            uint256 coolUntil = from + limits.cooldown();
            if (from != 0 && !use.endedEarly && block.timestamp < coolUntil) revert CoolingDown(coolUntil);
            if (_isQuiet(from, limits.period())) use.spent = 0;
            from = block.timestamp;
        }
        uint256 covered = until > from ? until - from : 0;
        uint256 left = _left(limits, use.spent);
        if (covered > left) revert BudgetExhausted(covered, left);
        use.spent += uint32(Math.min(left, Math.max(covered, least)));
        if (covered == 0) return until;
        use.coveredUntil = uint32(until);
        use.endedEarly = false;
    }

    /// @dev The same for what is neither a pause nor a level, so that ending these early leaves it counted.
    function _restrictOther(Rank rank, uint256 duration) internal returns (uint256 until) {
        until = _restrict(rank, duration, 0);
        RankUse storage use = _roles().use[rank];
        if (rank != Rank.GOVERNANCE && until > use.othersUntil) use.othersUntil = uint32(until);
    }

    /// @dev Governance ended a restriction of `_restrictOther` early; there may be more of them.
    function _endOtherEarly(Rank rank) internal {
        _endEarly(rank, _roles().use[rank].coveredUntil);
    }

    /// @dev Governance ended pauses or levels of `rank` early; what is left of them ends at `liveUntil` (0: nothing is).
    function _endEarly(Rank rank, uint256 liveUntil) internal {
        if (rank == Rank.GOVERNANCE) return;
        RankUse storage use = _roles().use[rank];
        if (use.coveredUntil <= block.timestamp) return;
        if (use.othersUntil > liveUntil) liveUntil = use.othersUntil;
        use.coveredUntil = uint32(liveUntil > block.timestamp ? liveUntil : block.timestamp);
        use.endedEarly = true;
    }

    /// @dev Charges one lock of `duration` seconds to a fast rank.
    function _chargeLock(Rank rank, uint256 duration) internal {
        _requireLockDuration(rank, duration);
        if (!_takeLock(rank)) revert BudgetExhausted(1, 0);
    }

    function _requireLockDuration(Rank rank, uint256 duration) internal view {
        uint256 maximum = rank == Rank.GOVERNANCE ? MAX_GOVERNANCE_RESTRICTION : _roles().limits[rank].maxLock();
        if (duration == 0 || duration > maximum) revert DurationOutOfBounds(duration, maximum);
    }

    /// @return taken false when a fast rank has no lock left
    function _takeLock(Rank rank) internal returns (bool taken) {
        if (rank == Rank.GOVERNANCE) return true;
        RankLimits limits = _roles().limits[rank];
        RankUse storage use = _roles().use[rank];
        uint256 locks = _isQuiet(use.lastLockAt, limits.period()) ? 0 : use.locks;
        if (locks >= limits.maxLocks()) return false;
        use.locks = uint16(locks + 1);
        use.lastLockAt = uint32(block.timestamp);
        return true;
    }

    function _limitsOf(Rank rank) internal view returns (RankLimits) {
        return _roles().limits[rank];
    }

    /// @dev Seconds that the budget of a rank leaves after `spent`.
    function _left(RankLimits limits, uint256 spent) internal pure returns (uint256) {
        return spent < limits.budget() ? limits.budget() - spent : 0;
    }

    /// @dev True when a whole `period` has passed since `last`.
    function _isQuiet(uint256 last, uint256 period) internal view returns (bool) {
        return block.timestamp >= last + period;
    }

    // ---------------------------------------------------------------- private

    function _nextHeartbeat(Rank rank) private view returns (uint32) {
        uint256 period = _roles().limits[rank].heartbeat();
        return period == 0 ? type(uint32).max : uint32(block.timestamp + period);
    }

    /// @dev A heartbeat that was shortened since counts from the last proof; none gives a proof more than it gave.
    function _aliveUntil(Holder storage holder) private view returns (uint256) {
        uint256 period = _roles().limits[holder.rank].heartbeat();
        if (period == 0) return holder.aliveUntil;
        return Math.min(holder.aliveUntil, holder.provenAt + period);
    }
}
