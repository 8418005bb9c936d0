// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A number that a breaker watches. A metric that has no value reverts.
interface IMetric {
    function value() external view returns (uint256);
}
