// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";

/// @notice What a fast rank (sentinel, guardian) may do, and for how long without governance. Durations in seconds.
struct RankLimits {
    /// @dev Longest single pause or raised level.
    uint32 maxPause;
    /// @dev Seconds of restriction in any rolling `period`; also the seconds that one subject may be locked.
    uint32 budget;
    uint32 period;
    /// @dev Wait after a restriction that ran its full course before the same rank may start another.
    uint32 cooldown;
    /// @dev A holder that does not call `heartbeat` for this long loses its power; 0 switches the check off.
    uint32 heartbeat;
    /// @dev Longest single lock.
    uint32 maxLock;
    /// @dev Locks that the rank may place until it has placed none for a whole `period`.
    uint16 maxLocks;
    /// @dev Classes of operation that the rank may close.
    uint16 operations;
    /// @dev Highest `Level` that the rank may raise to.
    uint8 maxLevel;
}

interface IRoles {
    error Unauthorised(address account, Rank required);
    error AlreadySealed();
    error InvalidGovernance(address governance);
    error InvalidRank(Rank rank);
    error InvalidRankLimits(Rank rank);
    error HolderIsGovernance(address account);
    error DurationOutOfBounds(uint256 duration, uint256 maximum);
    error CoolingDown(uint256 until);
    error BudgetExhausted(uint256 wanted, uint256 left);

    event HolderSet(address indexed account, Rank previous, Rank rank, uint256 aliveUntil);
    event RankLimitsSet(Rank indexed rank, RankLimits previous, RankLimits limits);
    event GovernanceSet(address indexed previous, address indexed governance);
    event Sealed(address indexed governance);
    event Heartbeat(address indexed account, uint256 aliveUntil);

    function governance() external view returns (address);

    /// @notice False while the deployer still configures; every operation is closed until then.
    function isSealed() external view returns (bool);

    /// @notice The rank whose powers `account` has now: NONE when its heartbeat expired.
    function rankOf(address account) external view returns (Rank);

    /// @return rank as granted, expired or not
    /// @return aliveUntil when the heartbeat expires; the largest uint32 where it never does
    function holderOf(address account) external view returns (Rank rank, uint256 aliveUntil);

    function rankLimits(Rank rank) external view returns (RankLimits memory);

    /// @notice Seconds of restriction that `rank` can still impose at this moment.
    function pauseBudgetLeft(Rank rank) external view returns (uint256);

    /// @notice Ends the configuration by the deployer: hands over to `governance` and opens the operations.
    function seal(address governance) external;

    /// @notice Grants, changes or (with NONE) revokes a fast rank. Revoking is immediate, all else is a loosening.
    function setHolder(address account, Rank rank) external;

    /// @notice Immediate when no field gives the rank more than before, otherwise a loosening.
    function setRankLimits(Rank rank, RankLimits calldata limits) external;

    /// @notice A loosening, always.
    function setGovernance(address governance) external;

    /// @notice A holder of a fast rank proves that it is alive. One that has lapsed must be granted anew.
    function heartbeat() external;
}
