// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmergencyControls} from "guardrails-contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "guardrails-contracts/controls/GovernanceControls.sol";
import {MarketControls} from "guardrails-contracts/controls/MarketControls.sol";
import {OracleControls} from "guardrails-contracts/controls/OracleControls.sol";
import {IOutflow} from "guardrails-contracts/guards/outflow/IOutflow.sol";
import {OutflowWord} from "guardrails-contracts/guards/outflow/OutflowWord.sol";
import {IRoles} from "guardrails-contracts/guards/roles/IRoles.sol";
import {ISettlement} from "guardrails-contracts/guards/settlement/ISettlement.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Till} from "../src/Till.sol";

contract Coin is ERC20("Coin", "C") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

contract FullTill is Till {
    constructor(address controls, address deployer, address asset, address owner) Till(controls, deployer, asset) {
        balance[owner] = total = 1000;
    }
}

/// @notice In a project that has nothing but the package and OpenZeppelin, the guards guard.
contract TillTest {
    function test_WithinTheLimitItPaysAndOverItItQueues() external {
        Coin coin = new Coin();
        address controls = address(new MarketControls(address(new OracleControls())));
        controls = address(new EmergencyControls(address(new GovernanceControls(controls))));
        FullTill till = new FullTill(controls, address(this), address(coin), address(this));
        coin.mint(address(till), 1000);
        // 100 a day, queued beyond
        uint256 word = uint256(100) << 151 | uint256(1440) << 176 | uint256(2) << 253;
        IOutflow(address(till)).setLimit(address(coin), OutflowWord.wrap(word));
        ISettlement(address(till)).setSettlement(1 days, 2 days);
        IRoles(address(till)).seal(address(0xBEEF));
        till.withdraw(100);
        require(coin.balanceOf(address(this)) == 100, "within the limit");
        till.withdraw(1);
        require(coin.balanceOf(address(this)) == 100, "over the limit");
        require(ISettlement(address(till)).claimCount() == 1, "it waits");
    }
}
