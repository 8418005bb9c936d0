// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../GuardStorage.sol";
import {GuardWord} from "../GuardWord.sol";
import {SubjectRecord} from "../roles/SubjectRecord.sol";
import {Decision, Guard} from "../Types.sol";

/// @title LockCore: "may this collateral leave?"
///
/// The part of `Lock` that every payment runs: nothing beyond the guard word while no lock is live anywhere.
abstract contract LockCore is GuardStorage {
    error Locked(bytes32 subject, uint256 until);
    error DepositTooYoung(address account, uint256 removableAt);

    /// @custom:storage-location erc7201:guardrails.lock
    struct LockLayout {
        /// @dev tag: case id
        mapping(bytes32 subject => SubjectRecord) locks;
        mapping(address account => uint32) depositedAt;
        uint32 minDepositAge;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.lock")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LOCK_SLOT = 0xdfd29bb386e1b4b39ed3326aab47dfa79576f5ebacc1f4db3f97a700951ca200;

    /// @dev Asks before `amount` of `asset` leaves the position of `account`.
    function _requireRemovable(address account, address asset, uint256 amount) internal {
        GuardWord word = _word();
        _requireNotLocked(word, account, asset, amount);
        if (word.agesDeposits()) _requireOldEnough(word, account, asset, amount);
    }

    function _requireOldEnough(GuardWord word, address account, address asset, uint256 amount) internal {
        uint256 removableAt = _removableAt(account);
        if (block.timestamp >= removableAt) return;
        if (!word.inShadow(Guard.LOCK)) revert DepositTooYoung(account, removableAt);
        emit GuardDecision(Guard.LOCK, Decision.REFUSE, account, asset, amount, 0, true);
    }

    function _requireNotLocked(GuardWord word, address account, address asset, uint256 amount) internal {
        if (block.timestamp >= word.lockHorizon()) return;
        _requireUnlocked(word, _accountSubject(account), account, asset, amount);
        _requireUnlocked(word, _assetSubject(asset), account, asset, amount);
    }

    /// @dev For hosts whose positions have identities of their own; asked in addition.
    function _requirePositionRemovable(bytes32 position, address account, address asset, uint256 amount) internal {
        GuardWord word = _word();
        if (block.timestamp >= word.lockHorizon()) return;
        _requireUnlocked(word, _positionSubject(position), account, asset, amount);
    }

    /// @dev The view of `_requireRemovable`, for `max*` functions.
    function _isRemovable(address account, address asset) internal view virtual returns (bool) {
        return _isUnlocked(_word(), account, asset);
    }

    function _isUnlocked(GuardWord word, address account, address asset) internal view returns (bool) {
        if (word.inShadow(Guard.LOCK)) return true;
        if (word.agesDeposits() && block.timestamp < _removableAt(account)) return false;
        return block.timestamp >= _lockedUntil(_accountSubject(account))
            && block.timestamp >= _lockedUntil(_assetSubject(asset));
    }

    /// @dev The host calls this when `account` deposits, where a minimum age is wanted.
    function _noteDeposit(address account) internal {
        if (_word().agesDeposits()) _lockLayout().depositedAt[account] = uint32(block.timestamp);
    }

    function _lockedUntil(bytes32 subject) internal view returns (uint256) {
        return _lockLayout().locks[subject].until();
    }

    function _accountSubject(address account) internal pure returns (bytes32) {
        return bytes32(uint256(1) << 248 | uint160(account));
    }

    function _assetSubject(address asset) internal pure returns (bytes32) {
        return bytes32(uint256(2) << 248 | uint160(asset));
    }

    function _positionSubject(bytes32 position) internal pure returns (bytes32) {
        return bytes32(uint256(3) << 248 | uint256(keccak256(abi.encode(position))) >> 8);
    }

    function _lockLayout() internal pure returns (LockLayout storage l) {
        assembly ("memory-safe") {
            l.slot := LOCK_SLOT
        }
    }

    function _removableAt(address account) private view returns (uint256) {
        return uint256(_lockLayout().depositedAt[account]) + _lockLayout().minDepositAge;
    }

    function _requireUnlocked(GuardWord word, bytes32 subject, address account, address asset, uint256 amount) private {
        uint256 until = _lockedUntil(subject);
        if (block.timestamp >= until) return;
        if (!word.inShadow(Guard.LOCK)) revert Locked(subject, until);
        emit GuardDecision(Guard.LOCK, Decision.REFUSE, account, asset, amount, 0, true);
    }
}
