// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice Deposits of users, one unit for one unit. What the protocol holds at the start is the first user's.
abstract contract Ledger is Seeded {
    mapping(address user => uint256) public balanceOf;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {
        balanceOf[cast.users[0]] = OPENING;
    }

    function deposit(uint256 amount) public virtual {
        _pull(amount);
        balanceOf[msg.sender] += amount;
    }

    /// @return amount what the ledger says that users may still take
    function owed() public view virtual returns (uint256 amount) {
        for (uint256 i; i < 4; ++i) {
            amount += balanceOf[_users[i]];
        }
    }

    function _debit(address owner, uint256 amount) internal {
        require(balanceOf[owner] >= amount, "too little deposited");
        balanceOf[owner] -= amount;
    }

    function _pay(address owner, address to, uint256 amount) internal {
        _debit(owner, amount);
        _send(to, amount);
    }
}
