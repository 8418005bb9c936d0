// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "guardrails-contracts/Guardrails.sol";
import {Op} from "guardrails-contracts/guards/Types.sol";

/// @notice What a user of the package writes who embeds the guards.
contract Till is Guardrails {
    mapping(address account => uint256) public balance;
    address public immutable asset;
    uint256 public total;

    constructor(address controls, address deployer, address asset_) Guardrails(controls, deployer) {
        asset = asset_;
    }

    function deposit(uint256 amount) external guarded(Op.DEPOSIT) {
        uint256 received = _takeIn(asset, msg.sender, amount);
        balance[msg.sender] += received;
        total += received;
    }

    function withdraw(uint256 amount) external guarded(Op.WITHDRAW) {
        balance[msg.sender] -= amount;
        total -= amount;
        _payOut(asset, msg.sender, amount);
    }

    function _outflowBase(address) internal view override returns (uint256) {
        return total;
    }

    function _afterClaimEnded(uint256, address owner, address, uint256 amount, bool byOwner) internal override {
        if (!byOwner) return;
        balance[owner] += amount;
        total += amount;
    }
}
