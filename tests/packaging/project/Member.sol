// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HubGuarded} from "guardrails-contracts/HubGuarded.sol";
import {IGuardrailHub} from "guardrails-contracts/IGuardrailHub.sol";
import {Op} from "guardrails-contracts/guards/Types.sol";

/// @notice What a user of the package writes who shares a hub.
contract Member is HubGuarded {
    constructor(IGuardrailHub hub) HubGuarded(hub) {}

    function pay(address asset, uint256 amount) external guarded(Op.WITHDRAW) {
        _payOut(asset, msg.sender, amount);
    }

    function _outflowBase(address) internal pure override returns (uint256) {
        return 0;
    }

    function _afterClaimEnded(uint256, address, address, uint256, bool) internal override {}
}
