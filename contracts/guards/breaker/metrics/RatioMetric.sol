// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMetric} from "../IMetric.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title RatioMetric: one number of a protocol over another, in 1/10,000
///
/// Reads two functions without arguments that return a uint256 each. Nothing over nothing is `NOTHING`; something over
/// nothing is the largest number, and so is a ratio that does not fit.
abstract contract RatioMetric is IMetric {
    error NoValue(address source, bytes4 selector);

    uint256 public constant BPS = 10_000;

    address public immutable source;
    bytes4 public immutable numerator;
    bytes4 public immutable denominator;

    constructor(address source_, bytes4 numerator_, bytes4 denominator_) {
        (source, numerator, denominator) = (source_, numerator_, denominator_);
        _get(source_, numerator_);
        _get(source_, denominator_);
    }

    function value() external view virtual returns (uint256) {
        uint256 above = _get(source, numerator);
        uint256 below = _get(source, denominator);
        if (below == 0) return above == 0 ? _ofNothing() : type(uint256).max;
        (uint256 high,) = Math.mul512(above, BPS);
        return high >= below ? type(uint256).max : _divide(above, below);
    }

    function _ofNothing() internal pure virtual returns (uint256);

    /// @dev Rounds towards the unsafe side, so that a threshold is never missed by rounding.
    function _divide(uint256 above, uint256 below) internal pure virtual returns (uint256);

    function _get(address from, bytes4 selector) private view returns (uint256) {
        (bool success, bytes memory returned) = from.staticcall(abi.encodePacked(selector));
        if (!success || returned.length != 32) revert NoValue(from, selector);
        return abi.decode(returned, (uint256));
    }
}
