// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StaleWindow} from "../contracts/StaleWindow.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract StaleWindowStage is Stage {
    StaleWindow private immutable host;

    constructor(bool sound) {
        host = new StaleWindow(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.paid() <= host.LIMIT() * (1 + elapsed(host) / host.WINDOW()), "BoundedLoss");
    }
}

contract StaleWindowTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new StaleWindowStage(sound);
    }
}
