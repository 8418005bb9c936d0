// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FeeToken} from "../contracts/FeeToken.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract FeeTokenStage is Stage {
    FeeToken private immutable host;

    constructor(bool sound) {
        host = new FeeToken(cast(), money(), sound);
        open(address(host), 1000e6);
        coin.setFaults(coin.FEE());
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.held() >= host.owed(), "Conservation");
    }
}

contract FeeTokenTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new FeeTokenStage(sound);
    }
}
