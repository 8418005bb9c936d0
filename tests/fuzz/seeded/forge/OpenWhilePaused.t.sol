// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OpenWhilePaused} from "../contracts/OpenWhilePaused.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract OpenWhilePausedStage is Stage {
    OpenWhilePaused private immutable host;

    constructor(bool sound) {
        host = new OpenWhilePaused(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function redeem(uint256 who, uint256 amount) external as_(who) {
        host.redeem(some(amount));
    }

    function pause(uint256 who, uint256 duration) external as_(who) {
        host.pause(long(duration));
    }

    function check() external view override {
        require(vm.getBlockTimestamp() >= host.pausedUntil() || host.held() >= host.heldAtPause(), "NoBypass");
    }
}

contract OpenWhilePausedTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new OpenWhilePausedStage(sound);
    }
}
