// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FullAfterTighten} from "../contracts/FullAfterTighten.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract FullAfterTightenStage is Stage {
    FullAfterTighten private immutable host;

    constructor(bool sound) {
        host = new FullAfterTighten(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function tighten(uint256 who, uint256 amount) external as_(who) {
        host.tighten(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function check() external view override {
        require(host.paid() <= host.LIMIT(), "BoundedLoss");
    }
}

contract FullAfterTightenTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new FullAfterTightenStage(sound);
    }
}
