// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SmallExempt} from "../contracts/SmallExempt.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract SmallExemptStage is Stage {
    SmallExempt private immutable host;

    constructor(bool sound) {
        host = new SmallExempt(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.held() + host.LIMIT() >= host.OPENING(), "BoundedLoss");
    }
}

contract SmallExemptTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new SmallExemptStage(sound);
    }
}
