// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {SubjectRecord} from "../roles/SubjectRecord.sol";
import {Subjects} from "../roles/Subjects.sol";
import {Op, Rank} from "../Types.sol";
import {BlocklistCore} from "./BlocklistCore.sol";
import {IBlocklist, Skipped} from "./IBlocklist.sol";

/// @title Blocklist: closes the protocol to an account, or an entry of it to everybody, for a bounded time
///
/// Guards: every function marked `guarded(operation)` against the account that calls it and by the selector it came
/// in; payments out of a blocked account's position and to it; claims of a blocked owner, which wait.
/// Trusts: a fast rank for an account as with a lock, for an entry as with a pause (`Roles`). Governance: at most
/// MAX_GOVERNANCE_RESTRICTION at a time, renewable and visible.
/// Assumes: the host asks both parties of a payment (`_payOut` does).
/// Does not guard: a thief's other accounts, or functions that are not marked. Functions of roles are not: nobody can
/// be kept from pausing, vetoing or executing. Who blocks a router blocks all who come through it.
abstract contract Blocklist is IBlocklist, BlocklistCore, GuardBase, Subjects {
    uint256 public constant MAX_ACCOUNTS_AT_ONCE = 100;

    // ---------------------------------------------------------------- external

    function blockAccount(address account, uint256 duration, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        if (_isProtected(account)) revert CannotBeBlocked(account);
        _chargeLock(rank, duration);
        (SubjectRecord next, uint256 wanted, uint256 left) =
            _extend(_blocklist().accounts[account], rank, block.timestamp + duration);
        if (wanted > left) revert BudgetExhausted(wanted, left);
        return _placeOnAccount(account, rank, next, reason);
    }

    function blockAccounts(address[] calldata accounts, uint256 duration, string calldata reason)
        external
        virtual
        returns (uint256 count)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        if (accounts.length > MAX_ACCOUNTS_AT_ONCE) revert TooManyAccounts(accounts.length, MAX_ACCOUNTS_AT_ONCE);
        _requireLockDuration(rank, duration);
        for (uint256 i = 0; i < accounts.length; ++i) {
            (bool blocked, Skipped why) = _tryBlock(accounts[i], rank, block.timestamp + duration, reason);
            if (blocked) ++count;
            else emit AccountSkipped(accounts[i], rank, msg.sender, why);
        }
    }

    function blockSelector(bytes4 selector, uint256 duration, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        uint16 operations = rank == Rank.GOVERNANCE ? Op.ALL : _limitsOf(rank).operations();
        operations &= ~Op.DEFENCE;
        if (operations == 0) revert NoOperations(rank);
        until = _restrictOther(rank, duration);
        SubjectRecord record = _blocklist().selectors[selector];
        _notePlaced(record, until);
        if (record.untilOf(rank) > block.timestamp) operations |= _operationsOf(record, rank);
        if (record.untilOf(rank) > until) until = record.untilOf(rank);
        _blocklist().selectors[selector] = _withOperations(record.withUntil(rank, until), rank, operations);
        emit SelectorBlocked(selector, rank, msg.sender, operations, until, reason);
    }

    function unblockAccount(address account, string calldata reason) external virtual {
        _governed(true);
        SubjectRecord record = _blocklist().accounts[account];
        if (block.timestamp >= record.until()) revert AccountNotBlocked(account);
        _blocklist().accounts[account] = record.endedAt(block.timestamp);
        _noteLifted();
        emit AccountUnblocked(account, reason);
    }

    function unblockSelector(bytes4 selector, string calldata reason) external virtual {
        _governed(true);
        SubjectRecord record = _blocklist().selectors[selector];
        if (block.timestamp >= record.until()) revert SelectorNotBlocked(selector);
        _blocklist().selectors[selector] = record.endedAt(block.timestamp);
        if (record.untilOf(Rank.SENTINEL) > block.timestamp) _endOtherEarly(Rank.SENTINEL);
        if (record.untilOf(Rank.GUARDIAN) > block.timestamp) _endOtherEarly(Rank.GUARDIAN);
        _noteLifted();
        emit SelectorUnblocked(selector, reason);
    }

    function cleanUpBlocks() external virtual {
        uint256 horizon = _blocklist().horizon;
        if (block.timestamp < horizon || !_word().mayBlock()) revert BlocksMayBeLive(horizon);
        _forgetAll();
    }

    function accountBlockedUntil(address account) external view virtual returns (uint256) {
        return _accountBlockedUntil(account);
    }

    function selectorBlockedUntil(bytes4 selector, uint16 operation) external view virtual returns (uint256) {
        return _selectorBlockedUntil(selector, operation);
    }

    function blockHorizon() external view virtual returns (uint256) {
        return _blocklist().horizon;
    }

    // ---------------------------------------------------------------- internal

    /// @dev Whose block would freeze more than one account.
    function _isProtected(address account) internal view virtual returns (bool) {
        return account == address(0) || account == address(this) || account == _roles().governance;
    }

    // ---------------------------------------------------------------- private

    function _tryBlock(address account, Rank rank, uint256 until, string calldata reason)
        private
        returns (bool blocked, Skipped why)
    {
        if (_isProtected(account)) return (false, Skipped.PROTECTED);
        SubjectRecord record = _blocklist().accounts[account];
        if (record.untilOf(rank) >= until) return (false, Skipped.ALREADY);
        (SubjectRecord next, uint256 wanted, uint256 left) = _extend(record, rank, until);
        if (wanted > left) return (false, Skipped.SUBJECT_BUDGET);
        if (!_takeLock(rank)) return (false, Skipped.RANK_BUDGET);
        _placeOnAccount(account, rank, next, reason);
        return (true, why);
    }

    function _placeOnAccount(address account, Rank rank, SubjectRecord next, string calldata reason)
        private
        returns (uint256 until)
    {
        until = next.untilOf(rank);
        _notePlaced(_blocklist().accounts[account], until);
        _blocklist().accounts[account] = next;
        emit AccountBlocked(account, rank, msg.sender, until, reason);
    }

    function _notePlaced(SubjectRecord previous, uint256 until) private {
        BlocklistLayout storage l = _blocklist();
        if (block.timestamp >= previous.until()) ++l.placed;
        if (until > l.horizon) l.horizon = uint32(until);
        _setWord(_word().withBlocks(true));
    }

    function _noteLifted() private {
        if (--_blocklist().placed == 0) _forgetAll();
    }

    function _forgetAll() private {
        _blocklist().horizon = 0;
        _blocklist().placed = 0;
        _setWord(_word().withBlocks(false));
        emit BlocksCleanedUp(msg.sender);
    }
}
