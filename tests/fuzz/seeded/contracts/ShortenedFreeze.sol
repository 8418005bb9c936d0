// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S31. OnlyTighten: no fast role shortens a freeze. Fault: the sentinel's hour overwrites the guardian's week.
contract ShortenedFreeze is Seeded {
    uint256 public pausedUntil;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function pause(uint256 duration) external {
        require(msg.sender == GUARDIAN || msg.sender == SENTINEL, "wrong role");
        require(duration <= (msg.sender == GUARDIAN ? 7 days : 1 hours), "too long");
        uint256 until = block.timestamp + duration;
        if (SOUND) require(until >= pausedUntil, "shorter than now");
        pausedUntil = until;
    }
}
