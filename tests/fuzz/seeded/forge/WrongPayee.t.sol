// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {WrongPayee} from "../contracts/WrongPayee.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract WrongPayeeStage is Stage {
    WrongPayee private immutable host;

    constructor(bool sound) {
        host = new WrongPayee(cast(), money(), sound);
        open(address(host), 1000e6);
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

    function check() external view override {
        for (uint256 i; i < 4; ++i) {
            address user = users[i];
            require(host.wealth(user) >= (i == 0 ? 2000e6 : 1000e6), "Conservation");
        }
    }
}

contract WrongPayeeTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new WrongPayeeStage(sound);
    }
}
