// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {CapAmount} from "./CapAmount.sol";
import {CapCorridor} from "./CapCorridor.sol";
import {CapMoves} from "./CapMoves.sol";
import {CapMode, CapWord, Exposure} from "./CapWord.sol";

/// @title Caps: how much of an asset there may be, in all and in one account
///
/// Guards: growth of what the host supplies, borrows, or holds open, through `_requireUnderCap` and
/// `_requireUnderAccountCap`. A cap refuses growth only; exposure that is over a lowered cap can always shrink.
/// Trusts: governance for the caps; a fast rank to lower one for a time that its pause budget pays for; a risk steward
/// and a source to move one inside the corridor of governance.
/// Assumes: the host asks before every growth with the number that it keeps, and asks neither when an exposure shrinks
/// nor when a borrower adds collateral to a position that has debt: liquidation goes on meanwhile.
/// Does not guard: against one person with many accounts; against an exposure that grows by interest or by price.
abstract contract Caps is CapMoves {
    // ---------------------------------------------------------------- external

    function capOf(Exposure kind, address asset) external view virtual returns (uint256) {
        return _capOf(kind, asset);
    }

    function capRoom(Exposure kind, address asset, uint256 total) external view virtual returns (uint256) {
        return _capRoom(kind, asset, total);
    }

    function capWord(Exposure kind, address asset) external view virtual returns (CapWord) {
        return _caps().words[_capKey(kind, asset)];
    }

    function setCap(Exposure kind, address asset, uint256 cap) external virtual {
        bytes32 key = _capKey(kind, asset);
        CapWord word = _caps().words[key];
        CapWord next = cap == type(uint256).max
            ? word.withStanding(CapMode.UNLIMITED, 0)
            : word.withStanding(CapMode.CAPPED, CapAmount.pack(cap));
        (uint256 previous, uint256 standing) = (word.standing(), next.standing());
        _governed(word.mode() == CapMode.UNSET || standing > previous);
        CapCorridor corridor = _caps().corridors[key];
        if (!corridor.isNone()) {
            if (standing > corridor.ceiling()) {
                revert CapOutsideCorridor(standing, corridor.floor(), corridor.ceiling());
            }
            if (standing < previous) _storeCorridor(kind, asset, corridor.loweredTo(CapAmount.pack(standing)));
        }
        _caps().words[key] = next;
        emit CapSet(kind, asset, previous, standing);
    }

    function cutCap(Exposure kind, address asset, uint256 amount, uint256 duration, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        if (rank != Rank.GOVERNANCE && _limitsOf(rank).operations() & _operationOf(kind) == 0) {
            revert CutOutOfBounds(kind, _operationOf(kind));
        }
        CapWord word = _caps().words[_capKey(kind, asset)];
        if (word.mode() == CapMode.UNSET) revert CapNotSet(kind, asset);
        if (amount >= word.standing()) revert CutNotLower(amount, word.standing());
        until = _restrictOther(rank, duration);
        (uint256 current, uint256 currentUntil) = word.cutOf(rank);
        if (block.timestamp < currentUntil) {
            if (current < amount) amount = current;
            if (currentUntil > until) until = currentUntil;
        }
        word = word.withCut(rank, CapAmount.pack(amount), until);
        _caps().words[_capKey(kind, asset)] = word;
        (amount,) = word.cutOf(rank);
        emit CapCut(kind, asset, rank, msg.sender, amount, until, reason);
    }

    function liftCut(Exposure kind, address asset, string calldata reason) external virtual {
        _governed(true);
        CapWord word = _caps().words[_capKey(kind, asset)];
        if (block.timestamp >= word.cutUntil()) revert NotCut(kind, asset);
        _caps().words[_capKey(kind, asset)] = word.withoutCuts();
        emit CapCutLifted(kind, asset, reason);
    }
}
