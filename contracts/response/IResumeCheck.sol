// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One thing that must hold before a protocol resumes: solvency, a healthy oracle, a patched bytecode.
interface IResumeCheck {
    function holds() external view returns (bool);
}
