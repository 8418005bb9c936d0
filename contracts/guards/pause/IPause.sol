// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";

interface IPause {
    error OperationsOutOfBounds(uint16 operations, uint16 allowed);
    error NothingToCleanUp(Rank rank);

    /// @param operations everything that this rank's pause now closes, what it closed before included
    event Paused(Rank indexed rank, address indexed by, uint16 operations, uint256 until, string reason);
    event Unpaused(uint16 operations, string reason);
    event PauseCleanedUp(Rank indexed rank, address indexed by);

    /// @notice Closes `operations` (a set of `Op`) for `duration` seconds. Extends a live pause of the same rank,
    /// never shortens one. Closing REPAY or ADD_COLLATERAL closes LIQUIDATE with it.
    /// @return until when the pause ends by itself, Unix seconds
    function pause(uint16 operations, uint256 duration, string calldata reason) external returns (uint256 until);

    /// @notice Governance ends pauses early; a loosening. LIQUIDATE opens only with the rest of its pause, and
    /// only after the grace.
    function unpause(uint16 operations, string calldata reason) external;

    /// @notice Anyone may erase a pause that has run out; saves gas for the users of its operations.
    function cleanUpPause(Rank rank) external;

    /// @notice When `operation` opens again as far as pauses and levels go; 0 or the past while it is open.
    function pausedUntil(uint16 operation) external view returns (uint256);

    function pauseOf(Rank rank) external view returns (uint16 operations, uint256 until);
}
