// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SpotPrice} from "../contracts/SpotPrice.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract SpotPriceStage is Stage {
    SpotPrice private immutable host;

    constructor(bool sound) {
        host = new SpotPrice(cast(), money(), sound);
        open(address(host), 1000e6);
    }

    function buy(uint256 who, uint256 amount) external as_(who) {
        host.buy(some(amount));
    }

    function sell(uint256 who, uint256 amount) external as_(who) {
        host.sell(some(amount));
    }

    function pledge(uint256 who, uint256 amount) external as_(who) {
        host.pledge(some(amount));
    }

    function borrow(uint256 who, uint256 amount) external as_(who) {
        host.borrow(some(amount));
    }

    function check() external view override {
        require(host.debts() <= host.pledged(), "Solvency");
    }
}

contract SpotPriceTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new SpotPriceStage(sound);
    }
}
