// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The part of Chainlink's AggregatorV3Interface that a price needs.
interface IPriceFeed {
    /// @notice Decimals of `answer`.
    function decimals() external view returns (uint8);

    /// @return roundId not used here
    /// @return answer what one whole token costs, with `decimals`
    /// @return startedAt not used here
    /// @return updatedAt Unix seconds at which `answer` was true
    /// @return answeredInRound not used here
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
