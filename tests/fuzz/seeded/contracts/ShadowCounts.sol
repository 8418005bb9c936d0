// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S53. ShadowEqualsLive: the shadow refuses what the live limiter refuses. Fault: the shadow counts what it
/// would have refused.
contract ShadowCounts is Seeded {
    uint256 public constant LIMIT = 100e6;
    uint256 public used;
    uint256 public shadowUsed;
    uint256 public refused;
    uint256 public shadowRefused;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function pay(uint256 amount) external {
        require(amount <= 2 * LIMIT, "nobody has so much");
        if (used + amount <= LIMIT) used += amount;
        else ++refused;
        bool over = shadowUsed + amount > LIMIT;
        if (over) ++shadowRefused;
        if (!over || !SOUND) shadowUsed += amount;
    }
}
