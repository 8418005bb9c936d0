// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S48. Solvency: debts are covered at the price of the start. Fault: collateral is worth what the pool says
/// at this moment, which one swap moves. Half of the money is the pool's, half is lent.
contract SpotPrice is Seeded {
    uint256 public coins = OPENING / 2;
    uint256 public gems = OPENING / 2;
    uint256 public debts;
    uint256 public pledged;
    mapping(address user => uint256) public gemsOf;
    mapping(address user => uint256) public pledgeOf;
    mapping(address user => uint256) public debtOf;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {
        gemsOf[cast.users[2]] = 100e6;
    }

    function buy(uint256 paid) external {
        uint256 bought = gems * paid / (coins + paid);
        (coins, gems) = (coins + paid, gems - bought);
        gemsOf[msg.sender] += bought;
        _pull(paid);
    }

    function sell(uint256 sold) external {
        gemsOf[msg.sender] -= sold;
        uint256 paid = coins * sold / (gems + sold);
        (coins, gems) = (coins - paid, gems + sold);
        _send(msg.sender, paid);
    }

    function pledge(uint256 amount) external {
        gemsOf[msg.sender] -= amount;
        pledgeOf[msg.sender] += amount;
        pledged += amount;
    }

    function borrow(uint256 amount) external {
        debtOf[msg.sender] += amount;
        debts += amount;
        uint256 worth = SOUND ? pledgeOf[msg.sender] : pledgeOf[msg.sender] * coins / gems;
        require(debtOf[msg.sender] <= worth / 2, "too little pledged");
        _send(msg.sender, amount);
    }
}
