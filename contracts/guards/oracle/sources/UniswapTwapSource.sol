// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../IPriceSource.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @notice The part of a Uniswap V3 pool that the source reads.
interface IUniswapV3Pool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function observe(uint32[] calldata secondsAgos) external view returns (int56[] memory, uint160[] memory);
}

/// @title UniswapTwapSource: the mean price of a Uniswap V3 pool, times 1e18
///
/// Guards: against prices of a moment. A swap moves the answer only as far as its price has lasted: nothing within
/// its own block, and 1 second in `window` for each second after it.
/// Trusts: the pool to be real and deep.
/// Assumes: an observation history of at least `window` (the pool reverts `OLD` otherwise, and so does this); tokens of
/// at most 20 decimals.
/// Does not guard: a price that is held for a large part of the window, which costs its holder the arbitrage.
contract UniswapTwapSource is IPriceSource {
    error NotInPool(address base);
    error InvalidWindow();

    /// @dev 1 / 1.0001 with 128 fractional bits: one tick down.
    uint256 private constant TICK_DOWN = uint256(1 << 128) * 10_000 / 10_001;
    uint256 private constant ONE = 1 << 128;

    IUniswapV3Pool public immutable pool;
    uint32 public immutable window;
    bool private immutable _BASE_IS_TOKEN0;
    /// @dev One whole base token times 1e18, and one whole quote token, in smallest units.
    uint256 private immutable _BASE_UNIT;
    uint256 private immutable _QUOTE_UNIT;

    /// @param base the token whose price, counted in the pool's other token, is the answer
    /// @param window_ seconds over which the mean is taken
    constructor(IUniswapV3Pool pool_, address base, uint32 window_) {
        if (window_ == 0) revert InvalidWindow();
        (address token0, address token1) = (pool_.token0(), pool_.token1());
        if (base != token0 && base != token1) revert NotInPool(base);
        (pool, window, _BASE_IS_TOKEN0) = (pool_, window_, base == token0);
        _BASE_UNIT = 10 ** (IERC20Metadata(base).decimals() + 18);
        _QUOTE_UNIT = 10 ** IERC20Metadata(base == token0 ? token1 : token0).decimals();
    }

    // ---------------------------------------------------------------- external

    /// @inheritdoc IPriceSource
    function price() public view returns (uint256, uint256) {
        int256 tick = _meanTick();
        if (!_BASE_IS_TOKEN0) tick = -tick;
        uint256 inverse = _down(uint256(tick < 0 ? -tick : tick));
        uint256 mean =
            tick < 0 ? _BASE_UNIT * inverse / (_QUOTE_UNIT * ONE) : _BASE_UNIT * ONE / (_QUOTE_UNIT * inverse);
        return (mean, block.timestamp);
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
