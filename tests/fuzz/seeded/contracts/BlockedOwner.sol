// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S39. NoBypass: nothing leaves a blocked account. Fault: whom the owner had allowed before is not asked.
contract BlockedOwner is Ledger {
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address owner => bool) public blocked;
    mapping(address owner => uint256) public hadAtBlock;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function allow(address spender, uint256 amount) external {
        require(spender != msg.sender, "oneself");
        allowance[msg.sender][spender] = amount;
    }

    function block_(address owner) external only(GUARDIAN) {
        require(!blocked[owner], "blocked");
        (blocked[owner], hadAtBlock[owner]) = (true, balanceOf[owner]);
    }

    function withdraw(uint256 amount) external {
        require(!blocked[msg.sender], "blocked");
        _pay(msg.sender, msg.sender, amount);
    }

    function withdrawFrom(address owner, uint256 amount) external {
        require(!blocked[SOUND ? owner : msg.sender], "blocked");
        require(allowance[owner][msg.sender] >= amount, "not allowed");
        allowance[owner][msg.sender] -= amount;
        _pay(owner, msg.sender, amount);
    }
}
