// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailCore, IGuardedHost} from "../GuardrailCore.sol";
import {BlocklistCore} from "../guards/blocklist/BlocklistCore.sol";
import {Gate} from "../guards/gate/Gate.sol";
import {GateCore} from "../guards/gate/GateCore.sol";
import {Outflow} from "../guards/outflow/Outflow.sol";
import {OutflowCore} from "../guards/outflow/OutflowCore.sol";
import {Override} from "../guards/override/Override.sol";
import {Roles} from "../guards/roles/Roles.sol";
import {RolesCore} from "../guards/roles/RolesCore.sol";
import {Delegating} from "./Delegating.sol";

/// @title GovernanceControls: roles, limits and the time-locked override, as governance and anyone call them
///
/// The second part of what a protocol delegates; see `EmergencyControls`.
contract GovernanceControls is GuardrailCore, Gate, Outflow, Override, Delegating {
    /// @param next the `MarketControls` of this chain
    constructor(address next) Delegating(next) {}

    /// @notice The contract that implements what this one delegates.
    function marketControls() external view returns (address) {
        return _implementation();
    }

    function _outflowBase(address asset) internal view virtual override returns (uint256) {
        return IGuardedHost(address(this)).outflowBase(asset);
    }

    function _withheld() internal view virtual override(GuardrailCore, OutflowCore) returns (uint256) {
        return GuardrailCore._withheld();
    }

    function _withheldInShadow() internal view virtual override(GuardrailCore, OutflowCore) returns (bool) {
        return GuardrailCore._withheldInShadow();
    }

    function _screen(uint16 operation, address sender, bytes4 selector)
        internal
        virtual
        override(GateCore, BlocklistCore)
    {
        BlocklistCore._screen(operation, sender, selector);
    }

    function _governed(bool loosens) internal virtual override(RolesCore, Override) {
        Override._governed(loosens);
    }

    function _onSeal() internal virtual override(Roles, Gate) {
        Gate._onSeal();
    }
}
