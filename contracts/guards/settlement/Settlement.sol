// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Roles} from "../roles/Roles.sol";
import {Rank} from "../Types.sol";
import {ISettlement} from "./ISettlement.sol";
import {Claim, ClaimState, SettlementCore} from "./SettlementCore.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Settlement: what was over the limit waits, and can be told apart
///
/// Guards: the time between a suspicious withdrawal and its payment. Each claim has an id and its own fate: paid to
/// its owner after the delay, held while suspect, returned to the protocol, or given up by its owner.
///
/// Conservation: for each asset, locked + paid + returned + withdrawn = received, after every call. A waiting claim
/// always ends: a fast rank can hold it at most `maxHold` after its creation, governance at most
/// MAX_GOVERNANCE_HOLD, and then anyone can settle it.
///
/// Trusts: a fast rank to delay a claim inside `maxHold`; governance to return suspect claims, announced beforehand.
/// Assumes: the asset does not take a fee or rebase while it waits; where it does, the host queues what arrived.
/// Does not guard: a claim that nobody looks at before its delay ends.
abstract contract Settlement is ISettlement, SettlementCore, Roles {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_GOVERNANCE_HOLD = 365 days;
    uint256 public constant MAX_SETTLEMENT_DELAY = 30 days;
    uint256 public constant MAX_HOLD = 90 days;

    // ---------------------------------------------------------------- external

    function claim(uint256 id) external view virtual returns (Claim memory) {
        return _settlement().claims[id];
    }

    function claimCount() external view virtual returns (uint256) {
        return _settlement().count;
    }

    function lockedInClaims(address asset) external view virtual returns (uint256) {
        return _lockedInClaims(asset);
    }

    function settlement() external view virtual returns (uint256 delay, uint256 maxHold) {
        return (_settlement().delay, _settlement().maxHold);
    }

    function settle(uint256 id) external virtual {
        Claim storage c = _waiting(id);
        if (block.timestamp < c.readyAt) revert ClaimNotReady(id, c.readyAt);
        _beforeSettle(c);
        _finish(c, ClaimState.PAID);
        emit ClaimPaid(id, c.owner, c.asset, c.amount);
        IERC20(c.asset).safeTransfer(c.owner, c.amount);
    }

    function withdrawClaim(uint256 id) external virtual {
        Claim storage c = _waiting(id);
        if (msg.sender != c.owner) revert NotClaimOwner(id, msg.sender);
        _finish(c, ClaimState.WITHDRAWN);
        emit ClaimWithdrawn(id, c.owner, c.asset, c.amount);
        _afterClaimEnded(id, c.owner, c.asset, c.amount, true);
    }

    function hold(uint256[] calldata ids, uint256 until, string calldata reason) external virtual {
        Rank rank = _requireRank(Rank.SENTINEL);
        SettlementLayout storage l = _settlement();
        uint256 most = rank == Rank.GOVERNANCE ? MAX_GOVERNANCE_HOLD : l.maxHold;
        for (uint256 i = 0; i < ids.length; ++i) {
            Claim storage c = l.claims[ids[i]];
            if (!_isWaiting(c.state)) {
                emit ClaimSkipped(ids[i], c.state);
                continue;
            }
            uint256 held = Math.min(until, c.createdAt + most);
            if (held > c.readyAt) c.readyAt = uint32(held);
            c.state = ClaimState.SUSPECT;
            emit ClaimHeld(ids[i], msg.sender, c.readyAt, reason);
        }
    }

    function release(uint256[] calldata ids, string calldata reason) external virtual {
        _governed(true);
        SettlementLayout storage l = _settlement();
        for (uint256 i = 0; i < ids.length; ++i) {
            Claim storage c = l.claims[ids[i]];
            if (c.state != ClaimState.SUSPECT) {
                emit ClaimSkipped(ids[i], c.state);
                continue;
            }
            uint256 ordinary = c.createdAt + l.delay;
            if (c.readyAt > ordinary) c.readyAt = uint32(ordinary);
            c.state = ClaimState.PENDING;
            emit ClaimReleased(ids[i], c.readyAt, reason);
        }
    }

    function cancel(uint256[] calldata ids, string calldata reason) external virtual {
        _governed(true);
        for (uint256 i = 0; i < ids.length; ++i) {
            Claim storage c = _settlement().claims[ids[i]];
            if (c.state != ClaimState.SUSPECT) {
                emit ClaimSkipped(ids[i], c.state);
                continue;
            }
            _finish(c, ClaimState.RETURNED);
            emit ClaimReturned(ids[i], c.owner, c.asset, c.amount, reason);
            _afterClaimEnded(ids[i], c.owner, c.asset, c.amount, false);
        }
    }

    function setSettlement(uint256 delay, uint256 maxHold) external virtual {
        SettlementLayout storage l = _settlement();
        _governed(delay < l.delay || maxHold != l.maxHold);
        if (delay == 0 || delay > MAX_SETTLEMENT_DELAY || maxHold > MAX_HOLD || maxHold < delay) {
            revert InvalidSettlement(delay, maxHold);
        }
        emit SettlementSet(l.delay, l.maxHold, delay, maxHold);
        l.delay = uint32(delay);
        l.maxHold = uint32(maxHold);
    }

    // ---------------------------------------------------------------- internal

    /// @dev Refuses by reverting: the claim then stays as it is and can be settled later.
    function _beforeSettle(Claim storage) internal virtual {}

    /// @dev The claim's amount is the host's again.
    /// @param byOwner true when its owner gave it up, false when governance returned it
    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner) internal virtual;

    // ---------------------------------------------------------------- private

    function _waiting(uint256 id) private view returns (Claim storage c) {
        c = _settlement().claims[id];
        if (!_isWaiting(c.state)) revert ClaimNotWaiting(id, c.state);
    }

    function _isWaiting(ClaimState state) private pure returns (bool) {
        return state == ClaimState.PENDING || state == ClaimState.SUSPECT;
    }

    function _finish(Claim storage c, ClaimState state) private {
        c.state = state;
        _settlement().locked[c.asset] -= c.amount;
    }
}
