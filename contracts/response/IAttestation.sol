// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level} from "../guards/Types.sol";

/// @notice What reporters sign (EIP-712). The domain names the chain and the attestation contract, and this one its
/// protocol.
struct Incident {
    bytes32 id; // serves once
    Level level; // to raise; NORMAL: none
    uint32 duration; // seconds, of the level
    uint32 holdFor; // seconds, of the claims
    uint64 deadline; // Unix seconds at which the report is void
    bytes32 evidence; // a hash of what the reporters have seen
    uint256[] claims; // to hold
}

/// @notice What became of an incident that reached the quorum. Times in Unix seconds, 0: not.
struct Attested {
    bytes32 digest;
    uint48 attestedAt;
    uint48 rejectedAt;
    bool raised;
    bool held;
}

interface IAttestation {
    error InvalidBounds(Level maxLevel, uint256 maxDuration, uint256 maxHold, uint256 validity);
    error NotSealed();
    error AlreadyAttested(bytes32 id);
    error NotAttested(bytes32 id);
    error DigestDiffers(bytes32 id, bytes32 attested, bytes32 given);
    error ReportExpired(bytes32 id, uint256 deadline);
    error DeadlineTooFar(uint256 deadline, uint256 latest);
    error IncidentOutOfBounds(bytes32 id);
    error LengthsDiffer(uint256 reporters, uint256 signatures);
    error NotAscending(address reporter);
    error InvalidSignature(address reporter);
    error NothingToDo(bytes32 id);
    error AlreadyRejected(bytes32 id);
    error NotSlashable(bytes32 id, address reporter);
    error ChallengeRuns(bytes32 id, uint256 until);
    error SlashOutOfBounds(uint256 amount, uint256 maximum);

    event Reported(bytes32 indexed id, bytes32 indexed digest, address indexed reporter);
    event IncidentAttested(bytes32 indexed id, bytes32 indexed digest, uint256 reports, bytes32 evidence);
    event ClaimsHeld(bytes32 indexed id, uint256 until);
    event ClaimsNotHeld(bytes32 indexed id, bytes error);
    event IncidentRejected(bytes32 indexed id);
    event Slashed(bytes32 indexed id, address indexed reporter, uint256 amount, uint256 bond);

    /// @notice Anyone hands in reports. At the quorum of present reporters the incident is attested, and the level is
    /// raised and the claims are held, as far as this contract's rank on the protocol allows.
    /// @param reporters ascending, so that none counts twice; one that is on record already is passed over
    /// @param signatures of `digestOf(incident)`: an account's, or a contract's by EIP-1271
    function attest(Incident calldata incident, address[] calldata reporters, bytes[] calldata signatures) external;

    /// @notice Anyone tries again what the protocol refused, until the deadline. What was done once is not done again.
    function act(Incident calldata incident) external;

    /// @notice Governance declares an attested incident false, for good. It ends what `isAttested` says, not what was
    /// raised or held, and begins the challenge period of its reporters.
    function reject(bytes32 id) external;

    /// @notice Governance takes a part of the bond of one who reported an incident that was rejected, after the challenge
    /// period, once for each incident. Waits its delay like a loosening.
    function slash(bytes32 id, address reporter, uint256 amount) external;

    /// @notice True from the quorum on, unless governance rejected the incident.
    function isAttested(bytes32 id) external view returns (bool);

    function attested(bytes32 id) external view returns (Attested memory);

    /// @notice Reports on record of this very text, by those who are reporters now.
    function reportsOf(bytes32 digest) external view returns (uint256);

    function digestOf(Incident calldata incident) external view returns (bytes32);
}
