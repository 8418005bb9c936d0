// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";

interface ILock {
    error AgeOutOfBounds(uint256 age, uint256 maximum);
    error NotLocked(bytes32 subject);

    event SubjectLocked(
        bytes32 indexed subject, Rank indexed rank, address indexed by, uint256 until, uint256 caseId, string reason
    );
    event SubjectUnlocked(bytes32 indexed subject, string reason);
    event MinDepositAgeSet(uint256 previous, uint256 age);

    /// @notice Keeps the collateral of `subject` in the protocol for `duration` seconds. Extends the caller's rank's
    /// lock, never shortens one. Repaying and adding collateral are not touched.
    /// @param subject from `accountSubject`, `assetSubject` or `positionSubject`
    /// @param caseId the incident that this belongs to; 0 for none
    function lock(bytes32 subject, uint256 duration, uint96 caseId, string calldata reason)
        external
        returns (uint256 until);

    /// @notice Governance ends all locks of `subject`; a loosening.
    function unlock(bytes32 subject, string calldata reason) external;

    /// @notice How long a deposit must stay before collateral of its account can leave; 0 switches this off.
    /// Raising is immediate, lowering a loosening.
    function setMinDepositAge(uint256 age) external;

    /// @return until 0 or the past where nothing is locked
    /// @return caseId of the latest lock
    function lockOf(bytes32 subject) external view returns (uint256 until, uint256 caseId);

    function minDepositAge() external view returns (uint256);

    function accountSubject(address account) external pure returns (bytes32);
    function assetSubject(address asset) external pure returns (bytes32);
    function positionSubject(bytes32 position) external pure returns (bytes32);
}
