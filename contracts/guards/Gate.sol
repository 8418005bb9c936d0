// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "./GuardBase.sol";
import {GuardWord} from "./GuardWord.sol";
import {Guard, Op, Rank} from "./Types.sol";

/// @title Gate: "may this operation happen now?"
///
/// The common ground of `Pause` and `Level`: the `guarded` modifier, one storage read when nothing is restricted, and
/// the grace that users have to repay or add collateral before liquidation opens again.
abstract contract Gate is GuardBase {
    error OperationClosed(uint16 operation, uint256 until);
    error GraceOutOfBounds(uint256 grace, uint256 maximum);

    event LiquidationGraceSet(uint256 previous, uint256 grace);

    /// @custom:storage-location erc7201:guardrails.gate
    struct GateLayout {
        uint32 liquidationGrace;
        /// @dev for each `Level` from bit 24 * level: closed operations (16), share of the limits in percent (8)
        uint224 levelRules;
    }

    uint256 public constant MAX_LIQUIDATION_GRACE = 1 days;

    // keccak256(abi.encode(uint256(keccak256("guardrails.gate")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant GATE_SLOT = 0xaa957152fc8273297d16df64de684b8abd1bf2d74ee6658b5ec098bd0fbc1300;

    /// @notice Lets the call through only while `operation` is open.
    modifier guarded(uint16 operation) virtual {
        _enter(operation);
        _;
    }

    // ---------------------------------------------------------------- external

    function isOpen(uint16 operation) public view virtual returns (bool) {
        GuardWord word = _word();
        if (!word.mayRestrict(operation)) return true;
        return block.timestamp >= _enforced(word, Guard.PAUSE, _pauseClosedUntil(word, operation))
            && block.timestamp >= _enforced(word, Guard.LEVEL, _levelClosedUntil(word, operation));
    }

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

    // ---------------------------------------------------------------- internal

    function _enter(uint16 operation) internal virtual {
        GuardWord word = _word();
        if (word.mayRestrict(operation)) _enterRestricted(word, operation);
    }

    /// @dev When the pause records let `operation` open; 0 where none ever closed it.
    function _pauseClosedUntil(GuardWord word, uint16 operation) internal view returns (uint256 until) {
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (uint16 closed, uint256 closedUntil) = word.pauseOf(Rank(r));
            if (closed & operation == 0) continue;
            closedUntil = _withGrace(closedUntil, operation);
            if (closedUntil > until) until = closedUntil;
        }
    }

    function _levelClosedUntil(GuardWord, uint16) internal view virtual returns (uint256) {
        return 0;
    }

    /// @dev The end of a restriction as `operation` sees it: liquidation waits for the grace.
    function _withGrace(uint256 until, uint16 operation) internal view returns (uint256) {
        if (until == 0 || until == type(uint256).max || operation & Op.LIQUIDATE == 0) return until;
        return until + _gate().liquidationGrace;
    }

    /// @dev Lets the grace of LIQUIDATE run from `until`, a past time, in the pause record of `rank`.
    function _keepGrace(GuardWord word, Rank rank, uint256 until) internal pure returns (GuardWord) {
        (uint16 closed, uint256 closedUntil) = word.pauseOf(rank);
        if (closedUntil > until) return word.withPause(rank, closed | Op.LIQUIDATE, closedUntil);
        return word.withPause(rank, Op.LIQUIDATE, until);
    }

    /// @dev All is closed until the deployer has finished.
    function _closeUntilSealed() internal {
        _setWord(_word().withPause(Rank.GOVERNANCE, Op.ALL, type(uint32).max));
    }

    function _onSeal() internal virtual override {
        _setWord(_word().withPause(Rank.GOVERNANCE, 0, 0));
    }

    function _gate() internal pure returns (GateLayout storage l) {
        assembly ("memory-safe") {
            l.slot := GATE_SLOT
        }
    }

    // ---------------------------------------------------------------- private

    function _enterRestricted(GuardWord word, uint16 operation) private {
        _refuseBefore(word, Guard.PAUSE, operation, _pauseClosedUntil(word, operation));
        _refuseBefore(word, Guard.LEVEL, operation, _levelClosedUntil(word, operation));
    }

    function _refuseBefore(GuardWord word, Guard guard, uint16 operation, uint256 until) private {
        if (block.timestamp >= until) return;
        if (!word.inShadow(guard)) revert OperationClosed(operation, until);
        _emitRefusedInShadow(guard, operation);
    }

    function _enforced(GuardWord word, Guard guard, uint256 until) private pure returns (uint256) {
        return word.inShadow(guard) ? 0 : until;
    }
}
