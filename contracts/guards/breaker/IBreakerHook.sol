// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A protocol that wants to be told when a breaker's stage changes. The breaker gives it bounded gas and goes on
/// whether it succeeds or not.
interface IBreakerHook {
    /// @param previous the stage before, 0 where no threshold was tripped
    /// @param stage the number of the highest tripped threshold, from 1; 0 where none is
    function onStage(uint8 previous, uint8 stage) external;
}
