// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Subjects} from "../roles/Subjects.sol";
import {SubjectRecord} from "../roles/SubjectRecord.sol";
import {GuardBase} from "../GuardBase.sol";
import {Rank} from "../Types.sol";
import {IOracle} from "./IOracle.sol";
import {ISequencerFeed} from "./OracleCore.sol";
import {OracleSetup} from "./OracleSetup.sol";
import {PriceMath} from "./PriceMath.sol";
import {Fault, AnchorRule, PriceBackup, PriceRule, PriceState, Side, Trip} from "./PriceTypes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Oracle: a price is used only while it is credible
///
/// Guards: each use of a price against one that is missing, stale, dated in the future, contradicted by a second
/// source, far from a reference that is anchored in time, or from a chain whose sequencer is or just was down.
///
/// The reference moves towards good prices by at most its drift a day, whoever calls however often. It stands still
/// while tripped, while the price is outside the threshold and while any fault is there, and that time is never made
/// up for: a price that an attacker holds is not absorbed, for however long he holds it. Steps that stay under the
/// threshold, together, leave the reference behind and trip.
///
/// A spike within one block is refused while it lasts. It trips if somebody calls `syncReference` in it and `tripAfter`
/// is 0, or calls again, with the price still outside, `tripAfter` seconds later. A trip closes what asks for a price.
/// It closes neither repaying nor adding collateral, which ask for none; nor liquidation at a sane price: fresh, and
/// confirmed by a second source or within `liquidationBps` of the reference. Each asset trips for itself.
///
/// Each operation has one of three policies where its price is in doubt: refuse (the default); the reference, while it
/// is recent, for what does not lend; or silently the worse, for the user, of the price and the reference. While the
/// sequencer is down all are refused.
///
/// Trusts: its sources within the threshold and the drift; anyone to call `syncReference` now and then; a fast rank to
/// trip one asset as long as it may lock one. Assumes: the host asks with the right operation and side.
/// Does not guard: a wrong price that stays within the threshold; a reference that governance sets wrong; what the
/// reference has not followed because nobody called, which is refused like an attack; an exotic unit of account.
abstract contract Oracle is IOracle, OracleSetup, GuardBase, Subjects {
    using PriceMath for uint256;

    uint256 public constant MAX_SEQUENCER_GRACE = 1 days;

    // ---------------------------------------------------------------- external: anyone

    function syncReference(address asset) external virtual returns (Trip) {
        Reading memory r = _read(asset);
        bool usable = r.fault == Fault.NONE || r.fault >= Fault.REFERENCE;
        PriceState memory s = _oracle().oracles[asset].state;
        (uint256 anchor, Trip trip) = (s.anchor, s.trip);
        AnchorRule memory follow = _oracle().oracles[asset].follow;
        if (trip >= Trip.TRIPPED) _calm(s, follow, usable && r.price.within(anchor, follow.calmBps));
        else if (usable) _follow(s, follow, r.price, r.rule.thresholdBps());
        _oracle().oracles[asset].state = s;
        if (s.trip != trip) emit OracleTripChanged(asset, trip, s.trip, r.price);
        if (s.anchor != anchor) emit ReferenceMoved(asset, anchor, s.anchor, r.price);
        return s.trip;
    }

    // ---------------------------------------------------------------- external: roles

    function tripOracle(address asset, uint256 duration, string calldata reason)
        external
        virtual
        returns (uint256 until)
    {
        Rank rank = _requireRank(Rank.SENTINEL);
        AssetOracle storage o = _configured(asset);
        _chargeLock(rank, duration);
        until = block.timestamp + duration;
        (SubjectRecord record, uint256 wanted, uint256 left) = _extend(o.trips, rank, until);
        if (wanted > left) revert BudgetExhausted(wanted, left);
        o.trips = record;
        until = record.untilOf(rank);
        o.state.trippedUntil = uint32(record.until());
        emit OracleTripped(asset, rank, msg.sender, until, reason);
    }

    // ---------------------------------------------------------------- external: governance

    function setOracle(
        address asset,
        PriceRule calldata rule,
        PriceBackup calldata backup,
        AnchorRule calldata follow,
        uint256 anchor
    ) external virtual {
        _governed(true);
        _setOracle(asset, rule, backup, follow, anchor);
    }

    function tightenOracle(address asset, uint24 maxAge, uint16 thresholdBps, uint16 deviationBps) external virtual {
        AssetOracle storage o = _configured(asset);
        // a price that is in doubt sooner is, for these operations, the reference instead
        _governed(o.rule.lastGoodUses != 0);
        PriceRule memory rule = o.rule;
        bool wider = maxAge > rule.maxAge || thresholdBps > rule.thresholdBps || deviationBps > rule.deviationBps;
        if (wider) revert NotTighter(asset);
        PriceRule memory next = o.rule;
        (next.maxAge, next.thresholdBps, next.deviationBps) = (maxAge, thresholdBps, deviationBps);
        if (!_isValid(next, o.backup, o.follow)) revert InvalidOracle(asset);
        o.rule = next;
        emit OracleTightened(asset, rule, next);
    }

    function resetOracle(address asset, uint256 anchor) external virtual {
        _governed(true);
        AssetOracle storage o = _configured(asset);
        o.trips = o.trips.endedAt(block.timestamp);
        o.state.trippedUntil = 0;
        _setReference(asset, anchor);
    }

    function setSequencerFeed(address feed, uint256 grace) external virtual {
        _governed(true);
        if (grace > MAX_SEQUENCER_GRACE) revert GraceTooLong(grace, MAX_SEQUENCER_GRACE);
        emit SequencerFeedSet(address(_oracle().sequencer.feed), feed, grace);
        _oracle().sequencer = SequencerWatch(ISequencerFeed(feed), uint32(grace));
    }

    // ---------------------------------------------------------------- external: views

    function priceOf(address asset, uint16 operation, Side side) external view virtual returns (uint256) {
        return _price(asset, operation, side);
    }

    function priceFault(address asset) external view virtual returns (Fault, uint256) {
        Reading memory r = _read(asset);
        return (r.fault, r.price);
    }

    function oracleOf(address asset)
        external
        view
        virtual
        returns (PriceRule memory, PriceBackup memory, AnchorRule memory)
    {
        AssetOracle storage o = _oracle().oracles[asset];
        return (o.rule, o.backup, o.follow);
    }

    function referenceOf(address asset) external view virtual returns (PriceState memory) {
        return _oracle().oracles[asset].state;
    }

    function sequencerFeed() external view virtual returns (address, uint256) {
        SequencerWatch memory watch = _oracle().sequencer;
        return (address(watch.feed), watch.grace);
    }

    // ---------------------------------------------------------------- private

    /// @dev NORMAL and OUTSIDE, at a price without another fault.
    function _follow(PriceState memory s, AnchorRule memory follow, uint256 price, uint256 thresholdBps) private view {
        if (!price.within(s.anchor, thresholdBps)) {
            if (s.trip == Trip.NORMAL) _become(s, Trip.OUTSIDE);
            if (block.timestamp - s.since >= follow.tripAfter) _become(s, Trip.TRIPPED);
            return;
        }
        if (s.trip == Trip.OUTSIDE) {
            _become(s, Trip.NORMAL);
            s.anchoredAt = uint32(block.timestamp);
            return;
        }
        if (block.timestamp < s.trippedUntil) return;
        uint256 elapsed = block.timestamp - Math.max(s.anchoredAt, s.trippedUntil);
        (uint256 moved, bool counts) = uint256(s.anchor).towards(price, follow.driftBps, elapsed);
        if (counts) (s.anchor, s.anchoredAt) = (uint128(moved), uint32(block.timestamp));
    }

    /// @dev TRIPPED and CALMING.
    function _calm(PriceState memory s, AnchorRule memory follow, bool calm) private view {
        if (!calm || follow.calmTime == 0) {
            if (s.trip == Trip.CALMING) _become(s, Trip.TRIPPED);
            return;
        }
        if (s.trip == Trip.TRIPPED) return _become(s, Trip.CALMING);
        if (block.timestamp - s.since < follow.calmTime) return;
        _become(s, Trip.NORMAL);
        s.anchoredAt = uint32(block.timestamp);
    }

    function _become(PriceState memory s, Trip trip) private view {
        (s.trip, s.since) = (trip, uint32(block.timestamp));
    }

    function _configured(address asset) private view returns (AssetOracle storage o) {
        o = _oracle().oracles[asset];
        if (address(o.rule.source) == address(0)) revert OracleNotConfigured(asset);
    }
}
