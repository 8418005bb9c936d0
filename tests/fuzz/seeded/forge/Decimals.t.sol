// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FuzzToken} from "../../../../contracts/testing/FuzzToken.sol";
import {Decimals} from "../contracts/Decimals.sol";
import {SeededTest, Stage} from "./Stage.sol";

contract DecimalsStage is Stage {
    Decimals private immutable host;
    FuzzToken private immutable fine = new FuzzToken();

    constructor(bool sound) {
        fine.prepare("FINE", 18, address(this));
        host = new Decimals(cast(), money(), IERC20(address(fine)), sound);
        open(address(host), 1000e6);
        fine.mint(address(host), 1000e18);
    }

    function withdraw(uint256 who, bool six, uint256 amount) external as_(who) {
        host.withdraw(six, bound(amount, 0, six ? 2000e6 : 2000e18));
    }

    function check() external view override {
        require(host.lost() <= host.LIMIT(), "BoundedLoss");
    }
}

contract DecimalsTest is SeededTest {
    function build(bool sound) internal override returns (Stage) {
        return new DecimalsStage(sound);
    }
}
