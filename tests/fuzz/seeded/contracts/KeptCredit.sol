// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S1. BoundedLoss: no more than LIMIT leaves, net. Fault: a deposit that is taken back leaves its credit.
contract KeptCredit is Ledger {
    uint256 public constant LIMIT = 100e6;
    uint256 public credit;
    uint256 public used;
    mapping(address user => uint256) public fresh;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function deposit(uint256 amount) public override {
        super.deposit(amount);
        credit += amount;
        fresh[msg.sender] += amount;
    }

    /// @notice Takes a deposit of one's own back.
    function cancel(uint256 amount) external {
        require(fresh[msg.sender] >= amount, "nothing to cancel");
        fresh[msg.sender] -= amount;
        if (SOUND) _meter(amount);
        _pay(msg.sender, msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        _meter(amount);
        _pay(msg.sender, msg.sender, amount);
    }

    function _meter(uint256 amount) private {
        used += amount;
        require(used <= LIMIT + credit, "over the limit");
    }
}
