// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DroppedMeter} from "../contracts/DroppedMeter.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract DroppedMeterStage is Stage {
    DroppedMeter private immutable host;

    constructor(bool sound) {
        host = new DroppedMeter(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function withdrawTo(uint256 who, uint256 to, uint256 amount) external as_(who) {
        host.withdrawTo(one(to), some(amount));
    }

    function check() external view override {
        require(host.held() + host.metered() >= host.OPENING() + host.received(), "NoBypass");
    }
}

contract DroppedMeterTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new DroppedMeterStage(sound);
    }
}
