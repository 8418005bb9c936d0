// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S14. Conservation: what is owed is there. Fault: a coin with a fee is credited as it was sent, not as it came.
contract FeeToken is Ledger {
    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function deposit(uint256 amount) public override {
        uint256 before = held();
        _pull(amount);
        balanceOf[msg.sender] += SOUND ? held() - before : amount;
    }

    function withdraw(uint256 amount) external {
        _pay(msg.sender, msg.sender, amount);
    }
}
