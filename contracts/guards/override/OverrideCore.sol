// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RolesCore} from "../roles/RolesCore.sol";
import {IOverride} from "./IOverride.sol";

/// @title OverrideCore: whether a call of governance may take effect now
abstract contract OverrideCore is RolesCore {
    error MustBeScheduled(bytes4 selector, uint256 delay);
    error SelectorAbdicated(bytes4 selector);

    /// @dev `by` is the governance that announced the call: it is void under another one. Times as announced.
    struct Pending {
        address by;
        uint48 scheduledAt;
        uint48 executableAt;
        uint48 expiresAt;
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

    bytes4 private constant DEFAULT = bytes4(0);
    // keccak256(abi.encode(uint256(keccak256("guardrails.override")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OVERRIDE_SLOT = 0xd89804670329a316cf178de2e6ac3c01a43b3b02b7f8c7fe6415a1ed82f58300;
    // keccak256("guardrails.override.executing")
    bytes32 private constant EXECUTING_SLOT = 0x4c0aee65c5030265b31d4c00523aecd2d3c3991f9aa688463ff6193a47ca93ed;

    /// @dev Governance tightens at once. A loosening arrives as the announced call that `execute` makes, or, where
    /// the policy set its delay to 0, from governance itself.
    function _governed(bool loosens) internal virtual override {
        if (!_roles().isSealed) {
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

    function _requireNotAbdicated(bytes4 selector) private view {
        if (_override().delays[selector].abdicated) revert SelectorAbdicated(selector);
    }

    /// @dev Changing or giving up a delay costs the delay of the selector that it is about.
    function _delayOfCall(bytes calldata call) internal view returns (uint256) {
        bytes4 selector = bytes4(call);
        if ((selector == IOverride.setDelay.selector || selector == IOverride.abdicate.selector) && call.length >= 36) {
            uint256 subject = _delayOf(bytes4(call[4:8]));
            uint256 own = _delayOf(selector);
            return subject > own ? subject : own;
        }
        return _delayOf(selector);
    }

    /// @dev Seconds that a loosening through `selector` waits.
    function _delayOf(bytes4 selector) internal view returns (uint256) {
        Delay storage own = _override().delays[selector];
        return own.isSet ? own.delay : _override().delays[DEFAULT].delay;
    }

    function _setExecuting(bytes32 id) internal {
        assembly ("memory-safe") {
            tstore(EXECUTING_SLOT, id)
        }
    }

    function _takeExecuting(bytes32 id) internal returns (bool matches) {
        assembly ("memory-safe") {
            matches := eq(tload(EXECUTING_SLOT), id)
            if matches { tstore(EXECUTING_SLOT, 0) }
        }
    }

    function _override() internal pure returns (OverrideLayout storage l) {
        assembly ("memory-safe") {
            l.slot := OVERRIDE_SLOT
        }
    }
}
