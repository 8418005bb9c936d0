// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FlashVote} from "../contracts/FlashVote.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract FlashVoteStage is Stage {
    FlashVote private immutable host;

    constructor(bool sound) {
        host = new FlashVote(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function withdraw(uint256 who, uint256 amount) external as_(who) {
        host.withdraw(some(amount));
    }

    function raise(uint256 who, uint256 limit) external as_(who) {
        host.raise(some(limit));
    }

    function batch(uint256 loan, uint256 order, uint256 amount) external {
        bytes[4] memory calls;
        for (uint256 i; i < 4; ++i) {
            calls[i] = inner(order >> 8 * i, i % 2 == 0 ? bound(loan, 0, 1e10) : some(amount));
        }
        attack(address(host), bound(loan, 0, 1e10), calls);
    }

    function inner(uint256 which, uint256 amount) private view returns (bytes memory) {
        if (which % 3 == 0) return abi.encodeCall(host.deposit, (amount));
        if (which % 3 == 1) return abi.encodeCall(host.withdraw, (amount));
        return abi.encodeCall(host.raise, (amount));
    }

    function check() external view override {
        require(host.limit() <= host.LIMIT(), "OnlyTighten");
    }
}

contract FlashVoteTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new FlashVoteStage(sound);
    }
}
