// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Op, Rank} from "../Types.sol";
import {IRoles, RankLimits} from "./IRoles.sol";

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
///
/// Does not guard: against a governance that is itself hostile once its delay has passed.
abstract contract Roles is IRoles {
    struct Holder {
        Rank rank;
        uint32 aliveUntil;
    }

    struct RankUse {
        uint32 spent;
        uint32 coveredUntil;
        bool endedEarly;
        uint16 locks;
        uint32 lastLockAt;
    }

    /// @custom:storage-location erc7201:guardrails.roles
    struct RolesLayout {
        address governance;
        bool isSealed;
        mapping(address account => Holder) holders;
        mapping(Rank => RankLimits) limits;
        mapping(Rank => RankUse) use;
    }

    /// @notice The longest restriction that governance can impose in one call; it can renew it, visibly.
    uint256 public constant MAX_GOVERNANCE_RESTRICTION = 90 days;

    // keccak256(abi.encode(uint256(keccak256("guardrails.roles")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ROLES_SLOT = 0xeaa7ff185ec08de6a03320337f401984752cea9132e23f84bc59a6ad763e9000;

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
        Holder memory holder = l.holders[account];
        return block.timestamp < holder.aliveUntil ? holder.rank : Rank.NONE;
    }

    function holderOf(address account) external view virtual returns (Rank rank, uint256 aliveUntil) {
        Holder memory holder = _roles().holders[account];
        return (holder.rank, holder.aliveUntil);
    }

    function rankLimits(Rank rank) external view virtual returns (RankLimits memory) {
        return _roles().limits[rank];
    }

    function pauseBudgetLeft(Rank rank) external view virtual returns (uint256) {
        if (rank == Rank.GOVERNANCE) return type(uint256).max;
        RankLimits memory limits = _roles().limits[rank];
        RankUse memory use = _roles().use[rank];
        uint256 spent = _isQuiet(use.coveredUntil, limits.period) ? 0 : use.spent;
        return spent < limits.budget ? limits.budget - spent : 0;
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
        uint32 aliveUntil = rank == Rank.NONE ? 0 : _aliveUntil(l.limits[rank].heartbeat);
        l.holders[account] = Holder(rank, aliveUntil);
        emit HolderSet(account, previous, rank, aliveUntil);
    }

    function setRankLimits(Rank rank, RankLimits calldata limits) external virtual {
        RolesLayout storage l = _roles();
        if (rank != Rank.SENTINEL && rank != Rank.GUARDIAN) revert InvalidRank(rank);
        RankLimits memory previous = l.limits[rank];
        _governed(_givesMore(previous, limits));
        if (
            limits.maxPause > limits.budget || limits.budget > limits.period
                || limits.maxLevel > uint8(type(Level).max)
        ) revert InvalidRankLimits(rank);
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
        uint32 aliveUntil = _aliveUntil(_roles().limits[rank].heartbeat);
        _roles().holders[msg.sender].aliveUntil = aliveUntil;
        emit Heartbeat(msg.sender, aliveUntil);
    }

    // ---------------------------------------------------------------- internal

    /// @dev Called once, by the constructor or initialiser of the host: `deployer` configures until `seal`.
    function _initRoles(address deployer) internal {
        if (_roles().governance != address(0)) revert AlreadySealed();
        _setGovernance(deployer);
    }

    /// @dev Every function of governance starts here. `Override` adds the delays; alone, governance acts at once.
    function _governed(bool loosens) internal virtual {
        loosens;
        if (msg.sender != _roles().governance) revert Unauthorised(msg.sender, Rank.GOVERNANCE);
    }

    function _onSeal() internal virtual {}

    /// @return rank of the caller, at least `required`
    function _requireRank(Rank required) internal view returns (Rank rank) {
        rank = rankOf(msg.sender);
        if (rank < required) revert Unauthorised(msg.sender, required);
    }

    /// @dev Checks a new restriction of `duration` seconds by `rank` against its bounds and charges its budget.
    /// @return until when the restriction ends
    function _restrict(Rank rank, uint256 duration) internal returns (uint256 until) {
        if (rank == Rank.GOVERNANCE) {
            if (duration == 0 || duration > MAX_GOVERNANCE_RESTRICTION) {
                revert DurationOutOfBounds(duration, MAX_GOVERNANCE_RESTRICTION);
            }
            return block.timestamp + duration;
        }
        RankLimits memory limits = _roles().limits[rank];
        RankUse storage use = _roles().use[rank];
        if (duration == 0 || duration > limits.maxPause) revert DurationOutOfBounds(duration, limits.maxPause);
        until = block.timestamp + duration;
        uint256 from = use.coveredUntil;
        if (block.timestamp >= from) {
            uint256 coolUntil = from + limits.cooldown;
            if (from != 0 && !use.endedEarly && block.timestamp < coolUntil) revert CoolingDown(coolUntil);
            if (_isQuiet(from, limits.period)) use.spent = 0;
            from = block.timestamp;
        }
        if (until <= from) return until;
        uint256 spent = use.spent;
        uint256 left = spent < limits.budget ? limits.budget - spent : 0;
        if (until - from > left) revert BudgetExhausted(until - from, left);
        use.spent = uint32(spent + until - from);
        use.coveredUntil = uint32(until);
        use.endedEarly = false;
    }

    /// @dev Governance ended restrictions of `rank` early; what is left of them ends at `liveUntil` (0: nothing is).
    function _endEarly(Rank rank, uint256 liveUntil) internal {
        if (rank == Rank.GOVERNANCE) return;
        RankUse storage use = _roles().use[rank];
        if (use.coveredUntil <= block.timestamp) return;
        use.coveredUntil = uint32(liveUntil > block.timestamp ? liveUntil : block.timestamp);
        use.endedEarly = true;
    }

    /// @dev Charges one lock of `duration` seconds to a fast rank.
    function _chargeLock(Rank rank, uint256 duration) internal {
        uint256 maximum = rank == Rank.GOVERNANCE ? MAX_GOVERNANCE_RESTRICTION : _roles().limits[rank].maxLock;
        if (duration == 0 || duration > maximum) revert DurationOutOfBounds(duration, maximum);
        if (rank == Rank.GOVERNANCE) return;
        RankLimits memory limits = _roles().limits[rank];
        RankUse storage use = _roles().use[rank];
        uint256 locks = _isQuiet(use.lastLockAt, limits.period) ? 0 : use.locks;
        if (locks >= limits.maxLocks) revert BudgetExhausted(1, 0);
        use.locks = uint16(locks + 1);
        use.lastLockAt = uint32(block.timestamp);
    }

    function _limitsOf(Rank rank) internal view returns (RankLimits memory) {
        return _roles().limits[rank];
    }

    /// @dev True when a whole `period` has passed since `last`.
    function _isQuiet(uint256 last, uint256 period) internal view returns (bool) {
        return block.timestamp >= last + period;
    }

    // ---------------------------------------------------------------- private

    function _setGovernance(address newGovernance) private {
        RolesLayout storage l = _roles();
        if (newGovernance == address(0) || l.holders[newGovernance].rank != Rank.NONE) {
            revert InvalidGovernance(newGovernance);
        }
        emit GovernanceSet(l.governance, newGovernance);
        l.governance = newGovernance;
    }

    function _aliveUntil(uint256 period) private view returns (uint32) {
        return period == 0 ? type(uint32).max : uint32(block.timestamp + period);
    }

    function _givesMore(RankLimits memory a, RankLimits calldata b) private pure returns (bool) {
        bool moreTime = b.maxPause > a.maxPause || b.budget > a.budget || b.period < a.period || b.cooldown < a.cooldown;
        bool moreReach = b.maxLevel > a.maxLevel || b.operations & ~a.operations != 0;
        bool moreLocks = b.maxLock > a.maxLock || b.maxLocks > a.maxLocks;
        bool slowerHeartbeat = a.heartbeat != 0 && (b.heartbeat == 0 || b.heartbeat > a.heartbeat);
        return moreTime || moreReach || moreLocks || slowerHeartbeat;
    }

    function _roles() private pure returns (RolesLayout storage l) {
        assembly ("memory-safe") {
            l.slot := ROLES_SLOT
        }
    }
}
