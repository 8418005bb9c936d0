// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S13. OnlyTighten: the guardian lowers the limit, by half at most in one call. Fault: the limit zero, which
/// takes three calls to reach, means unlimited.
contract ZeroIsUnlimited is Seeded {
    uint256 public limit = 7;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function tighten(uint256 newLimit) external only(GUARDIAN) {
        require(newLimit <= limit && newLimit >= limit / 2, "half at most");
        limit = newLimit;
    }

    function allowed() external view returns (uint256) {
        return limit == 0 && !SOUND ? type(uint256).max : limit;
    }
}
