// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RefundedBudget} from "../contracts/RefundedBudget.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract RefundedBudgetStage is Stage {
    RefundedBudget private immutable host;
    uint256 private frozen;

    constructor(bool sound) {
        host = new RefundedBudget(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(false, true, false);
    }

    function unpause(uint256 who) external as_(who) {
        host.unpause();
    }

    function pause(uint256 who, uint256 duration) external as_(who) {
        host.pause(long(duration));
    }

    function pass(uint256 time) public override {
        uint256 before = vm.getBlockTimestamp();
        super.pass(time);
        uint256 until = host.pausedUntil();
        uint256 end = until < vm.getBlockTimestamp() ? until : vm.getBlockTimestamp();
        if (end > before) frozen += end - before;
    }

    function check() external view override {
        require(frozen <= host.BUDGET(), "BoundedFreeze");
    }
}

contract RefundedBudgetTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new RefundedBudgetStage(sound);
    }
}
