// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Roles} from "../roles/Roles.sol";
import {Rank} from "../Types.sol";
import {IOverride} from "./IOverride.sol";

/// @title Override: the asymmetric timelock of governance
///
/// Guards: users against surprise. Governance tightens at once; everything that loosens is announced on chain with
/// its full call, waits the delay of its selector, can be vetoed meanwhile, expires, and is then executed by anyone.
/// The idea that each function knows its own delay and that a cut of a delay costs that delay is Morpho Vault V2's.
///
/// Trusts: governance (an EOA, a Safe, OpenZeppelin's Governor with TimelockController) within these rules; a
/// guardian to veto. Removing a guardian is a tightening and thus immediate, so that a veto cannot entrench it.
/// Assumes: the host never makes a call with caller-chosen target and data in its own name *and* forwards this
/// contract's transient marker; an external self-call alone does not pass (the announced call must match).
/// Does not guard: against what an announced call does. Someone must read the announcements.
abstract contract Override is IOverride, Roles {
    struct Pending {
        uint64 scheduledAt;
        uint64 executableAt;
    }

    struct Delay {
        bool isSet;
        bool abdicated;
        uint32 delay;
    }

    /// @custom:storage-location erc7201:guardrails.override
    struct OverrideLayout {
        mapping(bytes4 selector => Delay) delays;
        mapping(bytes32 id => Pending) pending;
        uint32 expiry;
    }

    uint256 public constant MAX_DELAY = 365 days;

    bytes4 private constant DEFAULT = bytes4(0);
    // keccak256(abi.encode(uint256(keccak256("guardrails.override")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OVERRIDE_SLOT = 0xd89804670329a316cf178de2e6ac3c01a43b3b02b7f8c7fe6415a1ed82f58300;
    // keccak256("guardrails.override.executing")
    bytes32 private constant EXECUTING_SLOT = 0x4c0aee65c5030265b31d4c00523aecd2d3c3991f9aa688463ff6193a47ca93ed;

    // ---------------------------------------------------------------- external

    function schedule(bytes calldata call) external virtual returns (bytes32 id) {
        if (msg.sender != governance()) revert Unauthorised(msg.sender, Rank.GOVERNANCE);
        if (call.length < 4) revert InvalidCall();
        bytes4 selector = bytes4(call);
        id = keccak256(call);
        OverrideLayout storage l = _override();
        if (l.pending[id].scheduledAt != 0) {
            if (block.timestamp < _expiresAt(l.pending[id], call)) revert AlreadyScheduled(id);
        }
        uint256 executableAt = block.timestamp + _delayOfCall(call);
        l.pending[id] = Pending(uint64(block.timestamp), uint64(executableAt));
        emit OverrideScheduled(id, selector, call, executableAt, executableAt + l.expiry, msg.sender);
    }

    function execute(bytes calldata call) external virtual {
        bytes32 id = keccak256(call);
        OverrideLayout storage l = _override();
        Pending memory pending = l.pending[id];
        if (pending.scheduledAt == 0) revert NotScheduled(id);
        uint256 executableAt = _executableAt(pending, call);
        if (block.timestamp < executableAt) revert NotYetExecutable(id, executableAt);
        if (block.timestamp >= executableAt + l.expiry) revert Expired(id, executableAt + l.expiry);
        delete l.pending[id];
        emit OverrideExecuted(id, bytes4(call), call, msg.sender);
        _setExecuting(id);
        (bool success, bytes memory returned) = address(this).call(call);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
    }

    function veto(bytes32 id) external virtual {
        _requireRank(Rank.GUARDIAN);
        OverrideLayout storage l = _override();
        if (l.pending[id].scheduledAt == 0) revert NotScheduled(id);
        delete l.pending[id];
        emit OverrideVetoed(id, msg.sender);
    }

    function setDelay(bytes4 selector, uint256 delay) external virtual {
        OverrideLayout storage l = _override();
        uint256 previous = delayOf(selector);
        _governed(delay < previous);
        if (delay > MAX_DELAY) revert DelayOutOfBounds(delay, MAX_DELAY);
        l.delays[selector].isSet = true;
        l.delays[selector].delay = uint32(delay);
        emit DelaySet(selector, previous, delay);
    }

    function setExpiry(uint256 expiry) external virtual {
        OverrideLayout storage l = _override();
        _governed(expiry > l.expiry);
        if (expiry > MAX_DELAY) revert DelayOutOfBounds(expiry, MAX_DELAY);
        emit ExpirySet(l.expiry, expiry);
        l.expiry = uint32(expiry);
    }

    function abdicate(bytes4 selector) external virtual {
        _governed(true);
        _override().delays[selector].abdicated = true;
        emit Abdicated(selector);
    }

    function delayOf(bytes4 selector) public view virtual returns (uint256) {
        Delay memory own = _override().delays[selector];
        return own.isSet ? own.delay : _override().delays[DEFAULT].delay;
    }

    function isAbdicated(bytes4 selector) external view virtual returns (bool) {
        return _override().delays[selector].abdicated;
    }

    function overrideExpiry() external view virtual returns (uint256) {
        return _override().expiry;
    }

    function overrideOf(bytes32 id) external view virtual returns (uint256 executableAt, uint256 expiresAt) {
        executableAt = _override().pending[id].executableAt;
        if (executableAt != 0) expiresAt = executableAt + _override().expiry;
    }

    // ---------------------------------------------------------------- internal

    /// @dev Governance tightens at once. A loosening arrives as the announced call that `execute` makes, or, where
    /// the policy set its delay to 0, from governance itself.
    function _governed(bool loosens) internal virtual override {
        if (!isSealed()) {
            super._governed(loosens);
            return;
        }
        if (msg.sender == address(this) && _takeExecuting(keccak256(msg.data))) {
            if (loosens) _requireNotAbdicated(msg.sig);
            return;
        }
        super._governed(loosens);
        if (!loosens) return;
        _requireNotAbdicated(msg.sig);
        uint256 delay = _delayOfCall(msg.data);
        if (delay != 0) revert MustBeScheduled(msg.sig, delay);
    }

    // ---------------------------------------------------------------- private

    function _requireNotAbdicated(bytes4 selector) private view {
        if (_override().delays[selector].abdicated) revert SelectorAbdicated(selector);
    }

    /// @dev Changing or giving up a delay costs the delay of the selector that it is about.
    function _delayOfCall(bytes calldata call) private view returns (uint256) {
        bytes4 selector = bytes4(call);
        if ((selector == this.setDelay.selector || selector == this.abdicate.selector) && call.length >= 36) {
            uint256 subject = delayOf(bytes4(call[4:8]));
            uint256 own = delayOf(selector);
            return subject > own ? subject : own;
        }
        return delayOf(selector);
    }

    /// @dev Never earlier than announced; later when the delay has grown meanwhile.
    function _executableAt(Pending memory pending, bytes calldata call) private view returns (uint256) {
        uint256 byCurrentDelay = pending.scheduledAt + _delayOfCall(call);
        return byCurrentDelay > pending.executableAt ? byCurrentDelay : pending.executableAt;
    }

    function _expiresAt(Pending memory pending, bytes calldata call) private view returns (uint256) {
        return _executableAt(pending, call) + _override().expiry;
    }

    function _setExecuting(bytes32 id) private {
        assembly ("memory-safe") {
            tstore(EXECUTING_SLOT, id)
        }
    }

    function _takeExecuting(bytes32 id) private returns (bool matches) {
        assembly ("memory-safe") {
            matches := eq(tload(EXECUTING_SLOT), id)
            if matches { tstore(EXECUTING_SLOT, 0) }
        }
    }

    function _override() private pure returns (OverrideLayout storage l) {
        assembly ("memory-safe") {
            l.slot := OVERRIDE_SLOT
        }
    }
}
