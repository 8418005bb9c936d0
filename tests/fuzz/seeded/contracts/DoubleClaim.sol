// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S21. Conservation: what is owed is there. Fault: a claim that was paid stays open.
contract DoubleClaim is Ledger {
    struct Claim {
        address owner;
        uint256 amount;
        uint256 due;
    }

    uint256 public constant DELAY = 1 days;
    Claim[] public claims;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function request(uint256 amount) external {
        _debit(msg.sender, amount);
        claims.push(Claim(msg.sender, amount, block.timestamp + DELAY));
    }

    function settle(uint256 id) external {
        Claim memory claim = claims[id];
        require(claim.owner != address(0) && block.timestamp >= claim.due, "not due");
        if (SOUND) delete claims[id];
        _send(claim.owner, claim.amount);
    }
}
