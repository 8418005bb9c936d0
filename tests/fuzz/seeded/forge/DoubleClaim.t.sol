// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DoubleClaim} from "../contracts/DoubleClaim.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract DoubleClaimStage is Stage {
    DoubleClaim private immutable host;

    constructor(bool sound) {
        host = new DoubleClaim(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function request(uint256 who, uint256 amount) external as_(who) {
        host.request(some(amount));
    }

    function settle(uint256 who, uint256 id) external as_(who) {
        host.settle(bound(id, 0, 7));
    }

    function check() external view override {
        require(host.held() >= host.owed(), "Conservation");
    }
}

contract DoubleClaimTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new DoubleClaimStage(sound);
    }
}
