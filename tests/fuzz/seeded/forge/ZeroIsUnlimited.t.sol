// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ZeroIsUnlimited} from "../contracts/ZeroIsUnlimited.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ZeroIsUnlimitedStage is Stage {
    ZeroIsUnlimited private immutable host;

    constructor(bool sound) {
        host = new ZeroIsUnlimited(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function tighten(uint256 who, uint256 limit) external as_(who) {
        host.tighten(bound(limit, 0, 10));
    }

    function check() external view override {
        require(host.allowed() <= 7, "OnlyTighten");
    }
}

contract ZeroIsUnlimitedTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ZeroIsUnlimitedStage(sound);
    }
}
