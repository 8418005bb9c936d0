// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What is asked before a protocol resumes; see `ResumeChecklist`.
interface IResumeGate {
    /// @notice Reverts while anything stands against resuming, and says what.
    function requireAll() external view;
}

interface IResume {
    error GateHasNoCode(address gate);

    event ResumeGateSet(address indexed previous, address indexed gate);

    /// @notice From now on `gate` is asked before governance ends a restriction. Setting it where there is none is
    /// immediate; another one, or none (0), is a loosening.
    function setResumeGate(address gate) external;

    /// @return gate 0 where resuming asks nobody
    function resumeGate() external view returns (address gate);
}
