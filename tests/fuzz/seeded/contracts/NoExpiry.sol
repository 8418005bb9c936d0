// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S45. BoundedFreeze: without a sign of life in 30 days nobody pauses. Fault: the pause does not ask for it.
contract NoExpiry is Seeded {
    uint256 public constant HEARTBEAT = 30 days;
    uint256 public seen = block.timestamp;
    uint256 public pausedAt;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function beat() external only(GUARDIAN) {
        require(block.timestamp <= seen + HEARTBEAT, "expired");
        seen = block.timestamp;
    }

    function pause() external only(GUARDIAN) {
        if (SOUND) require(block.timestamp <= seen + HEARTBEAT, "expired");
        pausedAt = block.timestamp;
    }
}
