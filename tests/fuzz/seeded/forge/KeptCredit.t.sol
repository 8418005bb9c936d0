// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KeptCredit} from "../contracts/KeptCredit.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract KeptCreditStage is Stage {
    KeptCredit private immutable host;

    constructor(bool sound) {
        host = new KeptCredit(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function cancel(uint256 who, uint256 amount) external as_(who) {
        host.cancel(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.held() + host.LIMIT() >= host.OPENING(), "BoundedLoss");
    }
}

contract KeptCreditTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new KeptCreditStage(sound);
    }
}
