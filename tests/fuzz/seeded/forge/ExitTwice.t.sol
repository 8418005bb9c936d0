// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ExitTwice} from "../contracts/ExitTwice.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ExitTwiceStage is Stage {
    ExitTwice private immutable host;

    constructor(bool sound) {
        host = new ExitTwice(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function freeze(uint256 who) external as_(who) {
        host.freeze();
    }

    function exit(uint256 who) external as_(who) {
        host.exit();
    }

    function give(uint256 who, uint256 to, uint256 amount) external as_(who) {
        host.give(one(to), some(amount));
    }

    function check() external view override {
        require(host.held() >= host.owed(), "ProRataExit");
    }
}

contract ExitTwiceTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ExitTwiceStage(sound);
    }
}
