// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../GuardStorage.sol";
import {GuardWord} from "../GuardWord.sol";
import {Decision, Guard, Level, Op, Rank} from "../Types.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title GateCore: "may this operation happen now?"
///
/// The part of `Pause` and `LevelGuard` that every guarded call runs: one storage read while nothing is restricted.
/// Liquidation opens again only after a grace in which users can repay or add collateral.
abstract contract GateCore is GuardStorage {
    error OperationClosed(uint16 operation, uint256 until);

    /// @custom:storage-location erc7201:guardrails.gate
    struct GateLayout {
        uint32 liquidationGrace;
        /// @dev LIQUIDATE stays closed until then on behalf of restrictions whose records were ended or replaced
        uint32 graceUntil;
        /// @dev for each `Level` from bit 24 * level: closed operations (16), share of the limits in percent (8)
        uint192 levelRules;
        /// @dev for each operation, in the order of `Op`: when a closure ended whose record is gone
        uint32[16] reopened;
    }

    /// @dev The end of the closure before `seal`; no other pause lasts as long.
    uint256 internal constant UNSEALED = type(uint32).max;
    // keccak256(abi.encode(uint256(keccak256("guardrails.gate")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant GATE_SLOT = 0xaa957152fc8273297d16df64de684b8abd1bf2d74ee6658b5ec098bd0fbc1300;

    /// @notice Lets the call through only while `operation` is open.
    modifier guarded(uint16 operation) {
        if (_mayRestrict(operation) != 0) _refuseWhileClosed(operation);
        _;
    }

    /// @dev The same for hosts that enter by other means than a modifier.
    function _enter(uint16 operation) internal {
        if (_mayRestrict(operation) != 0) _refuseWhileClosed(operation);
    }

    function _refuseWhileClosed(uint16 operation) internal {
        _refuseWhileClosed(operation, msg.sender, msg.sig);
    }

    /// @param sender who called the host, and through which of its functions
    function _refuseWhileClosed(uint16 operation, address sender, bytes4 selector) internal {
        GuardWord word = _word();
        _refuseBefore(word, Guard.PAUSE, operation, _pauseClosedUntil(word, operation));
        _refuseBefore(word, Guard.LEVEL, operation, _levelClosedUntil(word, operation));
        if (word.mayBlock()) _screen(operation, sender, selector);
    }

    /// @dev Refuses a blocked caller or entry; see `BlocklistCore`.
    function _screen(uint16 operation, address sender, bytes4 selector) internal virtual {}

    function _isOpen(uint16 operation) internal view returns (bool) {
        GuardWord word = _word();
        if (!word.mayRestrict(operation)) return true;
        return _letsThrough(word, Guard.PAUSE, _pauseClosedUntil(word, operation))
            && _letsThrough(word, Guard.LEVEL, _levelClosedUntil(word, operation));
    }

    /// @dev When the pause records let `operation` open; 0 where none ever closed it.
    function _pauseClosedUntil(GuardWord word, uint16 operation) internal view returns (uint256 until) {
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (uint16 closed, uint256 closedUntil) = word.pauseOf(Rank(r));
            if (closed & operation == 0) continue;
            closedUntil = _withGrace(closedUntil, closed & operation);
            if (closedUntil > until) until = closedUntil;
        }
        if (operation & Op.LIQUIDATE != 0 && word.inGrace() && _gate().graceUntil > until) until = _gate().graceUntil;
    }

    /// @dev When the raised levels let `operation` open; 0 where none ever closed it.
    function _levelClosedUntil(GuardWord word, uint16 operation) internal view returns (uint256 until) {
        if (!word.anyLevel()) return 0;
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (Level level, uint256 closedUntil) = word.levelOf(Rank(r));
            uint16 closed = _closedAt(level) & operation;
            if (closed == 0) continue;
            closedUntil = _withGrace(closedUntil, closed);
            if (closedUntil > until) until = closedUntil;
        }
    }

    /// @dev When `operation`, a single one, last opened again: for a protocol that begins anew in its own way, with an
    /// auction for example. In the future while it is closed, 0 where it never was. What shadow mode let through was
    /// not closed.
    function _reopenedAt(uint16 operation) internal view returns (uint256 time) {
        GuardWord word = _word();
        time = _gate().reopened[Math.log2(operation)];
        if (!word.inShadow(Guard.PAUSE)) time = Math.max(time, _pauseClosedUntil(word, operation));
        if (!word.inShadow(Guard.LEVEL)) time = Math.max(time, _levelClosedUntil(word, operation));
    }

    function _liveLevel(GuardWord word) internal view returns (Level highest) {
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (Level level, uint256 until) = word.levelOf(Rank(r));
            if (block.timestamp < until && level > highest) highest = level;
        }
    }

    /// @dev The operations that `level` closes.
    function _closedAt(Level level) internal view returns (uint16) {
        return level == Level.NORMAL ? 0 : uint16(_gate().levelRules >> (24 * uint8(level)));
    }

    /// @dev Percent of every outflow limit that `level` leaves.
    function _shareAt(Level level) internal view returns (uint256) {
        return level == Level.NORMAL ? 100 : uint8(_gate().levelRules >> (24 * uint8(level) + 16));
    }

    /// @dev The end of a restriction as `operation` sees it: liquidation waits for the grace.
    function _withGrace(uint256 until, uint16 operation) internal view returns (uint256) {
        if (until == 0 || until == type(uint256).max || operation & Op.LIQUIDATE == 0) return until;
        return until + _gate().liquidationGrace;
    }

    /// @dev All is closed until the deployer has finished. Neither `unpause` nor shadow mode opens it.
    function _closeUntilSealed() internal {
        _setWord(_word().withPause(Rank.GOVERNANCE, Op.ALL, UNSEALED));
    }

    function _gate() internal pure returns (GateLayout storage l) {
        assembly ("memory-safe") {
            l.slot := GATE_SLOT
        }
    }

    function _refuseBefore(GuardWord word, Guard guard, uint16 operation, uint256 until) private {
        if (block.timestamp >= until) return;
        if (!_letsThrough(word, guard, until)) revert OperationClosed(operation, until);
        emit GuardDecision(guard, Decision.REFUSE, address(0), address(0), 0, operation, true);
    }

    function _letsThrough(GuardWord word, Guard guard, uint256 until) private view returns (bool) {
        if (block.timestamp >= until) return true;
        return word.inShadow(guard) && (guard != Guard.PAUSE || until < UNSEALED);
    }
}
