// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StackedPause} from "../contracts/StackedPause.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract StackedPauseStage is Stage {
    StackedPause private immutable host;

    constructor(bool sound) {
        host = new StackedPause(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function pause(uint256 who, uint256 duration) external as_(who) {
        host.pause(long(duration));
    }

    function check() external view override {
        require(host.pausedUntil() <= vm.getBlockTimestamp() + host.LONGEST(), "BoundedFreeze");
    }
}

contract StackedPauseTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new StackedPauseStage(sound);
    }
}
