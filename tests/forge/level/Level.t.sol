// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILevel} from "../../../contracts/guards/level/ILevel.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Who may raise and lower the level, and what each closes
/// forge-config: default.isolate = true
contract LevelTest is EngineTest {
    function _level() private view returns (uint256) {
        return uint256(engine.level());
    }

    function test_EachLevelClosesItsOperationsAndNoOther() public {
        uint16[5] memory closed = [0, 0, Op.BORROW, Op.DEPOSIT | Op.BORROW | Op.LIQUIDATE, Op.ALL];
        for (uint256 l = 1; l < 5; ++l) {
            _raise(governance, Level(l), 0);
            assertEq(_level(), l);
            for (uint256 i; i < 16; ++i) {
                uint16 operation = uint16(1 << i);
                bool isClosed = closed[l] & operation != 0;
                assertEq(engine.isOpen(operation), !isClosed);
                assertEq(engine.pausedUntil(operation), isClosed ? type(uint256).max : 0);
                if (isClosed) _expectClosed(operation, type(uint256).max);
                host.act(operation);
            }
        }
    }

    /// Decision 6 of the design: repaying and adding collateral stay open in every level below frozen.
    function test_DefencesStayOpenBelowFrozen() public {
        _raise(governance, Level.EXIT_ONLY, 0);
        host.act(Op.REPAY);
        host.act(Op.ADD_COLLATERAL);
    }

    function test_EachLevelLeavesItsShareOfTheLimit() public {
        _deposit(alice, 10 * LIMIT);
        skip(1 days);
        uint256[5] memory left = [LIMIT, LIMIT / 2, LIMIT / 10, LIMIT / 20, 0];
        assertEq(engine.available(address(token)), left[0]);
        for (uint256 l = 1; l < 5; ++l) {
            _raise(governance, Level(l), 0);
            assertEq(engine.available(address(token)), left[l]);
        }
        _lower(Level.THROTTLED);
        assertNotEq(_withdraw(alice, LIMIT / 2 + 1), 0);
        assertEq(_withdraw(alice, LIMIT / 2), 0);
    }

    function test_S38_ARaisedLevelEndsByItselfAtItsSecond() public {
        vm.expectEmit();
        emit ILevel.LevelRaised(Rank.GUARDIAN, guardian, Level.FROZEN, T0 + 1 days, "incident");
        _raise(guardian, Level.FROZEN, 1 days);
        _closedUntil(Op.WITHDRAW, T0 + 1 days);
        assertEq(_level(), 0);
    }

    function test_S38_TheLiveLevelOfTheBoundarySeconds() public {
        _raise(guardian, Level.QUEUED, 60);
        vm.warp(T0 + 59);
        assertEq(_level(), 2);
        vm.warp(T0 + 60);
        assertEq(_level(), 0);
    }

    function test_EachRankUpToItsMaximum() public {
        _expectMaximum(Level.EXIT_ONLY, Level.QUEUED);
        _raise(sentinel, Level.EXIT_ONLY, 60);
        _raise(sentinel, Level.QUEUED, 60);
        _expectMaximum(Level.NORMAL, Level.QUEUED);
        _raise(sentinel, Level.NORMAL, 60);
        _raise(guardian, Level.FROZEN, 60);
        _raise(governance, Level.FROZEN, 0);
        _expectMaximum(Level.NORMAL, Level.FROZEN);
        _raise(governance, Level.NORMAL, 0);
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _raise(attacker, Level.THROTTLED, 60);
    }

    function test_ALevelPaysFromThePauseBudget() public {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 1 days + 1, 1 days));
        _raise(guardian, Level.THROTTLED, 1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 0, 1 days));
        _raise(guardian, Level.THROTTLED, 0);
        _raise(guardian, Level.THROTTLED, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
    }

    /// S31: raising never lowers, neither one's own level nor another's, neither its height nor its end.
    function test_S31_RaisingNeverLowersAnything() public {
        _raise(guardian, Level.FROZEN, 1 days);
        vm.expectEmit();
        emit ILevel.LevelRaised(Rank.GUARDIAN, guardian, Level.FROZEN, T0 + 1 days, "incident");
        _raise(guardian, Level.THROTTLED, 60);
        _raise(sentinel, Level.THROTTLED, 60);
        assertEq(_level(), 4);
        _closedUntil(Op.WITHDRAW, T0 + 1 days);
        _raise(governance, Level.FROZEN, 0);
        _raise(governance, Level.THROTTLED, 0);
        assertEq(_level(), 4);
        (, uint256 until) = engine.levelOf(Rank.GOVERNANCE);
        assertEq(until, type(uint256).max);
    }

    function test_ALevelThatRanOutIsNotRaisedAgainByALowerOne() public {
        _raise(guardian, Level.FROZEN, 60);
        skip(60 + 6 hours);
        _raise(guardian, Level.THROTTLED, 60);
        assertEq(_level(), 1);
        (, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(until, _now() + 60);
    }

    function test_S38_ALevelThatEndsIsNotRaisedAgainByALowerOne() public {
        _raise(guardian, Level.FROZEN, 60);
        _pause(guardian, Op.TRADE, 120);
        skip(60);
        _raise(guardian, Level.THROTTLED, 60);
        assertEq(_level(), 1);
    }

    function test_LoweringByGovernanceOnly() public {
        _raise(guardian, Level.QUEUED, 1 hours);
        address[3] memory others = [attacker, sentinel, guardian];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.lowerLevel(Level.NORMAL, "");
        }
        vm.expectEmit();
        emit ILevel.LevelLowered(Level.NORMAL, "over");
        _lower(Level.NORMAL);
        assertEq(_level(), 0);
        (Level kept, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(uint256(kept), 0);
        assertEq(until, 0);
    }

    function test_LoweringCapsEveryRankAndRaisesNone() public {
        _raise(governance, Level.FROZEN, 0);
        _raise(guardian, Level.EXIT_ONLY, 1 days);
        _raise(sentinel, Level.THROTTLED, 1 hours);
        _lower(Level.QUEUED);
        Level[4] memory expected = [Level.NORMAL, Level.THROTTLED, Level.QUEUED, Level.QUEUED];
        for (uint8 r = 1; r < 4; ++r) {
            (Level l,) = engine.levelOf(Rank(r));
            assertEq(uint256(l), uint256(expected[r]));
        }
        vm.expectRevert(abi.encodeWithSelector(ILevel.NothingToLower.selector, Level.QUEUED));
        _lower(Level.QUEUED);
        vm.expectRevert(abi.encodeWithSelector(ILevel.NothingToLower.selector, Level.FROZEN));
        _lower(Level.FROZEN);
    }

    function test_CleanUpOfALevelThatRanOut() public {
        _raise(guardian, Level.FROZEN, 60);
        _raise(governance, Level.THROTTLED, 0);
        vm.warp(T0 + 60 + GRACE - 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.NothingToCleanUp.selector, Rank.GUARDIAN));
        engine.cleanUp(Rank.GUARDIAN);
        vm.warp(T0 + 60 + GRACE);
        engine.cleanUp(Rank.GUARDIAN);
        (Level l, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(uint256(l) + until, 0);
        vm.expectRevert(abi.encodeWithSelector(IEngine.NothingToCleanUp.selector, Rank.GOVERNANCE));
        engine.cleanUp(Rank.GOVERNANCE);
        assertEq(_level(), 1);
    }

    function test_LevelsThatDoNotExistAreRefused() public {
        vm.prank(governance);
        (bool done,) = address(engine).call(abi.encodeWithSelector(ILevel.raiseLevel.selector, 5, 60, 96, 0));
        assertFalse(done);
        vm.prank(governance);
        (done,) = address(engine).call(abi.encodeWithSelector(ILevel.lowerLevel.selector, 5, 64, 0));
        assertFalse(done);
    }

    function _expectMaximum(Level level, Level maximum) private {
        vm.expectRevert(abi.encodeWithSelector(ILevel.LevelOutOfBounds.selector, level, maximum));
    }
}
