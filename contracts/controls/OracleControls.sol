// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Oracle} from "../guards/oracle/Oracle.sol";
import {OverrideCore} from "../guards/override/OverrideCore.sol";
import {RolesCore} from "../guards/roles/RolesCore.sol";

/// @title OracleControls: the oracle guard, as anyone, sentinel, guardian and governance call it
///
/// The last part of what a protocol delegates; see `EmergencyControls`.
contract OracleControls is Oracle, OverrideCore {
    function _governed(bool loosens) internal virtual override(RolesCore, OverrideCore) {
        OverrideCore._governed(loosens);
    }
}
