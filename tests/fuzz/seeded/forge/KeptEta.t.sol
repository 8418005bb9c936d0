// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KeptEta} from "../contracts/KeptEta.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract KeptEtaStage is Stage {
    KeptEta private immutable host;

    constructor(bool sound) {
        host = new KeptEta(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(true, true, false);
    }

    function cancel(uint256 who) external as_(who) {
        host.cancel();
    }

    function execute(uint256 who) external as_(who) {
        host.execute();
    }

    function submit(uint256 who, uint256 amount) external as_(who) {
        host.submit(some(amount));
    }

    function check() external view override {
        require(host.notice() >= host.DELAY(), "DelayedLoosening");
    }
}

contract KeptEtaTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new KeptEtaStage(sound);
    }
}
