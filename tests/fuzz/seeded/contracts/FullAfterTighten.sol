// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S11. BoundedLoss: no more than LIMIT leaves. Fault: a new configuration starts with a full bucket.
contract FullAfterTighten is Ledger {
    uint256 public constant LIMIT = 100e6;
    uint256 public limit = LIMIT;
    uint256 public used;
    uint256 public paid;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function tighten(uint256 newLimit) external only(GUARDIAN) {
        require(newLimit <= limit && newLimit >= limit / 2, "half at most");
        limit = newLimit;
        if (!SOUND) used = 0;
    }

    function withdraw(uint256 amount) external {
        (used, paid) = (used + amount, paid + amount);
        require(used <= limit, "over the limit");
        _pay(msg.sender, msg.sender, amount);
    }
}
