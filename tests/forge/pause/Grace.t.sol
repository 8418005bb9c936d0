// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title S34: nobody is liquidated while he cannot defend himself, nor in the second when he can again
contract GraceTest is EngineTest {
    uint16 private constant BOTH = Op.REPAY | Op.LIQUIDATE;

    function test_S34_ClosingADefenceClosesLiquidation() public {
        _pause(guardian, Op.REPAY, 60);
        assertFalse(engine.isOpen(Op.LIQUIDATE));
        (uint16 operations,) = engine.pauseOf(Rank.GUARDIAN);
        assertEq(operations, BOTH);
        _pause(governance, Op.ADD_COLLATERAL, 60);
        (operations,) = engine.pauseOf(Rank.GOVERNANCE);
        assertEq(operations, Op.ADD_COLLATERAL | Op.LIQUIDATE);
    }

    function test_S34_S38_LiquidationOpensAfterTheGrace() public {
        _pause(guardian, Op.REPAY, 60);
        vm.warp(T0 + 60);
        host.act(Op.REPAY);
        _closedUntil(Op.LIQUIDATE, T0 + 60 + GRACE);
    }

    /// Of several operations together, only LIQUIDATE waits for the grace, and only where it was closed.
    function test_S34_TheGraceIsLiquidationsAlone() public {
        _pause(governance, Op.WITHDRAW, 60);
        assertEq(engine.pausedUntil(Op.WITHDRAW | Op.LIQUIDATE), T0 + 60);
        _pause(governance, Op.LIQUIDATE, 60);
        assertEq(engine.pausedUntil(Op.WITHDRAW | Op.LIQUIDATE), T0 + 60 + GRACE);
        assertEq(engine.pausedUntil(Op.WITHDRAW), T0 + 60);
        _raise(guardian, Level.QUEUED, 100);
        assertEq(engine.pausedUntil(Op.BORROW | Op.TRADE), T0 + 100);
    }

    function test_S34_TheGraceIsLiquidationsAloneUnderALevelToo() public {
        _raise(guardian, Level.QUEUED, 100);
        assertEq(engine.pausedUntil(Op.BORROW | Op.LIQUIDATE), T0 + 100);
        _raise(guardian, Level.EXIT_ONLY, 100);
        assertEq(engine.pausedUntil(Op.BORROW | Op.LIQUIDATE), T0 + 100 + GRACE);
        assertEq(engine.pausedUntil(Op.BORROW), T0 + 100);
    }

    function test_S34_UnpausedAndLiquidatedInOneBlockIsRefused() public {
        _pause(guardian, Op.REPAY, 1 days);
        skip(100);
        _unpause(Op.ALL);
        host.act(Op.REPAY);
        (uint16 operations, uint256 until) = engine.pauseOf(Rank.GUARDIAN);
        assertEq(operations, 0);
        assertEq(until, 0);
        _closedUntil(Op.LIQUIDATE, T0 + 100 + GRACE);
    }

    /// To unpause what ran out long ago begins no grace.
    function test_S34_UnpausingWhatIsOverClosesNothing() public {
        _pause(guardian, Op.ALL, 60);
        skip(60 + GRACE);
        _unpause(Op.ALL);
        assertTrue(engine.isOpen(Op.LIQUIDATE));
    }

    function test_S34_LiquidationStaysClosedWhileADefenceIs() public {
        _pause(guardian, Op.REPAY | Op.TRADE, 1 days);
        _unpause(Op.LIQUIDATE | Op.TRADE);
        host.act(Op.TRADE);
        (uint16 operations,) = engine.pauseOf(Rank.GUARDIAN);
        assertEq(operations, BOTH);
        _unpause(Op.REPAY);
        host.act(Op.REPAY);
        _closedUntil(Op.LIQUIDATE, T0 + 1 days + GRACE);
    }

    function test_S34_LiquidationAloneOpensAfterTheGraceAndTheRestStays() public {
        _pause(guardian, Op.LIQUIDATE | Op.WITHDRAW, 1 days);
        _unpause(Op.LIQUIDATE);
        assertEq(engine.pausedUntil(Op.LIQUIDATE), T0 + GRACE);
        assertEq(engine.pausedUntil(Op.WITHDRAW), T0 + 1 days);
        _closedUntil(Op.LIQUIDATE, T0 + GRACE);
        assertFalse(engine.isOpen(Op.WITHDRAW));
    }

    /// A later pause of other things neither ends nor renews the grace.
    function test_S34_ANewPauseLeavesTheGraceAlone() public {
        _pause(governance, Op.LIQUIDATE, 60);
        skip(70);
        _pause(governance, Op.TRADE, 10 days);
        _closedUntil(Op.LIQUIDATE, T0 + 60 + GRACE);
        assertFalse(engine.isOpen(Op.TRADE));
    }

    function test_S34_LoweringALevelKeepsTheGraceOnly() public {
        _pause(governance, Op.TRADE, 30 days);
        _raise(governance, Level.FROZEN, 0);
        skip(100);
        _lower(Level.NORMAL);
        host.act(Op.REPAY);
        _closedUntil(Op.LIQUIDATE, T0 + 100 + GRACE);
        assertEq(engine.pausedUntil(Op.TRADE), T0 + 30 days);
    }

    function test_S34_RaisingAgainKeepsTheGraceOfTheLevelThatRanOut() public {
        bytes memory call = abi.encodeCall(engine.setLiquidationGrace, (12 hours));
        _govern(call);
        uint256 end = _now() + 60;
        _raise(guardian, Level.EXIT_ONLY, 60);
        vm.warp(end + 6 hours);
        _raise(guardian, Level.THROTTLED, 60);
        assertEq(uint256(engine.level()), uint256(Level.THROTTLED));
        _closedUntil(Op.LIQUIDATE, end + 12 hours);
    }

    function test_S34_PausingAgainKeepsTheGraceOfThePauseThatRanOut() public {
        bytes memory call = abi.encodeCall(engine.setLiquidationGrace, (12 hours));
        _govern(call);
        uint256 end = _now() + 60;
        _pause(guardian, Op.LIQUIDATE, 60);
        vm.warp(end + 6 hours);
        _pause(guardian, Op.TRADE, 60);
        _closedUntil(Op.LIQUIDATE, end + 12 hours);
    }

    /// A level that ran out long ago closes nothing when its rank raises another one.
    function test_S34_AStaleLevelClosesNothing() public {
        _raise(guardian, Level.FROZEN, 60);
        skip(10 days);
        _pause(guardian, Op.TRADE, 1 days);
        _raise(guardian, Level.THROTTLED, 60);
        host.act(Op.LIQUIDATE);
        assertFalse(engine.isOpen(Op.TRADE));
    }

    function test_S34_NewRulesDoNotCutTheGrace() public {
        _raise(governance, Level.EXIT_ONLY, 0);
        uint256 milder = _rules() & ~(uint256(Op.LIQUIDATE) << 72);
        bytes memory call = abi.encodeCall(engine.setLevelRules, (milder));
        _govern(call);
        assertEq(engine.levelRules(), milder);
        _closedUntil(Op.LIQUIDATE, T0 + DELAY + GRACE);
    }

    function test_S34_TheGraceIsBounded() public {
        vm.expectRevert(
            abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setLiquidationGrace.selector, DELAY)
        );
        vm.prank(governance);
        engine.setLiquidationGrace(GRACE + 1);
        bytes memory call = abi.encodeCall(engine.setLiquidationGrace, (1 days + 1));
        vm.prank(governance);
        engine.schedule(call);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(IEngine.GraceOutOfBounds.selector, 1 days + 1, 1 days));
        engine.execute(call);
        call = abi.encodeCall(engine.setLiquidationGrace, (1 days));
        vm.prank(governance);
        engine.schedule(call);
        skip(DELAY);
        vm.expectEmit();
        emit IEngine.LiquidationGraceSet(GRACE, 1 days);
        engine.execute(call);
        assertEq(engine.liquidationGrace(), 1 days);
    }

    function test_KeptGraceIsCleanedUpWhenItIsOver() public {
        _pause(guardian, Op.LIQUIDATE, 60);
        _unpause(Op.LIQUIDATE);
        assertTrue(engine.guardWord().inGrace());
        vm.warp(T0 + GRACE - 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.NothingToCleanUp.selector, Rank.SENTINEL));
        engine.cleanUp(Rank.SENTINEL);
        vm.warp(T0 + GRACE);
        engine.cleanUp(Rank.SENTINEL);
        assertFalse(engine.guardWord().inGrace());
    }

    /// A second of pause must not buy an hour without liquidations, again and again: the grace is paid for.
    function test_S28_TheGraceIsChargedToTheBudget() public {
        _pause(guardian, Op.LIQUIDATE, 1);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - GRACE);
        _pause(guardian, Op.LIQUIDATE, 2);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - GRACE - 1, "one closure, one grace");
        skip(2 + 6 hours);
        _pause(guardian, Op.LIQUIDATE, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days - GRACE - 1, "longer than the grace");
    }

    /// What the budget still holds can be used to the last second, grace or not.
    function test_S28_TheGraceRefusesNoPauseThatTheBudgetCovers() public {
        Powers memory p = _guardianPowers();
        (p.maxPause, p.budget) = (60, 60);
        vm.prank(governance);
        engine.setRankLimits(Rank.GUARDIAN, _pack(p));
        _pause(guardian, Op.ALL, 60);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 0);
    }

    function test_S28_ALevelThatClosesLiquidationIsChargedTheSame() public {
        _raise(guardian, Level.EXIT_ONLY, 1);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - GRACE);
        _raise(guardian, Level.FROZEN, 2);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - GRACE - 1);
        _pause(guardian, Op.LIQUIDATE, 1);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2 * GRACE - 1);
        _raise(guardian, Level.THROTTLED, 1);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 3 days - 2 * GRACE - 1);
    }
}
