// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S48. Solvency: no loan on a price older than an hour. Fault: nobody looks at the price's age.
contract StalePrice is Seeded {
    uint256 public constant MAX_AGE = 1 hours;
    uint256 public price = 1e6;
    uint256 public updated = block.timestamp;
    uint256 public debts;
    mapping(address user => uint256) public pledgeOf;
    mapping(address user => uint256) public debtOf;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function update(uint256 newPrice) external only(GOVERNANCE) {
        require(newPrice >= price * 9 / 10 && newPrice <= price * 11 / 10, "a jump");
        (price, updated) = (newPrice, block.timestamp);
    }

    function pledge(uint256 amount) external {
        _pull(amount);
        pledgeOf[msg.sender] += amount;
    }

    function borrow(uint256 amount) external {
        if (SOUND) require(block.timestamp <= updated + MAX_AGE, "stale");
        debtOf[msg.sender] += amount;
        debts += amount;
        require(amount != 0 && debtOf[msg.sender] <= pledgeOf[msg.sender] * price / 2e6, "too little pledged");
        _send(msg.sender, amount);
    }
}
