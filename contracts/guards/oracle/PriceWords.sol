// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "./IPriceSource.sol";
import {PriceRule, PriceState, Trip} from "./PriceTypes.sol";

/// @notice A `PriceRule` as it lies in storage: one read, whatever is asked of it.
///
/// bits 0..159 source, 160..183 maxAge, 184..199 thresholdBps, 200..215 deviationBps, 216..231 lastGoodUses, 232..247
/// capUses, 248..255 asksSequencer
type RuleWord is uint256;

/// @notice A `PriceState` as it lies in storage.
///
/// bits 0..127 anchor, 128..159 anchoredAt, 160..191 since, 192..223 trippedUntil, 224..231 trip
type StateWord is uint256;

using PriceWords for RuleWord global;
using PriceWords for StateWord global;

library PriceWords {
    function load(PriceRule storage rule) internal view returns (RuleWord word) {
        assembly ("memory-safe") {
            word := sload(rule.slot)
        }
    }

    function load(PriceState storage state) internal view returns (StateWord word) {
        assembly ("memory-safe") {
            word := sload(state.slot)
        }
    }

    function source(RuleWord word) internal pure returns (IPriceSource) {
        return IPriceSource(address(uint160(RuleWord.unwrap(word))));
    }

    function maxAge(RuleWord word) internal pure returns (uint256) {
        return uint24(RuleWord.unwrap(word) >> 160);
    }

    function thresholdBps(RuleWord word) internal pure returns (uint256) {
        return uint16(RuleWord.unwrap(word) >> 184);
    }

    function deviationBps(RuleWord word) internal pure returns (uint256) {
        return uint16(RuleWord.unwrap(word) >> 200);
    }

    function lastGoodUses(RuleWord word) internal pure returns (uint16) {
        return uint16(RuleWord.unwrap(word) >> 216);
    }

    function capUses(RuleWord word) internal pure returns (uint16) {
        return uint16(RuleWord.unwrap(word) >> 232);
    }

    function asksSequencer(RuleWord word) internal pure returns (bool) {
        return RuleWord.unwrap(word) >> 248 != 0;
    }

    function anchor(StateWord word) internal pure returns (uint256) {
        return uint128(StateWord.unwrap(word));
    }

    function anchoredAt(StateWord word) internal pure returns (uint256) {
        return uint32(StateWord.unwrap(word) >> 128);
    }

    /// @dev Whether a price that was seen, or somebody, has tripped it.
    function isTripped(StateWord word) internal view returns (bool) {
        return StateWord.unwrap(word) >> 224 >= uint256(Trip.TRIPPED)
            || block.timestamp < uint32(StateWord.unwrap(word) >> 192);
    }
}
