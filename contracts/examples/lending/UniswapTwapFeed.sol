// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IUniswapV3Pool, UniswapTwapSource} from "../../guards/oracle/sources/UniswapTwapSource.sol";
import {IPriceFeed} from "../../guards/oracle/sources/IPriceFeed.sol";

/// @title UniswapTwapFeed: `UniswapTwapSource` in the shape of a Chainlink feed
contract UniswapTwapFeed is UniswapTwapSource, IPriceFeed {
    uint8 public constant decimals = 18;

    constructor(IUniswapV3Pool pool_, address base, uint32 window_) UniswapTwapSource(pool_, base, window_) {}

    /// @inheritdoc IPriceFeed
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint256 mean, uint256 updatedAt) = price();
        uint80 round = uint80(block.timestamp);
        return (round, int256(mean), updatedAt - window, updatedAt, round);
    }
}
