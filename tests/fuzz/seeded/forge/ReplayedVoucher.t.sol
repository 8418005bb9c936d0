// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReplayedVoucher} from "../contracts/ReplayedVoucher.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract ReplayedVoucherStage is Stage {
    ReplayedVoucher private immutable host;

    constructor(bool sound) {
        host = new ReplayedVoucher(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function deposit(uint256 who, uint256 amount) external as_(who) {
        host.deposit(some(amount));
    }

    function present(uint256 who) external as_(who) {
        host.present();
    }

    function check() external view override {
        require(host.held() + host.FACE() >= host.owed(), "Conservation");
    }
}

contract ReplayedVoucherTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new ReplayedVoucherStage(sound);
    }
}
