// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S40. DelayedLoosening: the limit rises two days after it was announced. Fault: the delay can be cut at once.
contract ShortDelay is Seeded {
    uint256 public constant LIMIT = 100e6;
    uint256 public constant DELAY = 2 days;
    uint256 public limit = LIMIT;
    uint256 public delay = DELAY;
    uint256 public proposed;
    uint256 public submitted;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function setDelay(uint256 newDelay) external only(GOVERNANCE) {
        if (SOUND) require(newDelay >= delay, "only longer");
        delay = newDelay;
    }

    function submit(uint256 newLimit) external only(GOVERNANCE) {
        require(newLimit > limit, "not higher");
        (proposed, submitted) = (newLimit, block.timestamp);
    }

    function execute() external only(GOVERNANCE) {
        require(submitted != 0 && block.timestamp >= submitted + delay, "too early");
        (limit, proposed, submitted) = (proposed, 0, 0);
    }
}
