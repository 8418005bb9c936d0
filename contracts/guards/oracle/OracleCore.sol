// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../GuardStorage.sol";
import {SubjectRecord} from "../roles/SubjectRecord.sol";
import {Decision, Guard, Op} from "../Types.sol";
import {HostileCall} from "./HostileCall.sol";
import {IPriceSource} from "./IPriceSource.sol";
import {PriceMath} from "./PriceMath.sol";
import {AnchorRule, Fault, PriceBackup, PriceRule, PriceState, Side} from "./PriceTypes.sol";
import {PriceWords, RuleWord, StateWord} from "./PriceWords.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice The part of a Chainlink aggregator that the guard reads of a sequencer's uptime feed.
interface ISequencerFeed {
    /// @return roundId not used
    /// @return answer 0 while the sequencer is up
    /// @return startedAt Unix seconds of the last change; 0 before the first
    /// @return updatedAt not used
    /// @return answeredInRound not used
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80);
}

/// @title OracleCore: "may this price be used for this?"
///
/// The part of `Oracle` that every use of a price runs. It writes nothing: a price that is wrong in the middle of a
/// transaction is refused there and then, whether or not anybody has recorded it.
abstract contract OracleCore is GuardStorage {
    using PriceMath for uint256;
    using PriceWords for PriceRule;
    using PriceWords for PriceState;

    error OracleNotConfigured(address asset);
    error PriceUnusable(address asset, uint16 operation, Fault fault, uint256 price);

    struct AssetOracle {
        PriceRule rule;
        PriceState state;
        PriceBackup backup;
        AnchorRule follow;
        SubjectRecord trips;
    }

    struct SequencerWatch {
        ISequencerFeed feed;
        uint32 grace;
    }

    /// @custom:storage-location erc7201:guardrails.oracle
    struct OracleLayout {
        mapping(address asset => AssetOracle) oracles;
        SequencerWatch sequencer;
    }

    /// @dev What is to be seen of an asset's price now.
    struct Reading {
        Fault fault;
        uint256 price; // 0 only where there is none at all
        uint256 second; // 0 where there is none
        RuleWord rule;
        StateWord state;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.oracle")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ORACLE_SLOT = 0xe8ff4fca51671c796fec971fae2635f88304219bcd2e8228b1c569df88a30700;

    // ---------------------------------------------------------------- internal: what a protocol uses

    /// @dev The price of `asset` for `operation`, times 1e18; reverts where it may not be used. For whatever changes
    /// state: it reports what is not an ordinary answer.
    function _usePrice(address asset, uint16 operation, Side side) internal returns (uint256 price) {
        Decision decision;
        bool plain;
        (price, decision, plain) = _judge(asset, operation, side);
        if (!plain) _report(asset, operation, price, decision);
    }

    /// @dev The same, for views.
    function _price(address asset, uint16 operation, Side side) internal view returns (uint256 price) {
        (price,,) = _judge(asset, operation, side);
    }

    // ---------------------------------------------------------------- internal

    function _report(address asset, uint16 operation, uint256 price, Decision decision) internal {
        bool shadow = _inShadow(Guard.ORACLE);
        emit GuardDecision(Guard.ORACLE, decision, address(0), asset, price, operation, shadow);
    }

    function _judge(address asset, uint16 operation, Side side)
        internal
        view
        returns (uint256 price, Decision decision, bool plain)
    {
        Reading memory r = _read(asset);
        if (r.fault == Fault.NONE) return (r.price, Decision.PASS, true);
        (price, decision) = _inDoubt(asset, r, operation, side);
        if (_inShadow(Guard.ORACLE) && r.price != 0) return (r.price, decision, false);
        if (decision == Decision.REFUSE) revert PriceUnusable(asset, operation, r.fault, r.price);
    }

    function _read(address asset) internal view returns (Reading memory r) {
        AssetOracle storage o = _oracle().oracles[asset];
        RuleWord rule = o.rule.load();
        if (address(rule.source()) == address(0)) revert OracleNotConfigured(asset);
        (r.rule, r.state) = (rule, o.state.load());
        (r.price, r.fault) = _ask(rule.source(), rule.maxAge());
        if (rule.asksSequencer() && !_isSequencerUp()) r.fault = Fault.SEQUENCER;
        if (r.fault != Fault.NONE) return r;
        if (rule.deviationBps() != 0) {
            r.fault = _compare(r, o.backup);
            if (r.fault != Fault.NONE) return r;
        }
        if (r.state.isTripped()) r.fault = Fault.TRIPPED;
        else if (!r.price.within(r.state.anchor(), rule.thresholdBps())) r.fault = Fault.REFERENCE;
    }

    function _oracle() internal pure returns (OracleLayout storage l) {
        assembly ("memory-safe") {
            l.slot := ORACLE_SLOT
        }
    }

    // ---------------------------------------------------------------- private

    /// @dev What takes the place of a price with a fault, by the policy of `operation`.
    function _inDoubt(address asset, Reading memory r, uint16 operation, Side side)
        private
        view
        returns (uint256 price, Decision decision)
    {
        if (r.fault == Fault.SEQUENCER) return (r.price, Decision.REFUSE);
        PriceBackup memory backup = _oracle().oracles[asset].backup;
        uint256 anchor = r.state.anchor();
        if (r.fault >= Fault.NO_SECOND) {
            if (operation == Op.LIQUIDATE && _isSane(r, backup.liquidationBps)) return (r.price, Decision.PASS);
            if (_isIn(operation, r.rule.capUses())) {
                price = side == Side.LOW ? Math.min(r.price, anchor) : Math.max(r.price, anchor);
                if (r.second == 0) return (price, Decision.PASS);
                return (side == Side.LOW ? Math.min(price, r.second) : Math.max(price, r.second), Decision.PASS);
            }
        }
        bool recent = block.timestamp <= r.state.anchoredAt() + backup.lastGoodAge;
        if (recent && _isIn(operation, r.rule.lastGoodUses())) return (anchor, Decision.PASS);
        return (r.price, Decision.REFUSE);
    }

    /// @dev A fresh price is sane when a second source confirms it, or the reference does in the wider band.
    function _isSane(Reading memory r, uint256 liquidationBps) private pure returns (bool) {
        bool confirmed = r.fault >= Fault.REFERENCE && r.second != 0;
        return confirmed || r.price.within(r.state.anchor(), liquidationBps);
    }

    function _compare(Reading memory r, PriceBackup memory backup) private view returns (Fault) {
        (uint256 second, Fault fault) = _ask(backup.second, backup.maxSecondAge);
        if (fault != Fault.NONE) return Fault.NO_SECOND;
        r.second = second;
        return r.price.within(second, r.rule.deviationBps()) ? Fault.NONE : Fault.DEVIATION;
    }

    function _ask(IPriceSource source, uint256 maxAge) private view returns (uint256 price, Fault fault) {
        (bool done, uint256 answer, uint256 updatedAt,) = HostileCall.read(address(source), source.price.selector, 2);
        if (!done || answer == 0 || answer > type(uint128).max) return (0, Fault.NO_PRICE);
        if (updatedAt > block.timestamp) return (answer, Fault.FUTURE);
        return (answer, block.timestamp - updatedAt > maxAge ? Fault.STALE : Fault.NONE);
    }

    function _isSequencerUp() private view returns (bool) {
        SequencerWatch memory watch = _oracle().sequencer;
        (bool done,, uint256 answer, uint256 startedAt) =
            HostileCall.read(address(watch.feed), watch.feed.latestRoundData.selector, 5);
        if (!done || answer != 0 || startedAt == 0 || startedAt > block.timestamp) return false;
        return block.timestamp - startedAt >= watch.grace;
    }

    /// @dev False for no operation at all.
    function _isIn(uint16 operation, uint16 uses) private pure returns (bool) {
        return operation != 0 && operation & ~uses == 0;
    }
}
