// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S5. BoundedLoss: no more than LIMIT leaves, net. Fault: the limit is for a call, not for the sum.
contract SplitLimit is Ledger {
    uint256 public constant LIMIT = 100e6;
    uint256 public used;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function withdraw(uint256 amount) external {
        if (SOUND) used += amount;
        require(used + (SOUND ? 0 : amount) <= LIMIT, "over the limit");
        _pay(msg.sender, msg.sender, amount);
    }
}
