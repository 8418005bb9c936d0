// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S3. BoundedLoss: 10 % of what was there leaves. Fault: 10 % of what is there now, which anyone can give.
contract GrowingBase is Ledger {
    uint256 public paid;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function withdraw(uint256 amount) external {
        paid += amount;
        require(paid <= (SOUND ? OPENING : held()) / 10, "over the limit");
        _pay(msg.sender, msg.sender, amount);
    }
}
