// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S35. NoBypass: nothing leaves during a pause. Fault: the second way out does not ask whether it is open.
contract OpenWhilePaused is Ledger {
    uint256 public pausedUntil;
    uint256 public heldAtPause;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function pause(uint256 duration) external only(GUARDIAN) {
        require(duration <= 1 days && block.timestamp >= pausedUntil, "too long, or paused");
        (pausedUntil, heldAtPause) = (block.timestamp + duration, held());
    }

    function withdraw(uint256 amount) external {
        require(block.timestamp >= pausedUntil, "paused");
        _pay(msg.sender, msg.sender, amount);
    }

    function redeem(uint256 amount) external {
        if (SOUND) require(block.timestamp >= pausedUntil, "paused");
        _pay(msg.sender, msg.sender, amount);
    }
}
