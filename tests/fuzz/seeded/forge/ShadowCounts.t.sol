// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShadowCounts} from "../contracts/ShadowCounts.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ShadowCountsStage is Stage {
    ShadowCounts private immutable host;

    constructor(bool sound) {
        host = new ShadowCounts(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function pay(uint256 who, uint256 amount) external as_(who) {
        host.pay(some(amount));
    }

    function check() external view override {
        require(host.refused() == host.shadowRefused(), "ShadowEqualsLive");
    }
}

contract ShadowCountsTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ShadowCountsStage(sound);
    }
}
