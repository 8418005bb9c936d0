// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S1. OnlyTighten: the limit rises by the votes of more coins than the users own. Fault: coins that are
/// deposited and withdrawn within one transaction, lent for it, have a vote.
contract FlashVote is Ledger {
    uint256 public constant QUORUM = 5000e6;
    uint256 public constant LIMIT = 100e6;
    uint256 public limit = LIMIT;
    mapping(address user => uint256) public since;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function deposit(uint256 amount) public override {
        super.deposit(amount);
        since[msg.sender] = block.number;
    }

    function withdraw(uint256 amount) external {
        _pay(msg.sender, msg.sender, amount);
    }

    function raise(uint256 newLimit) external {
        require(balanceOf[msg.sender] >= QUORUM, "too few votes");
        if (SOUND) require(since[msg.sender] < block.number, "too young");
        limit = newLimit;
    }
}
