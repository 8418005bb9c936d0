// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Who says that an incident happened; see `Attestation`.
interface IIncidents {
    function isAttested(bytes32 incidentId) external view returns (bool);
}
