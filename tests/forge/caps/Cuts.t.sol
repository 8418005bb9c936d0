// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {ICaps} from "../../../contracts/guards/caps/ICaps.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {CapsTest} from "./CapsTest.sol";

/// @title Fast ranks lower a cap for a while, and nothing else
contract CapCutsTest is CapsTest {
    function test_ACutHoldsUntilItsSecond() public {
        vm.expectEmit();
        emit ICaps.CapCut(BORROW, asset, Rank.GUARDIAN, guardian, 10 * UNIT, _now() + 1 days, "incident");
        uint256 until = _cut(guardian, BORROW, 10 * UNIT, 1 days);
        assertEq(until, _now() + 1 days);
        _assertCap(BORROW, 10 * UNIT);
        _assertCap(SUPPLY, CAP);
        vm.warp(until - 1);
        _assertCap(BORROW, 10 * UNIT);
        vm.warp(until);
        _assertCap(BORROW, CAP);
        vm.warp(until + 1);
        _assertCap(BORROW, CAP);
    }

    function test_EachRankCutsAndTheLowestCounts() public {
        _cut(governance, BORROW, 300 * UNIT, 30 days);
        _cut(guardian, BORROW, 100 * UNIT, 1 days);
        _cut(sentinel, BORROW, 200 * UNIT, 1 hours);
        _assertCap(BORROW, 100 * UNIT);
        skip(1 hours);
        _assertCap(BORROW, 100 * UNIT);
        skip(23 hours);
        _assertCap(BORROW, 300 * UNIT);
        skip(29 days - 1);
        _assertCap(BORROW, 300 * UNIT);
        skip(1);
        _assertCap(BORROW, CAP);
    }

    /// S31: neither a later nor a lower rank's cut shortens or raises one that is live.
    function test_S31_NoCutIsRaisedOrShortenedByAnother() public {
        uint256 until = _cut(guardian, BORROW, 100 * UNIT, 1 days);
        assertEq(_cut(guardian, BORROW, 400 * UNIT, 60), until);
        _assertCap(BORROW, 100 * UNIT);
        assertEq(_cut(guardian, BORROW, 50 * UNIT, 60), until);
        _assertCap(BORROW, 50 * UNIT);
        _cut(sentinel, BORROW, 400 * UNIT, 60);
        _assertCap(BORROW, 50 * UNIT);
        (uint256 amount, uint256 end) = engine.capWord(BORROW, asset).cutOf(Rank.GUARDIAN);
        assertEq(amount, 50 * UNIT);
        assertEq(end, until);
        skip(1 hours);
        assertEq(_cut(guardian, BORROW, 400 * UNIT, 1 days), _now() + 1 days);
        _assertCap(BORROW, 50 * UNIT);
    }

    function test_AfterItsEndACutIsForgotten() public {
        uint256 until = _cut(guardian, BORROW, 100 * UNIT, 60);
        vm.warp(until + 6 hours);
        _cut(guardian, BORROW, 400 * UNIT, 60);
        _assertCap(BORROW, 400 * UNIT);
    }

    function test_S38_AtItsEndACutIsForgotten() public {
        vm.warp(_cut(governance, BORROW, 100 * UNIT, 60));
        _cut(governance, BORROW, 400 * UNIT, 60);
        _assertCap(BORROW, 400 * UNIT);
    }

    function test_ACutOverAnUnlimitedCap() public {
        _govern(abi.encodeCall(engine.setCap, (SUPPLY, asset, type(uint256).max)));
        _cut(guardian, SUPPLY, 0, 60);
        _assertCap(SUPPLY, 0);
        skip(60);
        _assertCap(SUPPLY, type(uint256).max);
    }

    function test_ACutOfAnAccountsCap() public {
        _govern(abi.encodeCall(engine.setCap, (Exposure.ACCOUNT_BORROW, asset, CAP)));
        vm.prank(sentinel);
        (bool lapsed,) = address(engine).call(abi.encodeCall(engine.heartbeat, ()));
        assertFalse(lapsed);
        _cut(guardian, Exposure.ACCOUNT_BORROW, UNIT, 60);
        _expectOver(Exposure.ACCOUNT_BORROW, UNIT + 1, UNIT);
        host.growOf(BORROW, asset, alice, UNIT + 1);
        host.growOf(BORROW, asset, alice, UNIT);
    }

    function test_ACutIsRoundedDown() public {
        vm.expectEmit();
        emit ICaps.CapCut(BORROW, asset, Rank.GUARDIAN, guardian, 999.999 ether, _now() + 60, "incident");
        _cut(guardian, BORROW, 999.9999 ether, 60);
        assertEq(engine.capOf(BORROW, asset), 999.999 ether);
    }

    function test_ACutMustBeLowerThanTheStandingCap() public {
        _cut(guardian, BORROW, CAP - 1, 60);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CutNotLower.selector, CAP, CAP));
        _cut(guardian, BORROW, CAP, 60);
        vm.expectRevert(abi.encodeWithSelector(IEngine.CapNotSet.selector, Exposure.CUSTOM, asset));
        _cut(guardian, Exposure.CUSTOM, 0, 60);
    }

    function test_WhoMayCut() public {
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _cut(attacker, BORROW, 0, 60);
        _expectUnauthorised(steward, Rank.SENTINEL);
        _cut(steward, BORROW, 0, 60);
        _cut(sentinel, BORROW, 0, 60);
        _cut(governance, BORROW, 0, 60);
    }

    /// To cut the cap of a kind is as much as to close its operation: a rank needs that power. Governance has it.
    function test_ARankCutsOnlyWhatItMayClose() public {
        vm.expectRevert(abi.encodeWithSelector(ICaps.CutOutOfBounds.selector, SUPPLY, 1));
        _cut(sentinel, SUPPLY, 0, 60);
        _cut(guardian, SUPPLY, 1, 60);
        _cut(governance, SUPPLY, 0, 60);
    }

    function test_ACutIsWithinTheRanksTimes() public {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 1 hours + 1, 1 hours));
        _cut(sentinel, BORROW, 0, 1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 0, 1 hours));
        _cut(sentinel, BORROW, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 90 days + 1, 90 days));
        _cut(governance, BORROW, 0, 90 days + 1);
        _cut(sentinel, BORROW, 0, 1 hours);
    }

    /// S28: cuts and pauses of a rank draw on one budget.
    function test_S28_CutsArePaidFromThePauseBudget() public {
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days);
        _cut(guardian, BORROW, 0, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
        _cut(guardian, SUPPLY, 0, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
        skip(1 days - 1);
        _cut(guardian, BORROW, 0, 1 days);
        skip(1 days - 1);
        _pause(guardian, 1, 1 days);
        skip(1 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1 days - 1, 2));
        _cut(guardian, BORROW, 0, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.SENTINEL), 4 hours);
    }

    function test_GovernanceLiftsAllCutsAfterTheDelay() public {
        _cut(governance, BORROW, 1, 30 days);
        _cut(guardian, BORROW, 2, 1 days);
        _cut(guardian, SUPPLY, 3, 1 days);
        _expectDelayed(engine.liftCut.selector);
        vm.prank(governance);
        engine.liftCut(BORROW, asset, "over");
        address[3] memory others = [attacker, sentinel, guardian];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.liftCut(BORROW, asset, "over");
        }
        bytes memory call = abi.encodeCall(engine.liftCut, (BORROW, asset, "over"));
        _announce(call);
        vm.expectEmit();
        emit ICaps.CapCutLifted(BORROW, asset, "over");
        _execute(call);
        _assertCap(BORROW, CAP);
    }

    function test_OnlyALiveCutIsLifted() public {
        _govern(abi.encodeCall(engine.setDelay, (engine.liftCut.selector, 0)));
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(ICaps.NotCut.selector, BORROW, asset));
        engine.liftCut(BORROW, asset, "");
        uint256 until = engine.cutCap(BORROW, asset, 0, 60, "");
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(ICaps.NotCut.selector, BORROW, asset));
        engine.liftCut(BORROW, asset, "");
        vm.warp(until - 1);
        engine.liftCut(BORROW, asset, "");
        vm.stopPrank();
        _assertCap(BORROW, CAP);
    }

    /// Lifting one cap's cuts leaves the others', and what the rank paid stays paid.
    function test_LiftingLeavesOtherCutsAndTheBudget() public {
        _govern(abi.encodeCall(engine.setDelay, (engine.liftCut.selector, 0)));
        _cut(guardian, BORROW, 0, 1 days);
        _cut(guardian, SUPPLY, 7, 1 days);
        vm.prank(governance);
        engine.liftCut(BORROW, asset, "");
        _assertCap(BORROW, CAP);
        _assertCap(SUPPLY, 7);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
    }

    /// What governance does to the standing cap neither ends nor raises a cut.
    function test_ACutOutlivesASettingOfTheCap() public {
        _cut(governance, SUPPLY, 10 * UNIT, 30 days);
        _govern(abi.encodeCall(engine.setCap, (SUPPLY, asset, 2 * CAP)));
        _assertCap(SUPPLY, 10 * UNIT);
        _set(SUPPLY, 5 * UNIT);
        _assertCap(SUPPLY, 5 * UNIT);
    }
}
