// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Reentrant} from "../contracts/Reentrant.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ReentrantStage is Stage {
    Reentrant private immutable host;

    constructor(bool sound) {
        host = new Reentrant(cast(), money(), sound);
        open(address(host), 1000e6);
        coin.setFaults(coin.CALLBACK());
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdrawAll(uint256 who) external as_(who) {
        host.withdrawAll();
    }

    function batch(uint256 loan, uint256 order, uint256 amount) external {
        bytes[4] memory calls;
        for (uint256 i; i < 4; ++i) {
            calls[i] = (order >> 8 * i) % 2 == 0
                ? abi.encodeCall(host.deposit, (some(amount)))
                : abi.encodeCall(host.withdrawAll, ());
        }
        attack(address(host), bound(loan, 0, 1e10), calls);
    }

    function check() external view override {
        require(host.held() >= host.owed(), "Conservation");
    }
}

contract ReentrantTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ReentrantStage(sound);
    }
}
