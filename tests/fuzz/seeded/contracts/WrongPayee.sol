// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S43. Conservation: nobody loses coins to another. Fault: a claim is paid to whoever settles it.
contract WrongPayee is Ledger {
    uint256 public constant DELAY = 1 days;
    mapping(address user => uint256) public claimed;
    mapping(address user => uint256) public due;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function request(uint256 amount) external {
        _debit(msg.sender, amount);
        claimed[msg.sender] += amount;
        due[msg.sender] = block.timestamp + DELAY;
    }

    function settle(address owner) external {
        require(claimed[owner] != 0 && block.timestamp >= due[owner], "not due");
        uint256 amount = claimed[owner];
        claimed[owner] = 0;
        _send(SOUND ? owner : msg.sender, amount);
    }

    /// @return coins of `user`, in hand, deposited and claimed
    function wealth(address user) external view returns (uint256 coins) {
        return coin.balanceOf(user) + balanceOf[user] + claimed[user];
    }
}
