// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S51. NoBypass: all that leaves has been metered. Fault: the second way out has no meter.
contract DroppedMeter is Ledger {
    uint256 public received;
    uint256 public metered;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function deposit(uint256 amount) public override {
        super.deposit(amount);
        received += amount;
    }

    function withdraw(uint256 amount) external {
        metered += amount;
        _pay(msg.sender, msg.sender, amount);
    }

    function withdrawTo(address to, uint256 amount) external {
        require(to != address(this), "to itself");
        if (SOUND) metered += amount;
        _pay(msg.sender, to, amount);
    }
}
