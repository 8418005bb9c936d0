// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBreaker} from "../../../contracts/guards/breaker/IBreaker.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {BreakerFixture} from "./BreakerFixture.sol";

/// @title A metric that answers as it should, or in every way that it should not
contract Answering {
    enum Manner {
        VALUE,
        REVERT,
        BURN,
        SHORT,
        LONG,
        BOMB,
        WRITE,
        DEAR
    }

    Manner public manner;
    uint256 public number;
    uint256 private _written;

    function set(Manner manner_, uint256 number_) external {
        (manner, number) = (manner_, number_);
    }

    function value() external returns (uint256) {
        if (manner == Manner.REVERT) revert("none");
        while (manner == Manner.BURN) {}
        uint256 start = gasleft();
        while (manner == Manner.DEAR && start - gasleft() < 180_000) {}
        if (manner == Manner.WRITE) _written = 1;
        uint256 number_ = number;
        uint256 size = 32;
        if (manner == Manner.SHORT) size = 31;
        if (manner == Manner.LONG) size = 33;
        if (manner == Manner.BOMB) size = 30_000;
        assembly {
            mstore(0, number_)
            return(0, size)
        }
    }
}

/// @title A metric without a value: nothing moves, until it was silent for too long
contract SilenceTest is BreakerFixture {
    Answering private answering;

    function setUp() public override {
        super.setUp();
        answering = new Answering();
        breaker = _new(_one(_threshold(Level.THROTTLED)), address(0), Level.QUEUED);
        _grant(address(breaker), Rank.SENTINEL);
    }

    function _metric() internal view override returns (address) {
        return address(answering);
    }

    function _answer(uint256 number) private {
        answering.set(Answering.Manner.VALUE, number);
    }

    function test_EveryMannerOfSilenceIsOne() public {
        for (uint256 manner = 1; manner < 7; ++manner) {
            uint256 state = vm.snapshotState();
            answering.set(Answering.Manner(manner), BOUND + 1);
            vm.expectEmit(address(breaker));
            emit IBreaker.MetricDown(_now());
            breaker.check{gas: 701_000}();
            assertEq(breaker.downSince(), _now());
            assertEq(breaker.watchOf(0).beyondSince, 0);
            vm.revertToState(state);
        }
        vm.etch(address(answering), "");
        breaker.check();
        assertEq(breaker.downSince(), _now());
    }

    /// A metric may be dear, up to its bound.
    function test_ADearMetricIsHeard() public {
        answering.set(Answering.Manner.DEAR, 0);
        breaker.check{gas: 701_000}();
        assertEq(breaker.downSince(), 0);
    }

    function test_TheGasOfAMetricIsBounded() public {
        answering.set(Answering.Manner.BURN, 0);
        uint256 before = gasleft();
        breaker.check();
        assertLt(before - gasleft(), 300_000);
    }

    function test_S38_SilenceForSoLongTrips() public {
        answering.set(Answering.Manner.REVERT, 0);
        uint256 start = _now();
        breaker.check();
        vm.warp(start + DOWN_AFTER - 1);
        breaker.check();
        assertEq(_level(), 0);
        assertEq(breaker.downSince(), start);
        vm.warp(start + DOWN_AFTER);
        assertEq(uint256(breaker.check()), 2);
        assertEq(uint256(breaker.wantedLevel()), 2);
        assertEq(_level(), 2);
        assertEq(breaker.stage(), 0);
        _answer(0);
        vm.expectEmit(address(breaker));
        emit IBreaker.MetricUp(0);
        assertEq(uint256(breaker.check()), 0);
        assertEq(breaker.downSince(), 0);
        assertEq(uint256(breaker.wantedLevel()), 0);
    }

    function test_AValueBetweenBeginsAnew() public {
        answering.set(Answering.Manner.REVERT, 0);
        breaker.check();
        skip(DOWN_AFTER - 1);
        _answer(0);
        breaker.check();
        answering.set(Answering.Manner.REVERT, 0);
        skip(1);
        breaker.check();
        assertEq(breaker.downSince(), _now());
        assertEq(_level(), 0);
    }

    /// A threshold that was tripped stays so, and its level is renewed, while the number is not known.
    function test_SilenceClearsNothing() public {
        _answer(BOUND + 1);
        breaker.check();
        skip(PATIENCE);
        breaker.check();
        assertEq(_level(), 1);
        answering.set(Answering.Manner.REVERT, 0);
        breaker.check();
        assertEq(breaker.stage(), 1);
        assertEq(uint256(breaker.wantedLevel()), 1);
        skip(DOWN_AFTER);
        breaker.check();
        assertEq(_level(), 2);
        assertEq(breaker.stage(), 1);
        skip(DURATION / 2 + 1);
        breaker.check();
        assertEq(_until(Rank.SENTINEL), _now() + DURATION);
    }

    function test_SilenceNeverLowersWhatIsWanted() public {
        breaker = _new(_one(_threshold(Level.QUEUED)), address(0), Level.THROTTLED);
        _answer(BOUND + 1);
        breaker.check();
        skip(PATIENCE);
        breaker.check();
        answering.set(Answering.Manner.REVERT, 0);
        breaker.check();
        skip(DOWN_AFTER);
        assertEq(uint256(breaker.check()), 2);
    }

    function test_SilenceMayTripNothing() public {
        breaker = _new(_one(_threshold(Level.THROTTLED)), address(0), Level.NORMAL);
        _grant(address(breaker), Rank.SENTINEL);
        answering.set(Answering.Manner.REVERT, 0);
        breaker.check();
        skip(30 days);
        assertEq(uint256(breaker.check()), 0);
    }
}
