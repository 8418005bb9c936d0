// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceFeed} from "./IPriceFeed.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @notice The part of a Uniswap V3 pool that the feed reads.
interface IUniswapV3Pool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function observe(uint32[] calldata secondsAgos) external view returns (int56[] memory, uint160[] memory);
}

/// @title UniswapTwapFeed: the mean price of a Uniswap V3 pool, in the shape of a Chainlink feed
///
/// Guards: against prices of a moment. A swap moves the answer only as far as its price has lasted: nothing within
/// its own block, and 1 second in `window` for each second after it.
/// Trusts: the pool to be real and deep.
/// Assumes: an observation history of at least `window` (the pool reverts `OLD` otherwise, and so does this); tokens of
/// at most 20 decimals.
/// Does not guard: a price that is held for a large part of the window, which costs its holder the arbitrage.
contract UniswapTwapFeed is IPriceFeed {
    error NotInPool(address base);
    error InvalidWindow();

    /// @dev 1 / 1.0001 with 128 fractional bits: one tick down.
    uint256 private constant TICK_DOWN = uint256(1 << 128) * 10_000 / 10_001;
    uint256 private constant ONE = 1 << 128;

    uint8 public constant decimals = 18;
    IUniswapV3Pool public immutable pool;
    uint32 public immutable window;
    bool private immutable _BASE_IS_TOKEN0;
    /// @dev One whole base token with `decimals`, and one whole quote token, in smallest units.
    uint256 private immutable _BASE_UNIT;
    uint256 private immutable _QUOTE_UNIT;

    /// @param base the token whose price, counted in the pool's other token, is the answer
    /// @param window_ seconds over which the mean is taken
    constructor(IUniswapV3Pool pool_, address base, uint32 window_) {
        if (window_ == 0) revert InvalidWindow();
        (address token0, address token1) = (pool_.token0(), pool_.token1());
        if (base != token0 && base != token1) revert NotInPool(base);
        (pool, window, _BASE_IS_TOKEN0) = (pool_, window_, base == token0);
        _BASE_UNIT = 10 ** (IERC20Metadata(base).decimals() + decimals);
        _QUOTE_UNIT = 10 ** IERC20Metadata(base == token0 ? token1 : token0).decimals();
    }

    // ---------------------------------------------------------------- external

    /// @inheritdoc IPriceFeed
    function latestRoundData() external view returns (uint80, int256 answer, uint256, uint256, uint80) {
        int256 tick = _meanTick();
        if (!_BASE_IS_TOKEN0) tick = -tick;
        uint256 inverse = _down(uint256(tick < 0 ? -tick : tick));
        uint256 price =
            tick < 0 ? _BASE_UNIT * inverse / (_QUOTE_UNIT * ONE) : _BASE_UNIT * ONE / (_QUOTE_UNIT * inverse);
        uint80 round = uint80(block.timestamp);
        return (round, int256(price), block.timestamp - window, block.timestamp, round);
    }

    // ---------------------------------------------------------------- private

    /// @dev As Uniswap's `OracleLibrary.consult`: rounded towards minus infinity.
    function _meanTick() private view returns (int256 tick) {
        uint32[] memory ago = new uint32[](2);
        ago[0] = window;
        (int56[] memory cumulative,) = pool.observe(ago);
        int256 change;
        unchecked {
            change = cumulative[1] - cumulative[0];
        }
        tick = change / int256(uint256(window));
        if (change < 0 && change % int256(uint256(window)) != 0) --tick;
    }

    /// @return power 1.0001 ** -ticks with 128 fractional bits, by squaring; 2 ** 20 is over Uniswap's highest tick
    function _down(uint256 ticks) private pure returns (uint256 power) {
        power = ONE;
        uint256 square = TICK_DOWN;
        for (; ticks != 0; ticks >>= 1) {
            if (ticks & 1 != 0) power = power * square >> 128;
            square = square * square >> 128;
        }
    }
}
