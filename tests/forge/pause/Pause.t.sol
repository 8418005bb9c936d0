// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {IPause} from "../../../contracts/guards/pause/IPause.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Who may pause what, for how long, and how it ends
contract PauseTest is EngineTest {
    function test_OpenWhileNothingIsPaused() public {
        for (uint256 i; i < 16; ++i) {
            uint16 operation = uint16(1 << i);
            assertTrue(engine.isOpen(operation));
            assertEq(engine.pausedUntil(operation), 0);
            host.act(operation);
        }
    }

    function test_S38_APauseEndsByItselfAtItsSecond() public {
        uint256 until = _pause(guardian, Op.WITHDRAW, 1 days);
        assertEq(until, T0 + 1 days);
        host.act(Op.DEPOSIT);
        _closedUntil(Op.WITHDRAW, until);
    }

    /// DEPOSIT by the sentinel is the lowest bit of the word: alone it is the number one.
    function test_TheLowestBitClosesToo() public {
        Powers memory powers = _sentinelPowers();
        powers.operations = Op.DEPOSIT;
        _govern(abi.encodeCall(engine.setRankLimits, (Rank.SENTINEL, _pack(powers))));
        _govern(abi.encodeCall(engine.setHolder, (sentinel, Rank.SENTINEL)));
        _closedUntil(Op.DEPOSIT, _pause(sentinel, Op.DEPOSIT, 60));
    }

    function test_PausedSaysWhoWhatAndUntilWhen() public {
        vm.expectEmit();
        emit IPause.Paused(Rank.SENTINEL, sentinel, Op.WITHDRAW, T0 + 60, "incident");
        _pause(sentinel, Op.WITHDRAW, 60);
        (uint16 operations, uint256 until) = engine.pauseOf(Rank.SENTINEL);
        assertEq(operations, Op.WITHDRAW);
        assertEq(until, T0 + 60);
    }

    function test_EveryRankAndNobodyElse() public {
        _pause(sentinel, Op.WITHDRAW, 60);
        _pause(guardian, Op.WITHDRAW, 60);
        _pause(governance, Op.WITHDRAW, 60);
        address[3] memory others = [attacker, deployer, address(engine)];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.SENTINEL);
            _pause(others[i], Op.WITHDRAW, 60);
        }
    }

    function test_ARankClosesOnlyItsOperations() public {
        uint16 allowed = Op.WITHDRAW | Op.BORROW;
        uint16[3] memory refused = [uint16(0), Op.DEPOSIT, Op.WITHDRAW | Op.TRADE];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPause.OperationsOutOfBounds.selector, refused[i], allowed));
            _pause(sentinel, refused[i], 60);
        }
        _pause(sentinel, allowed, 60);
        vm.expectRevert(abi.encodeWithSelector(IPause.OperationsOutOfBounds.selector, 0, Op.ALL));
        _pause(governance, 0, 60);
        _pause(governance, Op.ALL, 60);
    }

    function test_DurationBoundsOfEachRank() public {
        _expectDuration(0, 1 days);
        _pause(guardian, Op.TRADE, 0);
        _expectDuration(1 days + 1, 1 days);
        _pause(guardian, Op.TRADE, 1 days + 1);
        _pause(guardian, Op.TRADE, 1 days);
        _expectDuration(0, 90 days);
        _pause(governance, Op.TRADE, 0);
        _expectDuration(90 days + 1, 90 days);
        _pause(governance, Op.TRADE, 90 days + 1);
        assertEq(_pause(governance, Op.TRADE, 90 days), T0 + 90 days);
        _closedUntil(Op.TRADE, T0 + 90 days);
    }

    /// S30: extending works on a live pause and never shortens it; without one it is an ordinary new pause.
    function test_S30_ExtendNeverShortensAndKeepsWhatIsClosed() public {
        _pause(guardian, Op.WITHDRAW, 1 days);
        vm.expectEmit();
        emit IPause.Paused(Rank.GUARDIAN, guardian, Op.WITHDRAW | Op.TRADE, T0 + 1 days, "incident");
        assertEq(_pause(guardian, Op.TRADE, 60), T0 + 1 days, "shortened");
        vm.warp(T0 + 1 days - 1);
        uint256 until = _pause(guardian, Op.TRADE, 60);
        assertEq(until, T0 + 1 days + 59);
        _closedUntil(Op.WITHDRAW, until);
    }

    function test_S30_AfterItsEndAPauseIsNotExtended() public {
        _pause(guardian, Op.WITHDRAW, 60);
        vm.warp(T0 + 60);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, T0 + 60 + 6 hours));
        _pause(guardian, Op.TRADE, 60);
        vm.warp(T0 + 60 + 6 hours);
        _pause(guardian, Op.TRADE, 60);
        host.act(Op.WITHDRAW);
        (uint16 operations,) = engine.pauseOf(Rank.GUARDIAN);
        assertEq(operations, Op.TRADE, "what ran out came back");
    }

    /// S31: records of ranks are separate; a long one that is stale blocks nothing.
    function test_S31_ALowRankShortensNothing() public {
        _pause(governance, Op.WITHDRAW, 30 days);
        _pause(guardian, Op.WITHDRAW, 1 days);
        _pause(sentinel, Op.WITHDRAW, 60);
        _closedUntil(Op.WITHDRAW, T0 + 30 days);
        assertEq(_pause(governance, Op.WITHDRAW, 60), T0 + 30 days + 61);
    }

    function test_UnpauseByGovernanceOnly() public {
        _pause(guardian, Op.WITHDRAW | Op.TRADE, 1 days);
        _pause(sentinel, Op.WITHDRAW, 60);
        address[3] memory others = [attacker, sentinel, guardian];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.unpause(Op.ALL, "");
        }
        vm.expectEmit();
        emit IPause.Unpaused(Op.WITHDRAW, "over");
        _unpause(Op.WITHDRAW);
        host.act(Op.WITHDRAW);
        _closedUntil(Op.TRADE, T0 + 1 days);
    }

    function test_CleanUpByAnyoneOnceItIsOver() public {
        _pause(guardian, Op.WITHDRAW | Op.LIQUIDATE, 60);
        vm.warp(T0 + 60 + GRACE - 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.NothingToCleanUp.selector, Rank.GUARDIAN));
        engine.cleanUp(Rank.GUARDIAN);
        vm.warp(T0 + 60 + GRACE);
        vm.expectEmit();
        emit IEngine.CleanedUp(Rank.GUARDIAN, keeper);
        vm.prank(keeper);
        engine.cleanUp(Rank.GUARDIAN);
        (uint16 operations, uint256 until) = engine.pauseOf(Rank.GUARDIAN);
        assertEq(operations, 0);
        assertEq(until, 0);
        vm.expectRevert(abi.encodeWithSelector(IEngine.NothingToCleanUp.selector, Rank.GUARDIAN));
        engine.cleanUp(Rank.GUARDIAN);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        engine.cleanUp(Rank.NONE);
    }

    function test_CleanUpEndsNoCooldownAndNoBudget() public {
        _pause(guardian, Op.WITHDRAW, 1 days);
        skip(1 days);
        engine.cleanUp(Rank.GUARDIAN);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, T0 + 1 days + 6 hours));
        _pause(guardian, Op.WITHDRAW, 60);
    }

    function test_RanksAndSetsThatDoNotExistAreRefused() public {
        (bool done,) = address(engine).call(abi.encodeWithSelector(IPause.pauseOf.selector, 4));
        assertFalse(done);
        (done,) = address(engine).call(abi.encodeWithSelector(IEngine.cleanUp.selector, 4));
        assertFalse(done);
        vm.prank(governance);
        (done,) = address(engine).call(abi.encodeWithSelector(IPause.pause.selector, 1 << 16, 60, 96, 0));
        assertFalse(done);
    }

    function _expectDuration(uint256 duration, uint256 maximum) private {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, duration, maximum));
    }
}
