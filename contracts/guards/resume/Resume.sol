// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RolesCore} from "../roles/RolesCore.sol";
import {IResume} from "./IResume.sol";
import {ResumeCore} from "./ResumeCore.sol";

/// @title Resume: nothing resumes while something that must hold does not
///
/// Guards: `unpause`, `lowerLevel`, weaker level rules and entering shadow mode. Each asks the gate first, also when
/// it was announced long before.
/// Trusts: governance to choose the gate. It can replace it, after the delay, so that a gate that can never be
/// satisfied closes nothing for ever.
/// Assumes: restrictions that must wait for the gate are governance's. Those of fast ranks, and every pause, end by
/// themselves, asking nobody; governance's level does not.
/// Does not guard: whether the checks are the right ones.
abstract contract Resume is IResume, RolesCore, ResumeCore {
    function setResumeGate(address gate) external virtual {
        address previous = _resume().gate;
        _governed(previous != address(0) && gate != previous);
        if (gate != address(0) && gate.code.length == 0) revert GateHasNoCode(gate);
        _resume().gate = gate;
        emit ResumeGateSet(previous, gate);
    }

    function resumeGate() external view virtual returns (address gate) {
        return _resume().gate;
    }
}
