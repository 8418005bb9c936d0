// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";

interface IPause {
    error OperationsOutOfBounds(uint16 operations, uint16 allowed);

    /// @param operations everything that this rank's pause now closes, what it closed before included
    event Paused(Rank indexed rank, address indexed by, uint16 operations, uint256 until, string reason);
    event Unpaused(uint16 operations, string reason);

    /// @notice Closes `operations` (a set of `Op`) for `duration` seconds. Extends a live pause of the same rank,
    /// never shortens one. Closing REPAY or ADD_COLLATERAL closes LIQUIDATE with it.
    /// @return until when the pause ends by itself, Unix seconds
    function pause(uint16 operations, uint256 duration, string calldata reason) external returns (uint256 until);

    /// @notice Governance ends pauses early; a loosening. LIQUIDATE opens only with REPAY and ADD_COLLATERAL, and only
    /// after the grace. Nothing opens before `seal`.
    function unpause(uint16 operations, string calldata reason) external;

    function pauseOf(Rank rank) external view returns (uint16 operations, uint256 until);
}
