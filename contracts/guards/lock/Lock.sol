// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {GuardWord} from "../GuardWord.sol";
import {SubjectRecord} from "../roles/SubjectRecord.sol";
import {Subjects} from "../roles/Subjects.sol";
import {Rank} from "../Types.sol";
import {ILock} from "./ILock.sol";
import {LockCore} from "./LockCore.sol";

/// @title Lock: suspect collateral stays until a time
///
/// Guards: collateral of an account, of a whole asset, or of a position, against being taken out.
/// Trusts: a fast rank for the length of `maxLock` at a time, `maxLocks` a period, and `budget` seconds a subject.
/// Assumes: the host asks before collateral leaves, and notes deposits where a minimum age is wanted. A host whose
/// positions can be transferred must note the transfer as a deposit, else the age is avoided by moving to a new
/// account; and must not let strangers deposit for an account, else they can keep it young.
/// Does not guard: a thief's other accounts. Liquidating a locked account stays possible.
abstract contract Lock is ILock, LockCore, GuardBase, Subjects {
    uint256 public constant MAX_DEPOSIT_AGE = 30 days;

    // ---------------------------------------------------------------- external

    function lock(bytes32 subject, uint256 duration, uint96 caseId, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        _chargeLock(rank, duration);
        until = block.timestamp + duration;
        (SubjectRecord record, uint256 wanted, uint256 left) = _extend(_lockLayout().locks[subject], rank, until);
        if (wanted > left) revert BudgetExhausted(wanted, left);
        until = record.untilOf(rank);
        _lockLayout().locks[subject] = record.withTag(caseId);
        GuardWord word = _word();
        if (until > word.lockHorizon()) _setWord(word.withLockHorizon(until));
        emit SubjectLocked(subject, rank, msg.sender, until, caseId, reason);
    }

    function unlock(bytes32 subject, string calldata reason) external virtual {
        _governed(true);
        if (block.timestamp >= _lockedUntil(subject)) revert NotLocked(subject);
        _lockLayout().locks[subject] = _lockLayout().locks[subject].endedAt(block.timestamp);
        emit SubjectUnlocked(subject, reason);
    }

    function setMinDepositAge(uint256 age) external virtual {
        uint256 previous = _lockLayout().minDepositAge;
        _governed(age < previous);
        if (age > MAX_DEPOSIT_AGE) revert AgeOutOfBounds(age, MAX_DEPOSIT_AGE);
        _lockLayout().minDepositAge = uint32(age);
        _setWord(_word().withAging(age != 0));
        emit MinDepositAgeSet(previous, age);
    }

    function lockOf(bytes32 subject) external view virtual returns (uint256 until, uint256 caseId) {
        return (_lockedUntil(subject), _lockLayout().locks[subject].tag());
    }

    function minDepositAge() external view virtual returns (uint256) {
        return _lockLayout().minDepositAge;
    }

    function accountSubject(address account) external pure virtual returns (bytes32) {
        return _accountSubject(account);
    }

    function assetSubject(address asset) external pure virtual returns (bytes32) {
        return _assetSubject(asset);
    }

    function positionSubject(bytes32 position) external pure virtual returns (bytes32) {
        return _positionSubject(position);
    }
}
