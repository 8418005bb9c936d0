// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S36. ProRataExit: the rest is enough for those who stay. Fault: who has left may still give his share on.
contract ExitTwice is Ledger {
    mapping(address user => bool) public left;
    bool public frozen;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function deposit(uint256 amount) public override {
        require(!frozen, "frozen");
        super.deposit(amount);
    }

    function give(address to, uint256 amount) external {
        _debit(msg.sender, amount);
        balanceOf[to] += amount;
    }

    function freeze() external only(GUARDIAN) {
        frozen = true;
    }

    function exit() external {
        require(frozen && !left[msg.sender], "not frozen, or left");
        left[msg.sender] = true;
        uint256 share = balanceOf[msg.sender];
        if (SOUND) balanceOf[msg.sender] = 0;
        _send(msg.sender, share);
    }

    /// @dev What those who have not left may still take.
    function owed() public view override returns (uint256 amount) {
        for (uint256 i; i < 4; ++i) {
            if (!left[_users[i]]) amount += balanceOf[_users[i]];
        }
    }
}
