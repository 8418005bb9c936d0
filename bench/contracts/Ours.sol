// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../contracts/GuardrailHub.sol";
import {Guardrails} from "../../contracts/Guardrails.sol";
import {HubGuarded} from "../../contracts/HubGuarded.sol";
import {IGuardrailHub} from "../../contracts/IGuardrailHub.sol";
import {EmergencyControls} from "../../contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "../../contracts/controls/GovernanceControls.sol";
import {MarketControls} from "../../contracts/controls/MarketControls.sol";
import {OracleControls} from "../../contracts/controls/OracleControls.sol";
import {GateCore} from "../../contracts/guards/gate/GateCore.sol";
import {GuardBase} from "../../contracts/guards/GuardBase.sol";
import {Outflow} from "../../contracts/guards/outflow/Outflow.sol";
import {OutflowCore} from "../../contracts/guards/outflow/OutflowCore.sol";
import {OutflowWord} from "../../contracts/guards/outflow/OutflowWord.sol";
import {RolesCore} from "../../contracts/guards/roles/RolesCore.sol";
import {Op} from "../../contracts/guards/Types.sol";
import {Plain} from "./Plain.sol";

/// @dev Each host pays as `Plain` does and adds one thing. What roles call is left out where it can be, so that the
/// table measures the guard and not the position of `pay` in a long dispatcher.
contract PauseHost is Plain, GateCore {
    function pay(address asset, address to, uint256 amount) external override guarded(Op.WITHDRAW) {
        _transfer(asset, to, amount);
    }
}

contract OutflowHost is Plain, OutflowCore {
    constructor(address asset, OutflowWord word) {
        _limiter(asset).word = word;
    }

    function pay(address asset, address to, uint256 amount) external override {
        _meterOut(asset, to, amount, 0);
        _transfer(asset, to, amount);
    }
}

contract PauseOutflowHost is Plain, GateCore, OutflowCore {
    constructor(address asset, OutflowWord word) {
        _limiter(asset).word = word;
    }

    function pay(address asset, address to, uint256 amount) external override guarded(Op.WITHDRAW) {
        _meterOut(asset, to, amount, 0);
        _transfer(asset, to, amount);
    }
}

contract EngineHost is Plain, Guardrails {
    constructor(address controls, address deployer) Guardrails(controls, deployer) {}

    function pay(address asset, address to, uint256 amount) external override guarded(Op.WITHDRAW) {
        _payOut(asset, to, amount);
    }

    function take(address asset, uint256 amount) external override guarded(Op.DEPOSIT) {
        _takeIn(asset, msg.sender, amount);
    }

    function _outflowBase(address) internal view virtual override returns (uint256) {}

    function _afterClaimEnded(uint256, address, address, uint256, bool) internal virtual override {}
}

contract HubHost is Plain, HubGuarded {
    constructor(IGuardrailHub hub_) HubGuarded(hub_) {}

    function pay(address asset, address to, uint256 amount) external override guarded(Op.WITHDRAW) {
        _payOut(asset, to, amount);
    }

    function take(address asset, uint256 amount) external override guarded(Op.DEPOSIT) {
        _takeIn(asset, msg.sender, amount);
    }

    function _outflowBase(address) internal view virtual override returns (uint256) {}

    function _afterClaimEnded(uint256, address, address, uint256, bool) internal virtual override {}
}
