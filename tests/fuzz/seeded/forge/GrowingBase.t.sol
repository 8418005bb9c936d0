// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GrowingBase} from "../contracts/GrowingBase.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract GrowingBaseStage is Stage {
    GrowingBase private immutable host;

    constructor(bool sound) {
        host = new GrowingBase(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.paid() <= host.OPENING() / 10, "BoundedLoss");
    }
}

contract GrowingBaseTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new GrowingBaseStage(sound);
    }
}
