// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShortenedFreeze} from "../contracts/ShortenedFreeze.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ShortenedFreezeStage is Stage {
    ShortenedFreeze private immutable host;
    uint256 private latest;

    constructor(bool sound) {
        host = new ShortenedFreeze(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, true);
    }

    function pause(uint256 who, uint256 duration) external as_(who) {
        host.pause(long(duration));
        if (host.pausedUntil() > latest) latest = host.pausedUntil();
    }

    function check() external view override {
        require(host.pausedUntil() >= latest, "OnlyTighten");
    }
}

contract ShortenedFreezeTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ShortenedFreezeStage(sound);
    }
}
