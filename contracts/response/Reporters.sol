// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Override} from "../guards/override/Override.sol";
import {IReporters} from "./IReporters.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Reporters: who may attest, how many must, and what each has at stake
///
/// Guards: the quorum. Governance, by the same time-locked override as the protocol's, names reporters and lowers the
/// quorum after its delay; it removes and raises at once. A guardian of this contract may veto what is announced.
///
/// Trusts: governance for its choice. Assumes: the reporters are different people; a bond in a token that neither
/// rebases nor calls back into governance.
/// Does not guard: against a quorum that lies together. It costs them, at most, a part of their bonds.
abstract contract Reporters is IReporters, Override {
    using SafeERC20 for IERC20;

    uint256 public constant MIN_QUORUM = 2;
    /// @notice Accounts that can ever be named: each keeps its bit.
    uint256 public constant MAX_REPORTERS = 255;
    uint256 public constant MAX_CHALLENGE = 30 days;

    uint256 internal constant BPS = 10_000;

    struct Bonds {
        IERC20 token; // zero: no bonds
        uint256 minimum; // of one who reports, in the token's smallest unit
        uint256 maxSlashBps; // of a bond, for one incident
        address slashedTo;
        uint256 challengePeriod; // seconds between a rejection and a slash
    }

    struct Reporter {
        uint8 bit; // from 1
        bool active;
        uint48 reportedAt;
        uint192 bond;
    }

    IERC20 public immutable bondToken;
    uint256 public immutable minBond;
    uint256 public immutable maxSlashBps;
    address public immutable slashedTo;
    uint256 public immutable challengePeriod;

    uint256 public quorum;
    uint256 public reporterCount;

    mapping(address account => Reporter) internal _reporters;
    uint256 internal _active; // one bit a reporter
    uint256 private _named;

    constructor(address deployer, uint256 quorum_, Bonds memory bonds) {
        bool bonded = address(bonds.token) != address(0);
        bool valid =
            bonded == (bonds.minimum != 0) && bonds.maxSlashBps <= BPS && bonded == (bonds.slashedTo != address(0));
        if (!valid || bonds.challengePeriod > MAX_CHALLENGE || (bonded && bonds.challengePeriod < 1 days)) {
            revert InvalidBonds(bonds.minimum, bonds.maxSlashBps, bonds.challengePeriod);
        }
        (bondToken, minBond, maxSlashBps) = (bonds.token, bonds.minimum, bonds.maxSlashBps);
        (slashedTo, challengePeriod) = (bonds.slashedTo, bonds.challengePeriod);
        _setQuorum(quorum_);
        _initRoles(deployer);
    }

    // ---------------------------------------------------------------- external

    function setReporter(address account, bool active) external virtual {
        _governed(active);
        _setReporter(account, active);
    }

    function setQuorum(uint256 quorum_) external virtual {
        _governed(quorum_ < quorum);
        _setQuorum(quorum_);
    }

    function resign() external virtual {
        if (!_reporters[msg.sender].active) revert NotReporter(msg.sender);
        _setReporter(msg.sender, false);
    }

    function postBond(uint256 amount) external virtual {
        Reporter storage reporter = _reporters[msg.sender];
        if (!reporter.active) revert NotReporter(msg.sender);
        uint256 before = bondToken.balanceOf(address(this));
        bondToken.safeTransferFrom(msg.sender, address(this), amount);
        // a bond posted inside the callback of this transfer must not count twice
        uint256 received = Math.min(amount, bondToken.balanceOf(address(this)) - before);
        reporter.bond += uint192(received);
        emit BondPosted(msg.sender, received, reporter.bond);
    }

    function withdrawBond() external virtual {
        Reporter storage reporter = _reporters[msg.sender];
        if (reporter.active) revert StillReporter(msg.sender);
        uint256 until = reporter.reportedAt + bondLock();
        if (block.timestamp < until) revert BondLocked(msg.sender, until);
        uint256 bond = reporter.bond;
        reporter.bond = 0;
        emit BondWithdrawn(msg.sender, bond);
        bondToken.safeTransfer(msg.sender, bond);
    }

    function isReporter(address account) external view virtual returns (bool) {
        return _reporters[account].active;
    }

    function bondOf(address account) external view virtual returns (uint256) {
        return _reporters[account].bond;
    }

    function bondLock() public view virtual returns (uint256) {
        return 3 * challengePeriod;
    }

    // ---------------------------------------------------------------- internal

    function _onSeal() internal virtual override {
        if (reporterCount < quorum) revert TooFewReporters(reporterCount, quorum);
    }

    /// @dev One whose report counts: named, and with its bond.
    /// @return mask the reporter's bit
    function _requireReporter(address account) internal view returns (uint256 mask) {
        Reporter storage reporter = _reporters[account];
        if (!reporter.active) revert NotReporter(account);
        if (reporter.bond < minBond) revert BondTooSmall(account, reporter.bond, minBond);
        return 1 << reporter.bit;
    }

    // ---------------------------------------------------------------- private

    function _setReporter(address account, bool active) private {
        Reporter storage reporter = _reporters[account];
        if (reporter.bit == 0) {
            if (account == address(0)) revert NotReporter(account);
            if (_named == MAX_REPORTERS) revert TooManyReporters(MAX_REPORTERS);
            reporter.bit = uint8(++_named);
        }
        if (reporter.active != active) reporterCount = active ? reporterCount + 1 : reporterCount - 1;
        reporter.active = active;
        uint256 mask = 1 << reporter.bit;
        _active = active ? _active | mask : _active & ~mask;
        emit ReporterSet(account, active);
    }

    function _setQuorum(uint256 quorum_) private {
        if (quorum_ < MIN_QUORUM || quorum_ > MAX_REPORTERS) {
            revert QuorumOutOfBounds(quorum_, MIN_QUORUM, MAX_REPORTERS);
        }
        emit QuorumSet(quorum, quorum_);
        quorum = quorum_;
    }
}
