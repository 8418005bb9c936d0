// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S6. BoundedLoss: a LIMIT a day leaves. Fault: an expired window is emptied but not begun again.
contract StaleWindow is Ledger {
    uint256 public constant LIMIT = 50e6;
    uint256 public constant WINDOW = 1 days;
    uint256 public used;
    uint256 public paid;
    uint256 public since = block.timestamp;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function withdraw(uint256 amount) external {
        if (block.timestamp >= since + WINDOW) {
            used = 0;
            if (SOUND) since = block.timestamp;
        }
        (used, paid) = (used + amount, paid + amount);
        require(used <= LIMIT, "over the limit");
        _pay(msg.sender, msg.sender, amount);
    }
}
