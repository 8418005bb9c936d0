// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShrinkingPot} from "../contracts/ShrinkingPot.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ShrinkingPotStage is Stage {
    ShrinkingPot private immutable host;

    constructor(bool sound) {
        host = new ShrinkingPot(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function freeze(uint256 who) external as_(who) {
        host.freeze();
    }

    function exit(uint256 who) external as_(who) {
        host.exit();
    }

    function check() external view override {
        for (uint256 i; i < 4; ++i) {
            address user = users[i];
            require(host.got(user) + host.balanceOf(user) >= host.put(user), "ProRataExit");
        }
    }
}

contract ShrinkingPotTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ShrinkingPotStage(sound);
    }
}
