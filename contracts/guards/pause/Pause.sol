// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Gate} from "../gate/Gate.sol";
import {GuardWord} from "../GuardWord.sol";
import {Guard, Op, Rank} from "../Types.sol";
import {IPause} from "./IPause.sol";

/// @title Pause: closes classes of operation for a bounded time
///
/// Guards: every function marked `guarded(operation)`.
/// Trusts: each rank up to its limits (`Roles`). Ranks have separate records, so that none shortens another's pause.
/// Assumes: the host marks *every* entry to an operation; an unmarked function is not guarded.
/// Does not guard: functions in other contracts, transfers of tokens that the host does not route, price or interest
/// that go on while operations are closed.
abstract contract Pause is IPause, Gate {
    // ---------------------------------------------------------------- external

    function pause(uint16 operations, uint256 duration, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        uint16 allowed = rank == Rank.GOVERNANCE ? Op.ALL : _limitsOf(rank).operations();
        if (operations == 0 || operations & ~allowed != 0) revert OperationsOutOfBounds(operations, allowed);
        if (operations & Op.DEFENCE != 0) operations |= Op.LIQUIDATE;

        GuardWord word = _word();
        (uint16 closed, uint256 closedUntil) = word.pauseOf(rank);
        if (block.timestamp >= closedUntil) {
            word = _keepEnd(word, Guard.PAUSE, closed, closedUntil);
            closed = 0;
        }
        until = _restrict(rank, duration, _graceCharge(operations, closed));
        operations |= closed;
        if (closedUntil > until) until = closedUntil;
        _setWord(word.withPause(rank, operations, until));
        emit Paused(rank, msg.sender, operations, until, reason);
    }

    function unpause(uint16 operations, string calldata reason) external virtual {
        _governed(true);
        _requireResumable();
        GuardWord word = _word();
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            word = _lift(word, Rank(r), operations);
        }
        _setWord(word);
        emit Unpaused(operations, reason);
    }

    function pauseOf(Rank rank) external view virtual returns (uint16 operations, uint256 until) {
        return _word().pauseOf(rank);
    }

    // ---------------------------------------------------------------- private

    /// @dev What remains closed keeps its end.
    function _lift(GuardWord word, Rank rank, uint16 operations) private returns (GuardWord) {
        (uint16 closed, uint256 until) = word.pauseOf(rank);
        if (closed & operations == 0 || block.timestamp >= until || until == UNSEALED) return word;
        uint16 remaining = closed & ~operations;
        if (remaining & Op.DEFENCE != 0) remaining |= Op.LIQUIDATE;
        word = _keepEnd(word, Guard.PAUSE, closed & ~remaining, block.timestamp);
        if (remaining != 0) return word.withPause(rank, remaining, until);
        (, uint256 levelUntil) = word.levelOf(rank);
        _endEarly(rank, levelUntil);
        return word.withPause(rank, 0, 0);
    }
}
