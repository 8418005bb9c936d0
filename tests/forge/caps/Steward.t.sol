// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapCorridor} from "../../../contracts/guards/caps/CapCorridor.sol";
import {CapMode, Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {ICaps} from "../../../contracts/guards/caps/ICaps.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {CapsTest} from "./CapsTest.sol";

/// @title A risk steward moves a cap by small steps, seldom, inside a corridor
/// @dev Up a tenth, down a fifth, once a day, between 500 and 2,000.
contract RiskStewardTest is CapsTest {
    uint256 private constant UP = 1100 * UNIT;
    uint256 private constant DOWN = 800 * UNIT;

    function _expectStep(uint256 amount, uint256 lowest, uint256 highest) private {
        vm.expectRevert(abi.encodeWithSelector(ICaps.StepOutOfBounds.selector, amount, lowest, highest));
    }

    function _setCorridor(CapCorridor corridor) private {
        vm.prank(governance);
        engine.setCapCorridor(BORROW, asset, corridor);
    }

    // ---------------------------------------------------------------- steps

    function test_AStepUpToItsBoundAndNotOver() public {
        _expectStep(UP + 0.01 ether, DOWN, UP);
        _step(UP + 0.01 ether);
        vm.expectEmit();
        emit ICaps.CapStepped(BORROW, asset, steward, CAP, UP);
        _step(UP);
        _assertCap(BORROW, UP);
    }

    function test_AStepDownToItsBoundAndNotUnder() public {
        _expectStep(DOWN - 0.001 ether, DOWN, UP);
        _step(DOWN - 0.001 ether);
        // rounded down first, and then over the bound
        _expectStep(DOWN - 0.001 ether, DOWN, UP);
        _step(DOWN - 1);
        _step(DOWN);
        _assertCap(BORROW, DOWN);
    }

    function test_AStepStaysInTheCorridor() public {
        _govern(abi.encodeCall(engine.setCap, (BORROW, asset, 1900 * UNIT)));
        _expectStep(2010 * UNIT, 1520 * UNIT, CEILING);
        _step(2010 * UNIT);
        _step(CEILING);
        skip(INTERVAL);
        _set(BORROW, 550 * UNIT);
        _expectStep(499 * UNIT, FLOOR, 550 * UNIT);
        _step(499 * UNIT);
        _step(FLOOR);
        _assertCap(BORROW, FLOOR);
    }

    function test_AStepMoves() public {
        _expectStep(CAP, DOWN, UP);
        _step(CAP);
    }

    /// S44: a hundred small steps in one block are one step.
    function test_S44_AHundredStepsInOneBlockAreOne() public {
        uint256 accepted;
        for (uint256 i; i < 100; ++i) {
            vm.prank(steward);
            (bool done,) = address(engine).call(abi.encodeCall(engine.stepCap, (BORROW, asset, CAP + (i + 1) * UNIT)));
            if (done) ++accepted;
        }
        assertEq(accepted, 1);
        _assertCap(BORROW, CAP + UNIT);
    }

    /// S44: the next step waits for its second, whichever way it goes.
    function test_S44_AStepWaitsForItsSecond() public {
        uint256 start = _now();
        _step(UP);
        vm.warp(start + INTERVAL - 1);
        vm.expectRevert(abi.encodeWithSelector(ICaps.StepTooSoon.selector, BORROW, asset, start + INTERVAL));
        _step(CAP);
        vm.warp(start + INTERVAL);
        _step(CAP);
        assertEq(engine.capCorridor(BORROW, asset).movedAt(), start + INTERVAL);
        skip(INTERVAL + 1);
        _step(DOWN);
    }

    /// S44: each parameter has its own debounce.
    function test_S44_EachCapHasItsOwnInterval() public {
        _govern(abi.encodeCall(engine.setCapCorridor, (SUPPLY, asset, _corridor(FLOOR, CEILING, 500, 500, 2 days))));
        uint256 start = _now();
        _step(UP);
        vm.startPrank(steward);
        engine.stepCap(SUPPLY, asset, 1050 * UNIT);
        vm.warp(start + INTERVAL);
        engine.stepCap(BORROW, asset, CAP);
        vm.expectRevert(abi.encodeWithSelector(ICaps.StepTooSoon.selector, SUPPLY, asset, start + 2 days));
        engine.stepCap(SUPPLY, asset, CAP);
        vm.stopPrank();
    }

    /// S44: setting the corridor again does not give a second step in the interval, nor does taking it away.
    function test_S44_TheIntervalOutlivesItsConfiguration() public {
        uint256 start = _now();
        _step(UP);
        _setCorridor(CapCorridor.wrap(0));
        assertTrue(engine.capCorridor(BORROW, asset).isNone());
        bytes memory call =
            abi.encodeCall(engine.setCapCorridor, (BORROW, asset, _corridor(FLOOR, CEILING, 1000, 2000, 5 days)));
        _govern(call);
        vm.expectRevert(abi.encodeWithSelector(ICaps.StepTooSoon.selector, BORROW, asset, start + 5 days));
        _step(CAP);
    }

    /// Over any time T a cap rises at most by step^(1 + T / interval), and falls no faster; whatever the steward tries.
    function testFuzz_S44_AnyTimeMovesACapWithinItsSteps(uint256 seed) public {
        uint256 start = _now();
        (uint256 most, uint256 least) = (CAP, CAP);
        uint256 steps;
        uint256 cap = CAP;
        for (uint256 i; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            skip(seed % 3 == 0 ? 0 : (seed >> 8) % (2 * INTERVAL));
            uint256 wanted = cap * (7000 + (seed >> 40) % 5000) / 10_000;
            vm.prank(steward);
            (bool done,) = address(engine).call(abi.encodeCall(engine.stepCap, (BORROW, asset, wanted)));
            uint256 now_ = engine.capOf(BORROW, asset);
            assertTrue(done || now_ == cap);
            assertLe(now_ * 10, cap * 11);
            assertGe(now_ * 10, cap * 8);
            cap = now_;
            for (uint256 allowed = 1 + (_now() - start) / INTERVAL; steps < allowed; ++steps) {
                most = most * 11 / 10;
                least = least * 8 / 10;
            }
            assertLe(cap, most < CEILING ? most : CEILING);
            assertGe(cap, least > FLOOR ? least : FLOOR);
        }
    }

    function test_S44_TheFuzzedSteps_AreTaken() public {
        uint256 cap = CAP;
        for (uint256 i; i < 7; ++i) {
            cap = cap * 11 / 10;
            _step(cap);
            skip(INTERVAL);
        }
        assertApproxEqAbs(engine.capOf(BORROW, asset), 1948.717 ether, 0.01 ether);
        _step(CEILING);
        _assertCap(BORROW, CEILING);
    }

    // ---------------------------------------------------------------- cuts and stewards

    function test_AStewardNeitherLiftsNorRaisesACut() public {
        uint256 until = _cut(guardian, BORROW, 600 * UNIT, 1 days);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CutIsLive.selector, BORROW, asset, until));
        _step(UP);
        _step(DOWN);
        _assertCap(BORROW, 600 * UNIT);
        (uint256 amount, uint256 end) = engine.capWord(BORROW, asset).cutOf(Rank.GUARDIAN);
        assertEq(amount, 600 * UNIT);
        assertEq(end, until);
        vm.warp(until);
        _step(880 * UNIT);
        _assertCap(BORROW, 880 * UNIT);
    }

    function test_AStepUpWaitsForTheLastSecondOfACut() public {
        uint256 until = _cut(guardian, BORROW, 600 * UNIT, 60);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CutIsLive.selector, BORROW, asset, until));
        _step(UP);
        vm.warp(until);
        _step(UP);
    }

    /// A cap that governance lowered is not moved up again, and one at 0 is not moved at all.
    function test_WhatGovernanceLoweredStaysLowered() public {
        _set(BORROW, 600 * UNIT);
        _expectStep(601 * UNIT, FLOOR, 600 * UNIT);
        _step(601 * UNIT);
        _set(BORROW, 0);
        _expectStep(1, 0, 0);
        _step(1);
    }

    // ---------------------------------------------------------------- roles

    function test_OnlyTheStewardSteps() public {
        address[4] memory others = [attacker, sentinel, guardian, governance];
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICaps.NotRiskSteward.selector, others[i]));
            vm.prank(others[i]);
            engine.stepCap(BORROW, asset, UP);
        }
    }

    function test_OnlyCapsWithACorridorMove() public {
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapNotMovable.selector, SUPPLY, asset));
        vm.prank(steward);
        engine.stepCap(SUPPLY, asset, UP);
    }

    function test_GuardianAndGovernanceRevokeAtOnce() public {
        assertEq(engine.riskSteward(), steward);
        address[3] memory others = [attacker, sentinel, steward];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GUARDIAN);
            vm.prank(others[i]);
            engine.revokeRiskSteward();
        }
        vm.expectEmit();
        emit ICaps.RiskStewardSet(steward, address(0), guardian);
        vm.prank(guardian);
        engine.revokeRiskSteward();
        vm.expectRevert(abi.encodeWithSelector(ICaps.NotRiskSteward.selector, steward));
        _step(UP);
        _govern(abi.encodeCall(engine.setRiskSteward, (bob)));
        assertEq(engine.riskSteward(), bob);
        vm.prank(governance);
        engine.setRiskSteward(address(0));
        assertEq(engine.riskSteward(), address(0));
    }

    function test_NamingAStewardIsALoosening() public {
        _expectDelayed(engine.setRiskSteward.selector);
        vm.prank(governance);
        engine.setRiskSteward(bob);
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setRiskSteward(address(0));
    }

    // ---------------------------------------------------------------- the corridor

    function test_ANarrowerCorridorIsImmediateAndAWiderOneWaits() public {
        _setCorridor(_corridor(FLOOR, CEILING, 1000, 2000, INTERVAL));
        CapCorridor[5] memory wider = [
            _corridor(FLOOR - UNIT, CEILING, 1000, 2000, INTERVAL),
            _corridor(FLOOR, CEILING + UNIT, 1000, 2000, INTERVAL),
            _corridor(FLOOR, CEILING, 1001, 2000, INTERVAL),
            _corridor(FLOOR, CEILING, 1000, 2001, INTERVAL),
            _corridor(FLOOR, CEILING, 1000, 2000, INTERVAL - 1)
        ];
        for (uint256 i; i < 5; ++i) {
            _expectDelayed(engine.setCapCorridor.selector);
            _setCorridor(wider[i]);
        }
        CapCorridor narrow = _corridor(CAP, CAP, 999, 1999, INTERVAL + 1);
        CapCorridor before = engine.capCorridor(BORROW, asset);
        vm.expectEmit();
        emit ICaps.CapCorridorSet(BORROW, asset, before, narrow);
        _setCorridor(narrow);
        _setCorridor(CapCorridor.wrap(0));
        _expectDelayed(engine.setCapCorridor.selector);
        _setCorridor(narrow);
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setCapCorridor(BORROW, asset, CapCorridor.wrap(0));
    }

    function test_TheCapIsWithinItsCorridor() public {
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapOutsideCorridor.selector, CAP, CAP + UNIT, CEILING));
        _setCorridor(_corridor(CAP + UNIT, CEILING, 1000, 2000, INTERVAL));
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapOutsideCorridor.selector, CAP, FLOOR, CAP - UNIT));
        _setCorridor(_corridor(FLOOR, CAP - UNIT, 1000, 2000, INTERVAL));
        _setCorridor(_corridor(FLOOR, CAP, 1000, 2000, INTERVAL));
    }

    /// No corridor without a floor: a steward's steps down must not end in closing the market.
    function test_ACorridorThatMakesNoSenseIsRefused() public {
        CapCorridor good = _corridor(UNIT, CAP, 10_000, 10_000, 365 days);
        CapCorridor[7] memory bad = [
            _corridor(0, CAP, 10_000, 10_000, 365 days),
            _corridor(CAP, CAP - UNIT, 10_000, 10_000, 365 days),
            _corridor(UNIT, CAP, 10_001, 10_000, 365 days),
            _corridor(UNIT, CAP, 10_000, 10_001, 365 days),
            _corridor(UNIT, CAP, 10_000, 10_000, 365 days + 1),
            _corridor(UNIT, CAP, 10_000, 10_000, 1 hours - 1),
            CapCorridor.wrap(CapCorridor.unwrap(good) | 1 << 142)
        ];
        vm.startPrank(governance);
        for (uint256 i; i < 7; ++i) {
            bytes memory call = abi.encodeCall(engine.setCapCorridor, (BORROW, asset, bad[i]));
            engine.schedule(call);
            skip(DELAY);
            vm.expectRevert(abi.encodeWithSelector(ICaps.InvalidCorridor.selector, BORROW, asset));
            engine.execute(call);
        }
        CapCorridor dated = good.withMovedAt(1);
        engine.schedule(abi.encodeCall(engine.setCapCorridor, (BORROW, asset, dated)));
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(ICaps.InvalidCorridor.selector, BORROW, asset));
        engine.execute(abi.encodeCall(engine.setCapCorridor, (BORROW, asset, dated)));
        vm.stopPrank();
        _govern(abi.encodeCall(engine.setCapCorridor, (BORROW, asset, good)));
        _govern(abi.encodeCall(engine.setCapCorridor, (BORROW, asset, _corridor(UNIT, CAP, 0, 0, 1 hours))));
    }

    function test_OnlyACapThatIsANumberHasACorridor() public {
        CapCorridor corridor = _corridor(FLOOR, CEILING, 1000, 2000, INTERVAL);
        bytes memory call = abi.encodeCall(engine.setCapCorridor, (Exposure.CUSTOM, asset, corridor));
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapNotMovable.selector, Exposure.CUSTOM, asset));
        _execute(call);
        _govern(abi.encodeCall(engine.setCap, (SUPPLY, asset, type(uint256).max)));
        assertEq(uint256(engine.capWord(SUPPLY, asset).mode()), uint256(CapMode.UNLIMITED));
        call = abi.encodeCall(engine.setCapCorridor, (SUPPLY, asset, corridor));
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapNotMovable.selector, SUPPLY, asset));
        _execute(call);
    }
}
