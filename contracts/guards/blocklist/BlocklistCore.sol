// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GateCore} from "../gate/GateCore.sol";
import {GuardWord} from "../GuardWord.sol";
import {SubjectRecord} from "../roles/SubjectRecord.sol";
import {Decision, Guard, Op, Rank} from "../Types.sol";

/// @title BlocklistCore: "may this account come in, and by this entry?"
///
/// The part of `Blocklist` that users run: nothing beyond the guard word while nobody is blocked.
///
/// A block closes every `guarded` entry to the caller, and payments out of his position or to him. It closes neither
/// REPAY nor ADD_COLLATERAL: a debt can always be made safer, and a blocked borrower must not become his lenders' loss.
/// Others may deposit, repay and liquidate around a blocked account as before.
abstract contract BlocklistCore is GateCore {
    error AccountIsBlocked(address account, uint256 until);
    error SelectorIsBlocked(bytes4 selector, uint256 until);

    /// @custom:storage-location erc7201:guardrails.blocklist
    struct BlocklistLayout {
        mapping(address account => SubjectRecord) accounts;
        /// @dev tag: the operations (16 each) that the block of sentinel, guardian, governance closes
        mapping(bytes4 selector => SubjectRecord) selectors;
        /// @dev nothing is blocked from this time on
        uint32 horizon;
        /// @dev blocks placed since there was none and not lifted: at least as many as are live
        uint32 placed;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.blocklist")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant BLOCKLIST_SLOT = 0x506241e414dd5b91261f942af3fa13697c15761ea2a7bbc69d36b5080599dd00;

    /// @dev Only asked while a block may be live. The caller comes first, so that he is told what concerns him.
    function _screen(uint16 operation, address sender, bytes4 selector) internal virtual override {
        if (operation & Op.DEFENCE != 0) return;
        _refuseBlocked(sender, address(0), 0, operation);
        uint256 until = _selectorBlockedUntil(selector, operation);
        if (block.timestamp >= until) return;
        if (!_laterInShadow(Guard.BLOCKLIST)) revert SelectorIsBlocked(selector, until);
        emit GuardDecision(Guard.BLOCKLIST, Decision.REFUSE, sender, address(0), 0, operation, true);
    }

    /// @dev Asks for a party of a payment of `amount` of `asset`.
    function _requireNotBlocked(GuardWord word, address account, address asset, uint256 amount) internal {
        if (word.mayBlock()) _refuseBlocked(account, asset, amount, 0);
    }

    /// @dev The view of `_requireNotBlocked`, for `max*` functions.
    function _isBlocked(GuardWord word, address account) internal view returns (bool) {
        return word.mayBlock() && block.timestamp < _accountBlockedUntil(account) && !_laterInShadow(Guard.BLOCKLIST);
    }

    function _accountBlockedUntil(address account) internal view returns (uint256) {
        return _blocklist().accounts[account].until();
    }

    /// @dev A fast rank's block of an entry closes the operations that the rank might close, and no other.
    function _selectorBlockedUntil(bytes4 selector, uint16 operation) internal view returns (uint256 until) {
        SubjectRecord record = _blocklist().selectors[selector];
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            if (_operationsOf(record, Rank(r)) & operation == 0) continue;
            uint256 closedUntil = record.untilOf(Rank(r));
            if (closedUntil > until) until = closedUntil;
        }
    }

    /// @dev The operations that the block of `rank` closes.
    function _operationsOf(SubjectRecord record, Rank rank) internal pure returns (uint16) {
        return uint16(record.tag() >> (16 * (uint256(rank) - 1)));
    }

    function _withOperations(SubjectRecord record, Rank rank, uint16 operations) internal pure returns (SubjectRecord) {
        uint256 offset = 16 * (uint256(rank) - 1);
        uint256 others = record.tag() & ~(uint256(type(uint16).max) << offset);
        return record.withTag(uint96(others | uint256(operations) << offset));
    }

    function _blocklist() internal pure returns (BlocklistLayout storage l) {
        assembly ("memory-safe") {
            l.slot := BLOCKLIST_SLOT
        }
    }

    function _refuseBlocked(address account, address asset, uint256 amount, uint16 operation) private {
        uint256 until = _accountBlockedUntil(account);
        if (block.timestamp >= until) return;
        if (!_laterInShadow(Guard.BLOCKLIST)) revert AccountIsBlocked(account, until);
        emit GuardDecision(Guard.BLOCKLIST, Decision.REFUSE, account, asset, amount, operation, true);
    }
}
