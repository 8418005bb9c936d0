// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BoilingFrog} from "../contracts/BoilingFrog.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract BoilingFrogStage is Stage {
    BoilingFrog private immutable host;

    constructor(bool sound) {
        host = new BoilingFrog(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function push(uint256 who, int256 bps) external as_(who) {
        host.push(int256(bound(uint256(bps), 0, 400)) - 200);
    }

    function check() external view override {
        require(
            elapsed(host) >= 1 hours
                || (host.price() * 1000 <= host.FIRST() * 1025 && host.price() * 1000 >= host.FIRST() * 975),
            "BoundedLoss"
        );
    }
}

contract BoilingFrogTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new BoilingFrogStage(sound);
    }
}
