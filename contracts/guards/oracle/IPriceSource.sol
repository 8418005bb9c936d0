// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a price comes from. A source that has no price reverts: it neither guesses nor catches.
interface IPriceSource {
    /// @return price what one whole asset costs, in whole units of what it is counted in, times 1e18, rounded down
    /// @return updatedAt Unix seconds at which that was true
    function price() external view returns (uint256 price, uint256 updatedAt);
}
