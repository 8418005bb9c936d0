// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {Oracle} from "../../../contracts/guards/oracle/Oracle.sol";
import {AnchorRule, PriceBackup, PriceRule, PriceState, Trip} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Proof} from "./Proof.sol";

/// @notice A source of which the proof says what it answers.
contract Shown is IPriceSource {
    uint256 private _answer;
    uint256 private _updatedAt;

    function show(uint256 answer, uint256 updatedAt) external {
        (_answer, _updatedAt) = (answer, updatedAt);
    }

    function price() external view returns (uint256, uint256) {
        return (_answer, _updatedAt);
    }
}

/// @title OracleAnchored: the reference moves for good prices alone, and a trip ends only after its calm
/// @custom:bounds one call of syncReference, and so any number of them; one configuration (price of at most an hour,
/// threshold 5 %, calm 1 % for half an hour, a minute until a trip), alone and beside a second source (2 %); any
/// reference, times before 2106, trip and prices of both sources. The size of a step, and a source that reverts, are
/// left to the fuzz test
contract OracleAnchored is Proof, Oracle {
    // immutable, not constant: the compiler works out the slot of a constant key, and halmos takes that for another
    address private immutable ASSET = address(0xA55E7);
    Shown private immutable FIRST = new Shown();
    Shown private immutable SECOND = new Shown();

    uint256 private constant MAX_AGE = 1 hours;
    uint256 private constant THRESHOLD = 500;
    uint256 private constant DEVIATION = 200;
    uint256 private constant DRIFT = 300;
    uint256 private constant CALM = 100;
    uint256 private constant CALM_TIME = 30 minutes;
    uint256 private constant BPS = 10_000;

    /// @notice What a source answers.
    struct Answer {
        uint256 price;
        uint256 updatedAt;
    }

    /// It stands still unless the price is good, within the threshold, and nothing is tripped.
    function check_standsStill(PriceState calldata s, Answer calldata a, uint32 time) external {
        PriceState memory next = _sync(s, a, time, 0);
        bool may = _isGood(a, time) && _within(a.price, s.anchor, THRESHOLD) && _isNormal(s, time);
        assert(may || next.anchor == s.anchor);
    }

    /// The same where a second source must confirm the price.
    function check_standsStill_unconfirmed(PriceState calldata s, Answer calldata a, Answer calldata b, uint32 time)
        external
    {
        SECOND.show(b.price, b.updatedAt);
        PriceState memory next = _sync(s, a, time, DEVIATION);
        bool confirmed = _isGood(b, time) && _within(a.price, b.price, DEVIATION);
        bool may = confirmed && _isGood(a, time) && _within(a.price, s.anchor, THRESHOLD) && _isNormal(s, time);
        assert(may || next.anchor == s.anchor);
    }

    /// A trip ends only after a calm that was seen at its beginning and is seen at its end.
    function check_tripEnds(PriceState calldata s, Answer calldata a, uint32 time) external {
        vm.assume(s.trip >= Trip.TRIPPED);
        PriceState memory next = _sync(s, a, time, 0);
        vm.assume(next.trip < Trip.TRIPPED);
        assert(s.trip == Trip.CALMING && uint256(s.since) + CALM_TIME <= time);
        assert(_isGood(a, time) && _within(a.price, s.anchor, CALM));
        assert(next.anchor == s.anchor && next.anchoredAt == time);
    }

    // ---------------------------------------------------------------- parts

    function _sync(PriceState memory s, Answer memory a, uint256 time, uint256 deviation)
        private
        returns (PriceState memory)
    {
        vm.warp(time);
        FIRST.show(a.price, a.updatedAt);
        AssetOracle storage o = _oracle().oracles[ASSET];
        o.rule = PriceRule(FIRST, uint24(MAX_AGE), uint16(THRESHOLD), uint16(deviation), 0, 0, false);
        o.backup = PriceBackup(SECOND, uint24(MAX_AGE), 0, 0);
        o.follow = AnchorRule(uint16(DRIFT), uint16(CALM), uint24(CALM_TIME), 60);
        o.state = s;
        this.syncReference(ASSET);
        return o.state;
    }

    function _isGood(Answer calldata a, uint256 time) private pure returns (bool) {
        return a.price != 0 && a.price <= type(uint128).max && a.updatedAt <= time && time - a.updatedAt <= MAX_AGE;
    }

    function _isNormal(PriceState calldata s, uint256 time) private pure returns (bool) {
        return s.trip == Trip.NORMAL && time >= s.trippedUntil;
    }

    /// @dev For prices that are good only, which are no wider than 128 bits.
    function _within(uint256 price, uint256 base, uint256 bps) private pure returns (bool) {
        unchecked {
            return (price > base ? price - base : base - price) * BPS <= base * bps;
        }
    }
}
