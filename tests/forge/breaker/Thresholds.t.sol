// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBreaker, Threshold} from "../../../contracts/guards/breaker/IBreaker.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {BreakerFixture} from "./BreakerFixture.sol";

/// @title When a threshold trips and when it clears: every boundary
contract ThresholdsTest is BreakerFixture {
    function setUp() public override {
        super.setUp();
        _use(_one(_threshold(Level.QUEUED)), Rank.SENTINEL);
    }

    function _is(uint256 stage) private view {
        assertEq(breaker.stage(), stage, "stage");
        assertEq(_level(), stage == 0 ? 0 : uint256(Level.QUEUED), "level");
    }

    function test_AtTheBoundNothingOneAboveItIsWatched() public {
        _find(BOUND);
        assertEq(breaker.watchOf(0).beyondSince, 0);
        metric.supply(BOUND + 1);
        vm.expectEmit(address(breaker));
        emit IBreaker.Watching(0, BOUND + 1, _now() + PATIENCE);
        breaker.check();
        assertEq(breaker.watchOf(0).beyondSince, _now());
        _is(0);
    }

    function test_BelowIsTheMirrorOfAbove() public {
        Threshold memory t = _threshold(Level.QUEUED);
        (t.above, t.grace, t.calm, t.clear) = (false, 0, 0, 1100);
        _use(_one(t), Rank.SENTINEL);
        _find(BOUND);
        _is(0);
        _find(BOUND - 1);
        _is(1);
        _find(1099);
        _is(1);
        _find(1100);
        assertEq(breaker.stage(), 0);
    }

    function test_S38_TheGraceToTheSecond() public {
        uint256 start = _now();
        _find(BOUND + 1);
        vm.warp(start + PATIENCE - 1);
        _find(BOUND + 1);
        _is(0);
        vm.warp(start + PATIENCE);
        metric.supply(BOUND + 7);
        vm.expectEmit(address(breaker));
        emit IBreaker.Tripped(0, Level.QUEUED, BOUND + 7);
        assertEq(uint256(breaker.check()), 2);
        _is(1);
        assertEq(_until(Rank.SENTINEL), start + PATIENCE + DURATION);
    }

    function test_WithoutASecondCheckNothingTrips() public {
        metric.supply(BOUND + 1);
        skip(30 days);
        breaker.check();
        _is(0);
    }

    function test_NoGraceTripsAtTheFirstCheck() public {
        Threshold memory t = _threshold(Level.QUEUED);
        t.grace = 0;
        _use(_one(t), Rank.SENTINEL);
        _find(BOUND + 1);
        _is(1);
    }

    /// S49: a spike of one block and back does not trip, nor do two of them with health between.
    function test_S49_ASpikeDoesNotTrip() public {
        _find(BOUND + 1);
        skip(12);
        _find(0);
        skip(CALM);
        _find(BOUND + 1);
        assertEq(breaker.watchOf(0).beyondSince, _now());
        skip(12);
        _find(0);
        _is(0);
    }

    /// The calm of a watch: what was found back counts once nothing contradicted it for so long, not a second before.
    function test_S38_ACalmWatchBeginsAnew() public {
        uint256 start = _now();
        _find(BOUND + 1);
        skip(12);
        _find(BOUND);
        vm.warp(start + 12 + CALM - 1);
        _find(BOUND + 1);
        _is(1);
    }

    function test_S38_ACalmWatchBeginsAnewAtItsSecond() public {
        uint256 start = _now();
        _find(BOUND + 1);
        skip(12);
        _find(BOUND);
        vm.warp(start + 12 + CALM);
        _find(BOUND + 1);
        _is(0);
        assertEq(breaker.watchOf(0).beyondSince, start + 12 + CALM);
        assertEq(breaker.watchOf(0).calmSince, 0);
    }

    function test_ACalmWatchEnds() public {
        uint256 start = _now();
        _find(BOUND + 1);
        _find(BOUND);
        vm.warp(start + CALM - 1);
        _find(BOUND);
        assertEq(breaker.watchOf(0).beyondSince, start);
        assertEq(breaker.watchOf(0).calmSince, start);
        vm.warp(start + CALM);
        _find(BOUND);
        assertEq(breaker.watchOf(0).beyondSince, 0);
        assertEq(breaker.watchOf(0).calmSince, 0);
    }

    /// The thief who moves the number back in each of his blocks does not keep the breaker from tripping, while anyone
    /// checks at all.
    function test_MomentsOfHealthDoNotHinderATrip() public {
        for (uint256 i = 0; i < 5; ++i) {
            _find(BOUND + 1);
            _find(0);
            skip(12);
        }
        _is(0);
        _find(BOUND + 1);
        _is(1);
    }

    function test_TheHysteresisToTheUnit() public {
        _trip();
        _find(CLEAR + 1);
        assertEq(breaker.watchOf(0).calmSince, 0);
        _find(CLEAR);
        assertEq(breaker.watchOf(0).calmSince, _now());
        _is(1);
    }

    function test_S38_TheCalmOfATripToTheSecond() public {
        _trip();
        uint256 start = _now();
        _find(CLEAR);
        vm.warp(start + CALM - 1);
        _find(CLEAR);
        assertEq(breaker.stage(), 1);
        vm.warp(start + CALM);
        metric.supply(CLEAR);
        vm.expectEmit(address(breaker));
        emit IBreaker.Cleared(0, CLEAR);
        vm.expectEmit(address(breaker));
        emit IBreaker.StageChanged(1, 0, Level.NORMAL);
        assertEq(uint256(breaker.check()), 0);
        assertEq(breaker.stage(), 0);
        assertEq(breaker.watchOf(0).clearedAt, start + CALM);
        assertEq(breaker.watchOf(0).calmSince, 0);
    }

    function test_MomentsOfHealthDoNotClear() public {
        _trip();
        uint256 start = _now();
        _find(CLEAR);
        skip(CALM / 2);
        _find(CLEAR + 1);
        vm.warp(start + CALM);
        _find(CLEAR);
        assertEq(breaker.stage(), 1);
        skip(CALM - 1);
        _find(CLEAR);
        assertEq(breaker.stage(), 1);
        skip(1);
        _find(CLEAR);
        assertEq(breaker.stage(), 0);
    }

    /// A late contradiction leaves the trip as it is: only a check that finds the number back clears.
    function test_ATripIsNotClearedByACheckThatFindsItBeyond() public {
        _trip();
        _find(CLEAR);
        skip(CALM);
        _find(CLEAR + 1);
        assertEq(breaker.stage(), 1);
        assertEq(breaker.watchOf(0).calmSince, 0);
    }

    function _clear() private returns (uint256 at) {
        _find(0);
        skip(CALM);
        _find(0);
        assertEq(breaker.stage(), 0);
        return _now();
    }

    function test_S38_TheCooldownToTheSecond() public {
        _trip();
        uint256 clearedAt = _clear();
        metric.supply(BOUND + 1);
        vm.expectEmit(address(breaker));
        emit IBreaker.Watching(0, BOUND + 1, clearedAt + COOLDOWN);
        breaker.check();
        vm.warp(clearedAt + COOLDOWN - 1);
        _find(BOUND + 1);
        assertEq(breaker.stage(), 0);
        vm.warp(clearedAt + COOLDOWN);
        _find(BOUND + 1);
        assertEq(breaker.stage(), 1);
    }

    function test_AfterTheCooldownTheGraceCountsAlone() public {
        _trip();
        vm.warp(_clear() + COOLDOWN);
        _find(BOUND + 1);
        skip(PATIENCE - 1);
        _find(BOUND + 1);
        assertEq(breaker.stage(), 0);
        skip(1);
        _find(BOUND + 1);
        assertEq(breaker.stage(), 1);
    }

    function test_WithoutCalmItClearsAtOnce() public {
        Threshold memory t = _threshold(Level.QUEUED);
        t.calm = 0;
        _use(_one(t), Rank.SENTINEL);
        _find(BOUND + 1);
        _find(BOUND);
        assertEq(breaker.watchOf(0).beyondSince, 0);
        _trip();
        _find(CLEAR + 1);
        assertEq(breaker.stage(), 1);
        _find(CLEAR);
        assertEq(breaker.stage(), 0);
    }

    function test_AHealthyNumberWritesAndSaysNothing() public {
        _find(BOUND);
        assertEq(breaker.watchOf(0).calmSince, 0);
        vm.record();
        vm.recordLogs();
        breaker.check();
        (, bytes32[] memory writes) = vm.accesses(address(breaker));
        assertEq(writes.length, 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_AWatchIsToldOnce() public {
        _find(BOUND + 1);
        vm.recordLogs();
        breaker.check();
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_NumbersBeyondTheBoundsType() public {
        _find(type(uint256).max);
        skip(PATIENCE);
        _find(type(uint256).max);
        _is(1);
    }
}
