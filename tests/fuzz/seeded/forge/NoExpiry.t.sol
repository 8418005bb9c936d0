// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {NoExpiry} from "../contracts/NoExpiry.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract NoExpiryStage is Stage {
    NoExpiry private immutable host;

    constructor(bool sound) {
        host = new NoExpiry(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function beat(uint256 who) external as_(who) {
        host.beat();
    }

    function pause(uint256 who) external as_(who) {
        host.pause();
    }

    function check() external view override {
        require(host.pausedAt() <= host.seen() + host.HEARTBEAT(), "BoundedFreeze");
    }
}

contract NoExpiryTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new NoExpiryStage(sound);
    }
}
