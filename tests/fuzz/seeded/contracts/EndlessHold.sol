// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S25. BoundedFreeze: a claim waits 5 days at most. Fault: each extension is bounded, their sum is not.
contract EndlessHold is Ledger {
    uint256 public constant DELAY = 1 days;
    uint256 public constant STEP = 3 days;
    uint256 public constant LONGEST = 5 days;
    mapping(address user => uint256) public claimed;
    mapping(address user => uint256) public asked;
    mapping(address user => uint256) public due;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function request(uint256 amount) external {
        require(due[msg.sender] == 0, "one at a time");
        _debit(msg.sender, amount);
        claimed[msg.sender] = amount;
        asked[msg.sender] = block.timestamp;
        due[msg.sender] = block.timestamp + DELAY;
    }

    function extend(address owner, uint256 duration) external only(GUARDIAN) {
        require(due[owner] != 0 && duration <= STEP, "no claim, or too long");
        due[owner] += duration;
        if (SOUND) require(due[owner] <= asked[owner] + LONGEST, "too long in all");
    }

    function settle(address owner) external {
        require(due[owner] != 0 && block.timestamp >= due[owner], "not due");
        uint256 amount = claimed[owner];
        (claimed[owner], asked[owner], due[owner]) = (0, 0, 0);
        _send(owner, amount);
    }
}
