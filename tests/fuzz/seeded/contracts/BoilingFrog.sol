// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S46. BoundedLoss: the price moves by 2.5 % at most in the first hour. Fault: each step is compared with
/// the step before, not with a reference anchored in time.
contract BoilingFrog is Seeded {
    uint256 public constant FIRST = 1000e6;
    uint256 public price = FIRST;
    uint256 public anchor = FIRST;
    uint256 public anchored = block.timestamp;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    /// @param bps how far the feed went, a positive number up
    function push(int256 bps) external {
        require(bps >= -100 && bps <= 100, "a jump");
        if (block.timestamp >= anchored + 1 hours) (anchor, anchored) = (price, block.timestamp);
        price = price * uint256(10_000 + bps) / 10_000;
        if (SOUND) require(price * 100 <= anchor * 101 && price * 100 >= anchor * 99, "too far from the anchor");
    }
}
