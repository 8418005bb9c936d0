// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {GuardWord} from "../GuardWord.sol";
import {Guard, Level, Op, Rank} from "../Types.sol";
import {GateCore} from "./GateCore.sol";

/// @title Gate: the functions that `Pause` and `LevelGuard` have in common
abstract contract Gate is GateCore, GuardBase {
    error GraceOutOfBounds(uint256 grace, uint256 maximum);
    error NothingToCleanUp(Rank rank);

    event LiquidationGraceSet(uint256 previous, uint256 grace);
    event CleanedUp(Rank indexed rank, address indexed by);

    uint256 public constant MAX_LIQUIDATION_GRACE = 1 days;

    function isOpen(uint16 operation) external view virtual returns (bool) {
        return _isOpen(operation);
    }

    /// @notice When `operation` opens again as far as pauses and levels go; 0 or the past while it is open.
    function pausedUntil(uint16 operation) external view virtual returns (uint256) {
        GuardWord word = _word();
        uint256 byPause = _pauseClosedUntil(word, operation);
        uint256 byLevel = _levelClosedUntil(word, operation);
        return byPause > byLevel ? byPause : byLevel;
    }

    /// @notice Seconds for which LIQUIDATE stays closed after a restriction that closed it.
    function liquidationGrace() external view virtual returns (uint256) {
        return _gate().liquidationGrace;
    }

    /// @notice A longer grace protects borrowers and delays liquidators: either change is a loosening for somebody.
    function setLiquidationGrace(uint256 grace) external virtual {
        _governed(true);
        if (grace > MAX_LIQUIDATION_GRACE) revert GraceOutOfBounds(grace, MAX_LIQUIDATION_GRACE);
        emit LiquidationGraceSet(_gate().liquidationGrace, grace);
        _gate().liquidationGrace = uint32(grace);
    }

    /// @notice Anyone may erase a pause and a raised level of `rank` that have run out, and a kept grace
    /// that has; users then pay less gas.
    function cleanUp(Rank rank) external virtual {
        GuardWord word = _word();
        (uint16 closed, uint256 until) = word.pauseOf(rank);
        (Level level, uint256 levelUntil) = word.levelOf(rank);
        bool pauseOver = closed != 0 && block.timestamp >= _withGrace(until, closed);
        bool levelOver = level != Level.NORMAL && block.timestamp >= _withGrace(levelUntil, _closedAt(level));
        bool graceOver = word.inGrace() && block.timestamp >= _gate().graceUntil;
        if (!pauseOver && !levelOver && !graceOver) revert NothingToCleanUp(rank);
        if (pauseOver) word = _keepEnd(word, Guard.PAUSE, closed, until).withPause(rank, 0, 0);
        if (levelOver) {
            word = _keepEnd(word, Guard.LEVEL, _closedAt(level), levelUntil).withLevel(rank, Level.NORMAL, 0);
        }
        if (graceOver) word = word.withGrace(false);
        _setWord(word);
        emit CleanedUp(rank, msg.sender);
    }

    /// @dev Remembers that `guard` closed `operations` until then, now or a past time, before the record of it is gone.
    function _keepEnd(GuardWord word, Guard guard, uint16 operations, uint256 until) internal returns (GuardWord) {
        if (!word.inShadow(guard)) _noteReopening(operations, until);
        return operations & Op.LIQUIDATE == 0 ? word : _keepGrace(word, until);
    }

    /// @dev For the protocol, which asks `_reopenedAt`; no guard decides by it.
    function _noteReopening(uint16 operations, uint256 until) internal virtual {
        uint32[16] storage reopened = _gate().reopened;
        for (uint256 i; i < 16; ++i) {
            if (operations >> i & 1 == 0) continue;
            uint256 end = _withGrace(until, uint16(1 << i));
            if (end > reopened[i]) reopened[i] = uint32(end);
        }
    }

    /// @dev Lets the grace of LIQUIDATE run from `until`, after the record that closed it is gone.
    function _keepGrace(GuardWord word, uint256 until) private returns (GuardWord) {
        uint256 end = until + _gate().liquidationGrace;
        if (end <= block.timestamp) return word;
        if (end > _gate().graceUntil) _gate().graceUntil = uint32(end);
        return word.withGrace(true);
    }

    /// @dev What a fast rank is charged at the least for a restriction after which LIQUIDATE waits for a grace: else a
    /// second of pause would buy a day without liquidations.
    function _graceCharge(uint16 operations, uint16 closedBefore) internal view returns (uint256) {
        return operations & ~closedBefore & Op.LIQUIDATE == 0 ? 0 : _gate().liquidationGrace;
    }

    function _onSeal() internal virtual override {
        _setWord(_word().withPause(Rank.GOVERNANCE, 0, 0));
    }
}
