// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HubStorage} from "../HubStorage.sol";
import {Blocklist} from "../guards/blocklist/Blocklist.sol";
import {Caps} from "../guards/caps/Caps.sol";
import {Lockdown} from "../guards/lockdown/Lockdown.sol";
import {OverrideCore} from "../guards/override/OverrideCore.sol";
import {Resume} from "../guards/resume/Resume.sol";
import {RolesCore} from "../guards/roles/RolesCore.sol";
import {Delegating} from "./Delegating.sol";

/// @title MarketControls: the guards of markets, as sentinel, guardian, governance and stewards call them
///
/// The third part of what a protocol delegates; see `EmergencyControls`. Shadow mode of every guard is set here.
contract MarketControls is Blocklist, Caps, Lockdown, Resume, HubStorage, OverrideCore, Delegating {
    /// @param next the `OracleControls` of this chain
    constructor(address next) Delegating(next) {}

    /// @notice The contract that implements what this one delegates.
    function oracleControls() external view returns (address) {
        return _implementation();
    }

    /// @dev A hub is told who called its members; a member itself is nobody's account.
    function _isProtected(address account) internal view virtual override returns (bool) {
        return super._isProtected(account) || _hub().members[account];
    }

    function _governed(bool loosens) internal virtual override(RolesCore, OverrideCore) {
        OverrideCore._governed(loosens);
    }
}
