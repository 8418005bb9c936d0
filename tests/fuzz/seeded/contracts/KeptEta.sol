// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S41. DelayedLoosening: what is executed was announced two days before. Fault: what is announced over an
/// announcement inherits the older one's time.
contract KeptEta is Seeded {
    uint256 public constant DELAY = 2 days;
    uint256 public limit = 100e6;
    uint256 public proposed;
    uint256 public due;
    uint256 public announced;
    /// @dev How long before it was executed the last change had been announced, in seconds.
    uint256 public notice = DELAY;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function submit(uint256 newLimit) external only(GOVERNANCE) {
        if (SOUND || due == 0) due = block.timestamp + DELAY;
        (proposed, announced) = (newLimit, block.timestamp);
    }

    function cancel() external {
        require(msg.sender == GOVERNANCE || msg.sender == GUARDIAN, "wrong role");
        (proposed, due) = (0, 0);
    }

    function execute() external {
        require(due != 0 && block.timestamp >= due, "too early");
        (limit, proposed, due, notice) = (proposed, 0, 0, block.timestamp - announced);
    }
}
