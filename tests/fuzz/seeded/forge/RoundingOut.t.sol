// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RoundingOut} from "../contracts/RoundingOut.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract RoundingOutStage is Stage {
    RoundingOut private immutable host;

    constructor(bool sound) {
        host = new RoundingOut(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.held() * 2 >= host.supply() * 3, "Solvency");
    }
}

contract RoundingOutTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new RoundingOutStage(sound);
    }
}
