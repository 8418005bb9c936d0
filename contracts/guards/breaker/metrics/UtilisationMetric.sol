// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {RatioMetric} from "./RatioMetric.sol";

/// @title UtilisationMetric: what is lent out over what was supplied, in 1/10,000, rounded up
contract UtilisationMetric is RatioMetric {
    /// @param borrowed selector of the view that tells what is lent out
    /// @param supplied selector of the view that tells what was supplied, what is lent out included
    constructor(address source_, bytes4 borrowed, bytes4 supplied) RatioMetric(source_, borrowed, supplied) {}

    function _ofNothing() internal pure virtual override returns (uint256) {
        return 0;
    }

    function _divide(uint256 above, uint256 below) internal pure virtual override returns (uint256) {
        return Math.mulDiv(above, BPS, below, Math.Rounding.Ceil);
    }
}
