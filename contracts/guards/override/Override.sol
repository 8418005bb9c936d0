// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Roles} from "../roles/Roles.sol";
import {RolesCore} from "../roles/RolesCore.sol";
import {Rank} from "../Types.sol";
import {IOverride} from "./IOverride.sol";
import {OverrideCore} from "./OverrideCore.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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
abstract contract Override is IOverride, OverrideCore, Roles {
    uint256 public constant MAX_DELAY = 365 days;
    uint256 public constant MIN_EXPIRY = 1 hours;
    uint256 public constant DEFAULT_EXPIRY = 7 days;

    // ---------------------------------------------------------------- external

    function schedule(bytes calldata call) external virtual returns (bytes32 id) {
        if (msg.sender != _roles().governance) revert Unauthorised(msg.sender, Rank.GOVERNANCE);
        if (call.length < 4) revert InvalidCall();
        bytes4 selector = bytes4(call);
        id = keccak256(call);
        OverrideLayout storage l = _override();
        Pending memory pending = l.pending[id];
        if (_isAnnounced(pending) && block.timestamp < _expiresAt(pending)) revert AlreadyScheduled(id);
        uint256 executableAt = block.timestamp + _delayOfCall(call);
        uint256 expiresAt = executableAt + _expiry();
        l.pending[id] = Pending(msg.sender, uint48(block.timestamp), uint48(executableAt), uint48(expiresAt));
        emit OverrideScheduled(id, selector, call, executableAt, expiresAt, msg.sender);
    }

    function execute(bytes calldata call) external virtual {
        bytes32 id = keccak256(call);
        OverrideLayout storage l = _override();
        Pending memory pending = l.pending[id];
        if (!_isAnnounced(pending)) revert NotScheduled(id);
        uint256 expiresAt = _expiresAt(pending);
        if (block.timestamp >= expiresAt) revert Expired(id, expiresAt);
        uint256 executableAt = _executableAt(pending, call);
        if (block.timestamp < executableAt) revert NotYetExecutable(id, executableAt);
        delete l.pending[id];
        emit OverrideExecuted(id, bytes4(call), call, msg.sender);
        _setExecuting(id);
        (bool success, bytes memory returned) = address(this).call(call);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
        // only functions of governance take the marker: in its own name the protocol calls nothing else, or an
        // announcement could move its users' funds
        if (_takeExecuting(id)) revert InvalidCall();
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
        uint256 previous = _delayOf(selector);
        _governed(delay < previous);
        if (delay > MAX_DELAY) revert DelayOutOfBounds(delay, MAX_DELAY);
        l.delays[selector].isSet = true;
        l.delays[selector].delay = uint32(delay);
        emit DelaySet(selector, previous, delay);
    }

    function setExpiry(uint256 expiry) external virtual {
        OverrideLayout storage l = _override();
        uint256 previous = _expiry();
        _governed(expiry > previous);
        if (expiry < MIN_EXPIRY || expiry > MAX_DELAY) revert ExpiryOutOfBounds(expiry, MIN_EXPIRY, MAX_DELAY);
        emit ExpirySet(previous, expiry);
        l.expiry = uint32(expiry);
    }

    function abdicate(bytes4 selector) external virtual {
        _governed(true);
        _override().delays[selector].abdicated = true;
        emit Abdicated(selector);
    }

    function delayOf(bytes4 selector) external view virtual returns (uint256) {
        return _delayOf(selector);
    }

    function isAbdicated(bytes4 selector) external view virtual returns (bool) {
        return _override().delays[selector].abdicated;
    }

    function overrideExpiry() external view virtual returns (uint256) {
        return _expiry();
    }

    function overrideOf(bytes32 id) external view virtual returns (uint256 executableAt, uint256 expiresAt) {
        Pending memory pending = _override().pending[id];
        if (_isAnnounced(pending)) return (pending.executableAt, _expiresAt(pending));
    }

    // ---------------------------------------------------------------- internal

    function _governed(bool loosens) internal virtual override(RolesCore, OverrideCore) {
        OverrideCore._governed(loosens);
    }

    // ---------------------------------------------------------------- private

    /// @dev Never earlier than announced; later when the delay has grown meanwhile.
    function _executableAt(Pending memory pending, bytes calldata call) private view returns (uint256) {
        uint256 byCurrentDelay = pending.scheduledAt + _delayOfCall(call);
        return byCurrentDelay > pending.executableAt ? byCurrentDelay : pending.executableAt;
    }

    /// @dev Never later than announced, or what everybody takes for dead could come back: with a longer expiry, or at
    /// once with a delay that is raised to the age of the announcement.
    function _expiresAt(Pending memory pending) private view returns (uint256) {
        return Math.min(pending.expiresAt, pending.executableAt + _expiry());
    }

    /// @dev A governance that was replaced leaves nothing behind, nor does the deployer.
    function _isAnnounced(Pending memory pending) private view returns (bool) {
        if (pending.scheduledAt == 0 || pending.scheduledAt < _roles().governsSince) return false;
        return pending.by == _roles().governance;
    }

    /// @dev Never 0: nothing could be loosened any more, this setting included.
    function _expiry() private view returns (uint256) {
        uint256 expiry = _override().expiry;
        return expiry == 0 ? DEFAULT_EXPIRY : expiry;
    }
}
