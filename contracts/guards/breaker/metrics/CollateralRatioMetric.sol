// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {RatioMetric} from "./RatioMetric.sol";

/// @title CollateralRatioMetric: the value of what backs over what is owed, in 1/10,000, rounded down
/// @dev Without debt the largest number: nothing is under-backed.
contract CollateralRatioMetric is RatioMetric {
    /// @param backing selector of the view that tells the value of the collateral
    /// @param owed selector of the view that tells the debt, in the same unit
    constructor(address source_, bytes4 backing, bytes4 owed) RatioMetric(source_, backing, owed) {}

    function _ofNothing() internal pure virtual override returns (uint256) {
        return type(uint256).max;
    }

    function _divide(uint256 above, uint256 below) internal pure virtual override returns (uint256) {
        return Math.mulDiv(above, BPS, below);
    }
}
