// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Rank} from "../Types.sol";

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

    /// @notice For each level from bit 24 * level: the operations that it closes (16 bits), and the share of every
    /// outflow limit that it leaves, in percent (8 bits).
    function levelRules() external view returns (uint256);

    /// @notice Raises the caller's level to at least `level` for `duration` seconds; governance's stands until it is
    /// lowered and ignores `duration`. Never lowers anything.
    function raiseLevel(Level level, uint256 duration, string calldata reason) external;

    /// @notice Governance lowers every rank's level to at most `level`; a loosening.
    function lowerLevel(Level level, string calldata reason) external;

    /// @notice `rules` as `levelRules` returns them. Closed sets may only grow and shares only fall with the level;
    /// only FROZEN may close REPAY or ADD_COLLATERAL, and then LIQUIDATE with them. Immediate when no level becomes
    /// weaker, otherwise a loosening.
    function setLevelRules(uint256 rules) external;
}
