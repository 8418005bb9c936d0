// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlockedOwner} from "../contracts/BlockedOwner.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract BlockedOwnerStage is Stage {
    BlockedOwner private immutable host;

    constructor(bool sound) {
        host = new BlockedOwner(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function block_(uint256 who, uint256 owner) external as_(who) {
        host.block_(one(owner));
    }

    function allow(uint256 who, uint256 spender, uint256 amount) external as_(who) {
        host.allow(one(spender), some(amount));
    }

    function withdrawFrom(uint256 who, uint256 owner, uint256 amount) external as_(who) {
        host.withdrawFrom(one(owner), some(amount));
    }

    function check() external view override {
        for (uint256 i; i < 4; ++i) {
            address user = users[i];
            require(!host.blocked(user) || host.balanceOf(user) >= host.hadAtBlock(user), "NoBypass");
        }
    }
}

contract BlockedOwnerTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new BlockedOwnerStage(sound);
    }
}
