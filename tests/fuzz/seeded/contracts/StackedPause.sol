// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S30. BoundedFreeze: a pause ends a day from now at the latest. Fault: a pause is added to the last one.
contract StackedPause is Seeded {
    uint256 public constant LONGEST = 1 days;
    uint256 public pausedUntil;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function pause(uint256 duration) external only(GUARDIAN) {
        require(duration <= LONGEST, "too long");
        uint256 from = !SOUND && pausedUntil > block.timestamp ? pausedUntil : block.timestamp;
        pausedUntil = from + duration;
    }
}
