// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EndlessHold} from "../contracts/EndlessHold.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract EndlessHoldStage is Stage {
    EndlessHold private immutable host;

    constructor(bool sound) {
        host = new EndlessHold(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function request(uint256 who, uint256 amount) external as_(who) {
        host.request(some(amount));
    }

    function settle(uint256 who, uint256 owner) external as_(who) {
        host.settle(one(owner));
    }

    function extend(uint256 who, uint256 owner, uint256 duration) external as_(who) {
        host.extend(one(owner), long(duration));
    }

    function check() external view override {
        for (uint256 i; i < 4; ++i) {
            address user = users[i];
            require(host.due(user) <= host.asked(user) + host.LONGEST(), "BoundedFreeze");
        }
    }
}

contract EndlessHoldTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new EndlessHoldStage(sound);
    }
}
