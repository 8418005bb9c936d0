// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StalePrice} from "../contracts/StalePrice.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract StalePriceStage is Stage {
    StalePrice private immutable host;
    uint256 private debts;
    bool private stale;

    constructor(bool sound) {
        host = new StalePrice(cast(), money(), sound);
        open(address(host), 1000e6);
        insiders(true, false, false);
    }

    function pledge(uint256 who, uint256 amount) external as_(who) {
        host.pledge(some(amount));
    }

    function update(uint256 who, uint256 price) external as_(who) {
        host.update(some(price));
    }

    function borrow(uint256 who, uint256 amount) external as_(who) {
        host.borrow(some(amount));
        if (vm.getBlockTimestamp() > host.updated() + host.MAX_AGE()) stale = true;
    }

    function check() external view override {
        require(!stale, "Solvency");
    }
}

contract StalePriceTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new StalePriceStage(sound);
    }
}
