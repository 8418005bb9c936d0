// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../IPriceSource.sol";
import {IPriceFeed} from "./IPriceFeed.sol";

/// @title ChainlinkSource: an aggregator's answer, times 1e18
///
/// Guards: against answers that are zero, negative, or at the bound where an aggregator stops counting: it goes on
/// answering that bound while the market is beyond it.
/// Trusts: the feed's operators. Assumes: its decimals never change. Age is the guard's affair.
contract ChainlinkSource is IPriceSource {
    error NoAnswer(int256 answer);
    error InvalidBounds();

    IPriceFeed public immutable feed;
    /// @notice Answers up to `low` and from `high` on are none; in the feed's own decimals.
    int256 public immutable low;
    int256 public immutable high;
    uint256 private immutable _UP;
    uint256 private immutable _DOWN;

    /// @param low_ the aggregator's least answer, 0 where it has none
    /// @param high_ the aggregator's greatest answer, the largest int256 where it has none
    constructor(IPriceFeed feed_, int256 low_, int256 high_) {
        if (low_ < 0 || high_ <= low_) revert InvalidBounds();
        (feed, low, high) = (feed_, low_, high_);
        uint256 decimals = feed_.decimals();
        _UP = decimals < 18 ? 10 ** (18 - decimals) : 1;
        _DOWN = decimals > 18 ? 10 ** (decimals - 18) : 1;
    }

    /// @inheritdoc IPriceSource
    function price() external view returns (uint256, uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        if (answer <= low || answer >= high) revert NoAnswer(answer);
        return (uint256(answer) * _UP / _DOWN, updatedAt);
    }
}
