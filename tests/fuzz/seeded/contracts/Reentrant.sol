// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S14. Conservation: what is owed is there. Fault: it pays first and writes down afterwards, in a coin that
/// tells the receiver.
contract Reentrant is Ledger {
    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function withdrawAll() external {
        uint256 amount = balanceOf[msg.sender];
        require(amount != 0, "nothing deposited");
        if (SOUND) balanceOf[msg.sender] = 0;
        _send(msg.sender, amount);
        balanceOf[msg.sender] = 0;
    }
}
