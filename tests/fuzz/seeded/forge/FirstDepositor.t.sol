// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FirstDepositor} from "../contracts/FirstDepositor.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract FirstDepositorStage is Stage {
    FirstDepositor private immutable host;

    constructor(bool sound) {
        host = new FirstDepositor(cast(), money(), sound);
        open(address(host), 0);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function redeem(uint256 who, uint256 amount) external as_(who) {
        host.redeem(some(amount));
    }

    function transfer(uint256 who, uint256 to, uint256 amount) external {
        address from = actors[who % 3];
        address receiver = to % 2 == 0 ? address(host) : one(to);
        vm.prank(from);
        coin.transfer(receiver, some(amount));
    }

    function check() external view override {
        for (uint256 i; i < 4; ++i) {
            address user = users[i];
            require(host.worth(user) * 100 + 200 >= host.paidIn(user) * 99, "ProRataExit");
        }
    }
}

contract FirstDepositorTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new FirstDepositorStage(sound);
    }
}
