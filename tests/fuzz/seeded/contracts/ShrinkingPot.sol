// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S36. ProRataExit: after a freeze each gets his share. Fault: a share of what the others have left.
contract ShrinkingPot is Ledger {
    mapping(address user => uint256) public put;
    mapping(address user => uint256) public got;
    uint256 public pot;
    uint256 public total;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {
        put[cast.users[0]] = OPENING;
    }

    function deposit(uint256 amount) public override {
        require(pot == 0, "frozen");
        super.deposit(amount);
        put[msg.sender] += amount;
    }

    function freeze() external only(GUARDIAN) {
        require(pot == 0, "frozen");
        (pot, total) = (held(), owed());
    }

    function exit() external {
        require(pot != 0, "not frozen");
        uint256 share = (SOUND ? pot : held()) * balanceOf[msg.sender] / total;
        balanceOf[msg.sender] = 0;
        got[msg.sender] += share;
        _send(msg.sender, share);
    }
}
