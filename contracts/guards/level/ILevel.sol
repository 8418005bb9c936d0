// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Rank} from "../Types.sol";

/// @notice What a level means.
struct LevelRule {
    /// @dev operations closed at this level
    uint16 closes;
    /// @dev share of every outflow limit that remains, in percent
    uint8 share;
}

interface ILevel {
    error LevelOutOfBounds(Level level, Level maximum);
    error InvalidLevelRule(Level level);
    error NothingToLower(Level level);

    event LevelRaised(Rank indexed rank, address indexed by, Level level, uint256 until, string reason);
    event LevelLowered(Level level, string reason);
    event LevelRulesSet(uint256 previous, uint256 rules);

    /// @notice The highest live level of all ranks.
    function level() external view returns (Level);

    function levelOf(Rank rank) external view returns (Level level, uint256 until);

    function levelRule(Level level) external view returns (LevelRule memory);

    /// @notice Raises the caller's level to at least `level` for `duration` seconds; governance's stands until it is
    /// lowered and ignores `duration`. Never lowers anything.
    function raiseLevel(Level level, uint256 duration, string calldata reason) external;

    /// @notice Governance lowers every rank's level to at most `level`; a loosening.
    function lowerLevel(Level level, string calldata reason) external;

    /// @notice The rules of THROTTLED, QUEUED, EXIT_ONLY and FROZEN, in this order. Closed sets may only grow and
    /// shares only fall with the level; only FROZEN may close REPAY or ADD_COLLATERAL.
    function setLevelRules(LevelRule[4] calldata rules) external;
}
