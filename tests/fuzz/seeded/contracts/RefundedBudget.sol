// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S28. BoundedFreeze: two days in all. Fault: ending a pause early gives back all of it, not the rest.
contract RefundedBudget is Seeded {
    uint256 public constant LONGEST = 2 days;
    uint256 public constant BUDGET = 2 days;
    uint256 public pausedUntil;
    uint256 public length;
    uint256 public spent;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function pause(uint256 duration) external only(GUARDIAN) {
        require(block.timestamp >= pausedUntil, "paused");
        require(duration <= LONGEST && spent + duration <= BUDGET, "over the budget");
        spent += duration;
        length = duration;
        pausedUntil = block.timestamp + duration;
    }

    function unpause() external only(GUARDIAN) {
        require(block.timestamp < pausedUntil, "not paused");
        spent -= SOUND ? pausedUntil - block.timestamp : length;
        pausedUntil = block.timestamp;
    }
}
