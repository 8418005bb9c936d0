// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../GuardStorage.sol";
import {Decision, Guard, Op} from "../Types.sol";
import {CapCorridor} from "./CapCorridor.sol";
import {CapSource} from "./CapSource.sol";
import {CapMode, CapWord, Exposure, ofAccount} from "./CapWord.sol";

/// @title CapsCore: "may there be this much of it?"
///
/// The part of `Caps` that a growing position runs: one storage word, and no counter, because the protocol supplies the
/// number that it keeps anyway.
abstract contract CapsCore is GuardStorage {
    error CapNotSet(Exposure kind, address asset);
    error CapExceeded(Exposure kind, address asset, uint256 wanted, uint256 cap);

    /// @custom:storage-location erc7201:guardrails.caps
    struct CapsLayout {
        mapping(bytes32 key => CapWord) words;
        mapping(bytes32 key => CapCorridor) corridors;
        mapping(bytes32 key => CapSource) sources;
        address riskSteward;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.caps")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CAPS_SLOT = 0x6623b1ef3a2bced8acd0af4ae22bee0f3951e5077554c8e45ee5a89819bb9300;

    /// @dev Asks before the protocol's total of `asset` grows to `newTotal`. Only growth asks: what shrinks, and what a
    /// borrower does to defend himself, must stay possible above a cap that was lowered.
    function _requireUnderCap(Exposure kind, address asset, uint256 newTotal) internal {
        if (newTotal > _capOf(kind, asset)) _refuseOverCap(kind, asset, address(0), newTotal);
    }

    /// @dev Asks before what `account` has of `asset` grows to `newAmount`. `kind` is one of the first four.
    function _requireUnderAccountCap(Exposure kind, address asset, address account, uint256 newAmount) internal {
        Exposure own = ofAccount(kind);
        if (newAmount > _capOf(own, asset)) _refuseOverCap(own, asset, account, newAmount);
    }

    /// @dev By how much `total` may grow, for `max*` functions.
    function _capRoom(Exposure kind, address asset, uint256 total) internal view returns (uint256) {
        if (_inShadow(Guard.CAPS)) return type(uint256).max - total;
        uint256 cap = _capOf(kind, asset);
        return cap > total ? cap - total : 0;
    }

    /// @return the cap in force now; 0 where none is set, the largest uint256 for unlimited
    function _capOf(Exposure kind, address asset) internal view returns (uint256) {
        return _caps().words[_capKey(kind, asset)].capAt(block.timestamp);
    }

    /// @dev Refuses, or (in shadow mode) says what it would have done.
    function _refuseOverCap(Exposure kind, address asset, address account, uint256 wanted) internal {
        if (!_inShadow(Guard.CAPS)) {
            CapWord word = _caps().words[_capKey(kind, asset)];
            if (word.mode() == CapMode.UNSET) revert CapNotSet(kind, asset);
            revert CapExceeded(kind, asset, wanted, word.capAt(block.timestamp));
        }
        emit GuardDecision(Guard.CAPS, Decision.REFUSE, account, asset, wanted, _operationOf(kind), true);
    }

    /// @dev The operation that makes an exposure grow. To cut its cap is less than to close the operation.
    function _operationOf(Exposure kind) internal pure returns (uint16) {
        Exposure total = Exposure(uint8(kind) % uint8(Exposure.ACCOUNT_SUPPLY));
        if (total == Exposure.SUPPLY) return Op.DEPOSIT;
        if (total == Exposure.BORROW) return Op.BORROW;
        return total == Exposure.OPEN_INTEREST ? Op.TRADE : Op.CUSTOM_1;
    }

    function _capKey(Exposure kind, address asset) internal pure returns (bytes32) {
        return bytes32(uint256(kind) << 160 | uint160(asset));
    }

    function _caps() internal pure returns (CapsLayout storage l) {
        assembly ("memory-safe") {
            l.slot := CAPS_SLOT
        }
    }
}
