// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level} from "../guards/Types.sol";
import {Attested, IAttestation, Incident} from "./IAttestation.sol";
import {IGuarded, RankHolder} from "./RankHolder.sol";
import {Reporters} from "./Reporters.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Attestation: a quorum of named reporters says that there is an incident
///
/// Guards: against one watcher being wrong, and against none being allowed to act. Reporters sign the same text off
/// chain; anyone hands the signatures in. At the quorum the protocol's level is raised and claims are held, within what
/// this contract may at most, what the text says, and what its rank on the protocol still allows. The first text of an
/// id that reaches the quorum is the only one.
///
/// Trusts: a quorum of reporters with the availability of the protocol, for `maxDuration` a text and the rank's budget in
/// all. Assumes: reporters judge by themselves. A text that misses the quorum until its deadline is void.
/// Does not guard: against a quorum that is wrong. Governance rejects, lowers the level, releases the claims, and may
/// slash.
contract Attestation is IAttestation, Reporters, RankHolder, EIP712 {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_CLAIMS = 50;
    uint256 public constant MAX_VALIDITY = 30 days;

    bytes32 public constant INCIDENT_TYPEHASH = keccak256(
        "Incident(bytes32 id,uint8 level,uint32 duration,uint32 holdFor,uint64 deadline,bytes32 evidence,uint256[] claims)"
    );

    struct Bounds {
        Level maxLevel;
        uint256 maxDuration; // seconds
        uint256 maxHold; // seconds
        uint256 validity; // seconds from handing in to the latest deadline
    }

    Level public immutable maxLevel;
    uint256 public immutable maxDuration;
    uint256 public immutable maxHold;
    uint256 public immutable validity;

    mapping(bytes32 id => Attested) private _attested;
    mapping(bytes32 digest => uint256) private _reports; // one bit a reporter
    mapping(bytes32 id => uint256) private _slashed;

    /// @param deployer names the reporters and then calls `seal`; nothing can be attested before
    constructor(IGuarded protocol_, address deployer, uint256 quorum_, Bounds memory bounds, Bonds memory bonds)
        RankHolder(protocol_)
        Reporters(deployer, quorum_, bonds)
        EIP712("Guardrails Attestation", "1")
    {
        bool bounded = bounds.maxDuration <= MAX_GOVERNANCE_RESTRICTION && bounds.maxHold <= MAX_GOVERNANCE_RESTRICTION;
        if (!bounded || bounds.validity == 0 || bounds.validity > MAX_VALIDITY) {
            revert InvalidBounds(bounds.maxLevel, bounds.maxDuration, bounds.maxHold, bounds.validity);
        }
        (maxLevel, maxDuration) = (bounds.maxLevel, bounds.maxDuration);
        (maxHold, validity) = (bounds.maxHold, bounds.validity);
    }

    // ---------------------------------------------------------------- external

    function attest(Incident calldata incident, address[] calldata reporters, bytes[] calldata signatures)
        external
        virtual
    {
        if (!isSealed()) revert NotSealed();
        if (_attested[incident.id].attestedAt != 0) revert AlreadyAttested(incident.id);
        _requireInBounds(incident);
        if (reporters.length != signatures.length) revert LengthsDiffer(reporters.length, signatures.length);
        bytes32 digest = digestOf(incident);
        uint256 reports = _reports[digest];
        for (uint256 i = 0; i < reporters.length; ++i) {
            if (i != 0 && reporters[i] <= reporters[i - 1]) revert NotAscending(reporters[i]);
            reports |= _report(incident.id, digest, reports, reporters[i], signatures[i]);
        }
        _reports[digest] = reports;
        uint256 count = _count(reports & _active);
        if (count < quorum) return;
        _attested[incident.id].digest = digest;
        _attested[incident.id].attestedAt = uint48(block.timestamp);
        emit IncidentAttested(incident.id, digest, count, incident.evidence);
        _act(incident);
    }

    function act(Incident calldata incident) external virtual {
        Attested storage a = _attested[incident.id];
        if (!isAttested(incident.id)) revert NotAttested(incident.id);
        bytes32 digest = digestOf(incident);
        if (a.digest != digest) revert DigestDiffers(incident.id, a.digest, digest);
        if (block.timestamp >= incident.deadline) revert ReportExpired(incident.id, incident.deadline);
        if (!_isDue(incident, a)) revert NothingToDo(incident.id);
        _act(incident);
    }

    function reject(bytes32 id) external virtual {
        _governed(false);
        Attested storage a = _attested[id];
        if (a.attestedAt == 0) revert NotAttested(id);
        if (a.rejectedAt != 0) revert AlreadyRejected(id);
        a.rejectedAt = uint48(block.timestamp);
        emit IncidentRejected(id);
    }

    function slash(bytes32 id, address account, uint256 amount) external virtual {
        _governed(true);
        Attested storage a = _attested[id];
        Reporter storage reporter = _reporters[account];
        uint256 mask = 1 << reporter.bit;
        bool reported = _reports[a.digest] & mask != 0;
        if (a.rejectedAt == 0 || !reported || _slashed[id] & mask != 0) revert NotSlashable(id, account);
        uint256 until = a.rejectedAt + challengePeriod;
        if (block.timestamp < until) revert ChallengeRuns(id, until);
        uint256 most = Math.mulDiv(reporter.bond, maxSlashBps, BPS);
        if (amount == 0 || amount > most) revert SlashOutOfBounds(amount, most);
        _slashed[id] |= mask;
        reporter.bond -= uint192(amount);
        emit Slashed(id, account, amount, reporter.bond);
        bondToken.safeTransfer(slashedTo, amount);
    }

    function isAttested(bytes32 id) public view virtual returns (bool) {
        return _attested[id].attestedAt != 0 && _attested[id].rejectedAt == 0;
    }

    function attested(bytes32 id) external view virtual returns (Attested memory) {
        return _attested[id];
    }

    function reportsOf(bytes32 digest) external view virtual returns (uint256) {
        return _count(_reports[digest] & _active);
    }

    function digestOf(Incident calldata incident) public view virtual returns (bytes32) {
        bytes32 claims = keccak256(abi.encodePacked(incident.claims));
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    INCIDENT_TYPEHASH,
                    incident.id,
                    incident.level,
                    incident.duration,
                    incident.holdFor,
                    incident.deadline,
                    incident.evidence,
                    claims
                )
            )
        );
    }

    // ---------------------------------------------------------------- private

    function _requireInBounds(Incident calldata incident) private view {
        if (block.timestamp >= incident.deadline) revert ReportExpired(incident.id, incident.deadline);
        uint256 latest = block.timestamp + validity;
        if (incident.deadline > latest) revert DeadlineTooFar(incident.deadline, latest);
        bool bounded = incident.level <= maxLevel && incident.duration <= maxDuration && incident.holdFor <= maxHold;
        if (!bounded || incident.claims.length > MAX_CLAIMS) revert IncidentOutOfBounds(incident.id);
    }

    /// @return mask the reporter's bit
    function _report(bytes32 id, bytes32 digest, uint256 reports, address account, bytes calldata signature)
        private
        returns (uint256 mask)
    {
        mask = _requireReporter(account);
        if (reports & mask != 0) return mask;
        if (!SignatureChecker.isValidSignatureNowCalldata(account, digest, signature)) {
            revert InvalidSignature(account);
        }
        _reporters[account].reportedAt = uint48(block.timestamp);
        emit Reported(id, digest, account);
    }

    /// @dev Each part is done once: a part that the protocol refused stays due until the deadline.
    function _act(Incident calldata incident) private {
        Attested storage a = _attested[incident.id];
        if (_raisesLevel(incident, a)) {
            a.raised = _raise(incident.level, incident.duration, incident.duration, "attested incident");
        }
        if (!_holdsClaims(incident, a)) return;
        uint256 until = block.timestamp + incident.holdFor;
        try protocol.hold(incident.claims, until, "attested incident") {
            a.held = true;
            emit ClaimsHeld(incident.id, until);
        } catch (bytes memory error) {
            emit ClaimsNotHeld(incident.id, error);
        }
    }

    function _isDue(Incident calldata incident, Attested storage a) private view returns (bool) {
        return _raisesLevel(incident, a) || _holdsClaims(incident, a);
    }

    function _raisesLevel(Incident calldata incident, Attested storage a) private view returns (bool) {
        return incident.level != Level.NORMAL && !a.raised;
    }

    function _holdsClaims(Incident calldata incident, Attested storage a) private view returns (bool) {
        return incident.claims.length != 0 && !a.held;
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; ++count) {
            bits &= bits - 1;
        }
    }
}
