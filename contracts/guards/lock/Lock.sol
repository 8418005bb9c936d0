// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {GuardWord} from "../GuardWord.sol";
import {Decision, Guard, Rank} from "../Types.sol";
import {ILock} from "./ILock.sol";

/// @title Lock: suspect collateral stays until a time
///
/// Guards: collateral of an account, of a whole asset, or of a position, against being taken out.
/// Trusts: a fast rank for the length of `maxLock` at a time, `maxLocks` a period, and `budget` seconds a subject.
/// Assumes: the host asks before collateral leaves, and notes deposits where a minimum age is wanted. A host whose
/// positions can be transferred must note the transfer as a deposit, else the age is avoided by moving to a new
/// account; and must not let strangers deposit for an account, else they can keep it young.
/// Does not guard: a thief's other accounts. Liquidating a locked account stays possible.
abstract contract Lock is ILock, GuardBase {
    struct LockRecord {
        uint32 sentinelUntil;
        uint32 guardianUntil;
        uint32 governanceUntil;
        uint32 sentinelSpent;
        uint32 guardianSpent;
        uint96 caseId;
    }

    /// @custom:storage-location erc7201:guardrails.lock
    struct LockLayout {
        mapping(bytes32 subject => LockRecord) locks;
        mapping(address account => uint32) depositedAt;
        uint32 minDepositAge;
    }

    uint256 public constant MAX_DEPOSIT_AGE = 30 days;

    // keccak256(abi.encode(uint256(keccak256("guardrails.lock")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LOCK_SLOT = 0xdfd29bb386e1b4b39ed3326aab47dfa79576f5ebacc1f4db3f97a700951ca200;

    // ---------------------------------------------------------------- external

    function lock(bytes32 subject, uint256 duration, uint96 caseId, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        _chargeLock(rank, duration);
        until = block.timestamp + duration;
        LockRecord memory record = _locks().locks[subject];
        if (rank == Rank.SENTINEL) {
            (until, record.sentinelSpent) = _extend(rank, record.sentinelUntil, until, record.sentinelSpent);
            record.sentinelUntil = uint32(until);
        } else if (rank == Rank.GUARDIAN) {
            (until, record.guardianSpent) = _extend(rank, record.guardianUntil, until, record.guardianSpent);
            record.guardianUntil = uint32(until);
        } else {
            if (record.governanceUntil > until) until = record.governanceUntil;
            record.governanceUntil = uint32(until);
        }
        record.caseId = caseId;
        _locks().locks[subject] = record;
        GuardWord word = _word();
        if (until > word.lockHorizon()) _setWord(word.withLockHorizon(until));
        emit SubjectLocked(subject, rank, msg.sender, until, caseId, reason);
    }

    function unlock(bytes32 subject, string calldata reason) external virtual {
        _governed(true);
        LockRecord storage record = _locks().locks[subject];
        if (block.timestamp >= _lockedUntil(record)) revert NotLocked(subject);
        uint32 now_ = uint32(block.timestamp);
        if (record.sentinelUntil > now_) record.sentinelUntil = now_;
        if (record.guardianUntil > now_) record.guardianUntil = now_;
        if (record.governanceUntil > now_) record.governanceUntil = now_;
        emit SubjectUnlocked(subject, reason);
    }

    function setMinDepositAge(uint256 age) external virtual {
        LockLayout storage l = _locks();
        uint256 previous = l.minDepositAge;
        _governed(age < previous);
        if (age > MAX_DEPOSIT_AGE) revert AgeOutOfBounds(age, MAX_DEPOSIT_AGE);
        l.minDepositAge = uint32(age);
        _setWord(_word().withAging(age != 0));
        emit MinDepositAgeSet(previous, age);
    }

    function lockOf(bytes32 subject) external view virtual returns (uint256 until, uint256 caseId) {
        LockRecord memory record = _locks().locks[subject];
        return (_lockedUntil(record), record.caseId);
    }

    function minDepositAge() external view virtual returns (uint256) {
        return _locks().minDepositAge;
    }

    function accountSubject(address account) public pure virtual returns (bytes32) {
        return bytes32(uint256(1) << 248 | uint160(account));
    }

    function assetSubject(address asset) public pure virtual returns (bytes32) {
        return bytes32(uint256(2) << 248 | uint160(asset));
    }

    function positionSubject(bytes32 position) public pure virtual returns (bytes32) {
        return bytes32(uint256(3) << 248 | uint256(keccak256(abi.encode(position))) >> 8);
    }

    // ---------------------------------------------------------------- internal

    /// @dev Asks before `amount` of `asset` leaves the position of `account`. One warm or cold read while no lock is
    /// live anywhere and no age is configured.
    function _requireRemovable(address account, address asset, uint256 amount) internal virtual {
        GuardWord word = _word();
        _requireNotLocked(word, account, asset, amount);
        if (word.agesDeposits()) _requireAged(word, account, asset, amount);
    }

    function _requireNotLocked(GuardWord word, address account, address asset, uint256 amount) internal {
        if (block.timestamp >= word.lockHorizon()) return;
        _requireUnlocked(word, accountSubject(account), account, asset, amount);
        _requireUnlocked(word, assetSubject(asset), account, asset, amount);
    }

    /// @dev For hosts whose positions have identities of their own; asked in addition.
    function _requirePositionRemovable(bytes32 position, address account, address asset, uint256 amount)
        internal
        virtual
    {
        GuardWord word = _word();
        if (block.timestamp >= word.lockHorizon()) return;
        _requireUnlocked(word, positionSubject(position), account, asset, amount);
    }

    /// @dev The view of `_requireRemovable`, for `max*` functions.
    function _isRemovable(address account, address asset) internal view returns (bool) {
        GuardWord word = _word();
        if (word.inShadow(Guard.LOCK)) return true;
        LockLayout storage l = _locks();
        if (word.agesDeposits() && block.timestamp < uint256(l.depositedAt[account]) + l.minDepositAge) return false;
        return block.timestamp >= _lockedUntil(l.locks[accountSubject(account)])
            && block.timestamp >= _lockedUntil(l.locks[assetSubject(asset)]);
    }

    /// @dev The host calls this when `account` deposits, where a minimum age is wanted.
    function _noteDeposit(address account) internal {
        if (_word().agesDeposits()) _locks().depositedAt[account] = uint32(block.timestamp);
    }

    // ---------------------------------------------------------------- private

    /// @dev A subject is locked by one fast rank for at most the rank's budget, until a quiet period has passed.
    function _extend(Rank rank, uint256 current, uint256 until, uint256 spent) private view returns (uint256, uint32) {
        uint256 budget = _limitsOf(rank).budget;
        uint256 from = current;
        if (block.timestamp >= current) {
            if (_isQuiet(current, _limitsOf(rank).period)) spent = 0;
            from = block.timestamp;
        }
        if (until <= from) return (from, uint32(spent));
        uint256 left = spent < budget ? budget - spent : 0;
        if (until - from > left) revert BudgetExhausted(until - from, left);
        return (until, uint32(spent + until - from));
    }

    function _requireUnlocked(GuardWord word, bytes32 subject, address account, address asset, uint256 amount) private {
        uint256 until = _lockedUntil(_locks().locks[subject]);
        if (block.timestamp >= until) return;
        if (!word.inShadow(Guard.LOCK)) revert Locked(subject, until);
        emit GuardDecision(Guard.LOCK, Decision.REFUSE, account, asset, amount, 0, true);
    }

    function _requireAged(GuardWord word, address account, address asset, uint256 amount) private {
        LockLayout storage l = _locks();
        uint256 removableAt = uint256(l.depositedAt[account]) + l.minDepositAge;
        if (block.timestamp >= removableAt) return;
        if (!word.inShadow(Guard.LOCK)) revert DepositTooYoung(account, removableAt);
        emit GuardDecision(Guard.LOCK, Decision.REFUSE, account, asset, amount, 0, true);
    }

    function _lockedUntil(LockRecord memory record) private pure returns (uint256 until) {
        until = record.sentinelUntil;
        if (record.guardianUntil > until) until = record.guardianUntil;
        if (record.governanceUntil > until) until = record.governanceUntil;
    }

    function _locks() private pure returns (LockLayout storage l) {
        assembly ("memory-safe") {
            l.slot := LOCK_SLOT
        }
    }
}
