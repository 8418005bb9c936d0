// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {CapAmount} from "./CapAmount.sol";

/// @notice What is capped, of one asset: the protocol's total of it, or (the second four) what each account has of it.
enum Exposure {
    SUPPLY,
    BORROW,
    OPEN_INTEREST,
    CUSTOM,
    ACCOUNT_SUPPLY,
    ACCOUNT_BORROW,
    ACCOUNT_OPEN_INTEREST,
    ACCOUNT_CUSTOM
}

/// @return The cap of each account for an exposure of the protocol; reverts for what is one already.
function ofAccount(Exposure kind) pure returns (Exposure) {
    return Exposure(uint8(kind) + uint8(Exposure.ACCOUNT_SUPPLY));
}

/// @notice UNSET refuses all growth; UNLIMITED passes everything that no live cut refuses.
enum CapMode {
    UNSET,
    CAPPED,
    UNLIMITED
}

/// @notice One cap and the live cuts of it, in one storage word: all that a guarded call reads.
///
/// bits       field
/// 0..24      the standing cap, as `CapAmount` packs it: what governance set, or a risk steward or a source moved it to
/// 25..26     mode
/// 27..83     sentinel's cut:   amount (25), until (32)
/// 84..140    guardian's cut:   amount (25), until (32)
/// 141..197   governance's cut: amount (25), until (32)
///
/// Times are Unix seconds; a cut is live while `block.timestamp < until`. Amounts are in the asset's smallest unit.
type CapWord is uint256;

using CapWordLib for CapWord global;

library CapWordLib {
    uint256 private constant STANDING_MASK = (1 << 27) - 1;
    uint256 private constant CUTS_OFFSET = 27;
    uint256 private constant CUT_WIDTH = 57;
    uint256 private constant CUT_MASK = (1 << 57) - 1;

    function mode(CapWord word) internal pure returns (CapMode) {
        return CapMode((CapWord.unwrap(word) >> 25) & 3);
    }

    /// @return the cap without the cuts; the largest uint256 for unlimited
    function standing(CapWord word) internal pure returns (uint256) {
        uint256 raw = CapWord.unwrap(word);
        if ((raw >> 25) & 3 == uint256(CapMode.UNLIMITED)) return type(uint256).max;
        return CapAmount.unpack(raw);
    }

    /// @return cap the lowest of the standing cap and the cuts that are live at `timestamp`
    function capAt(CapWord word, uint256 timestamp) internal pure returns (uint256 cap) {
        cap = standing(word);
        for (uint256 cuts = CapWord.unwrap(word) >> CUTS_OFFSET; cuts != 0; cuts >>= CUT_WIDTH) {
            if (timestamp >= uint32(cuts >> 25)) continue;
            uint256 amount = CapAmount.unpack(cuts);
            if (amount < cap) cap = amount;
        }
    }

    /// @return latest end of any rank's cut; in the past or 0 when none is live
    function cutUntil(CapWord word) internal pure returns (uint256 latest) {
        for (uint256 cuts = CapWord.unwrap(word) >> CUTS_OFFSET; cuts != 0; cuts >>= CUT_WIDTH) {
            uint256 until = uint32(cuts >> 25);
            if (until > latest) latest = until;
        }
    }

    function cutOf(CapWord word, Rank rank) internal pure returns (uint256 amount, uint256 until) {
        uint256 field = CapWord.unwrap(word) >> _offset(rank);
        return (CapAmount.unpack(field), uint32(field >> 25));
    }

    /// @param packed see `CapAmount`
    function withStanding(CapWord word, CapMode mode_, uint256 packed) internal pure returns (CapWord) {
        return CapWord.wrap((CapWord.unwrap(word) & ~STANDING_MASK) | uint256(mode_) << 25 | packed);
    }

    function withCut(CapWord word, Rank rank, uint256 packed, uint256 until) internal pure returns (CapWord) {
        uint256 offset = _offset(rank);
        uint256 cleared = CapWord.unwrap(word) & ~(CUT_MASK << offset);
        return CapWord.wrap(cleared | (packed | until << 25) << offset);
    }

    function withoutCuts(CapWord word) internal pure returns (CapWord) {
        return CapWord.wrap(CapWord.unwrap(word) & STANDING_MASK);
    }

    function _offset(Rank rank) private pure returns (uint256) {
        return CUTS_OFFSET + (uint256(rank) - 1) * CUT_WIDTH;
    }
}
