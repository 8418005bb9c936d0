// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShortDelay} from "../contracts/ShortDelay.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ShortDelayStage is Stage {
    ShortDelay private immutable host;

    constructor(bool sound) {
        host = new ShortDelay(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(true, false, false);
    }

    function execute(uint256 who) external as_(who) {
        host.execute();
    }

    function setDelay(uint256 who, uint256 delay) external as_(who) {
        host.setDelay(long(delay));
    }

    function submit(uint256 who, uint256 limit) external as_(who) {
        host.submit(some(limit));
    }

    function check() external view override {
        require(host.limit() <= host.LIMIT() || elapsed(host) >= host.DELAY(), "DelayedLoosening");
    }
}

contract ShortDelayTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ShortDelayStage(sound);
    }
}
