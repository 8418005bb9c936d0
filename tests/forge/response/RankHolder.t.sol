// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGuarded, RankHolder} from "../../../contracts/response/RankHolder.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Vm} from "../base/Vm.sol";

contract Raiser is RankHolder {
    constructor(IGuarded protocol_) RankHolder(protocol_) {}

    function raise(Level wanted, uint256 duration, uint256 least) external returns (bool) {
        return _raise(wanted, duration, least, "reason");
    }
}

/// @title What a contract with a fast rank raises, and what that costs the rank (S33)
contract RankHolderTest is EngineTest {
    Raiser private raiser;

    function setUp() public override {
        super.setUp();
        raiser = new Raiser(IGuarded(address(engine)));
        _govern(abi.encodeCall(engine.setHolder, (address(raiser), Rank.GUARDIAN)));
    }

    /// @dev A budget of two hours without a cooldown.
    function _twoHours() private {
        Powers memory p = _guardianPowers();
        (p.maxPause, p.budget, p.cooldown) = (2 hours, 2 hours, 0);
        _govern(abi.encodeCall(engine.setRankLimits, (Rank.GUARDIAN, _pack(p))));
    }

    /// @return count how often it was told that the protocol is less restricted than it should be
    function _told() private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == RankHolder.LevelNotRaised.selector) ++count;
        }
    }

    function _until() private view returns (uint256 until) {
        (, until) = engine.levelOf(Rank.GUARDIAN);
    }

    function test_AProtocolWithoutCodeIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(RankHolder.ProtocolHasNoCode.selector, alice));
        new Raiser(IGuarded(alice));
    }

    function test_WhatGovernanceRaisedCostsNothing() public {
        uint256 left = engine.pauseBudgetLeft(Rank.GUARDIAN);
        _raise(governance, Level.QUEUED, 0);
        vm.recordLogs();
        assertTrue(raiser.raise(Level.THROTTLED, 1 hours, 1 hours));
        assertTrue(raiser.raise(Level.QUEUED, 1 hours, 1 hours));
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), left);
        assertTrue(raiser.raise(Level.EXIT_ONLY, 1 hours, 1 hours));
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), left - 1 hours);
    }

    function test_WhatStandsLongEnoughIsLeftAlone() public {
        vm.recordLogs();
        assertTrue(raiser.raise(Level.QUEUED, 2 hours, 1 hours));
        uint256 until = _until();
        assertEq(until, _now() + 2 hours);
        vm.warp(until - 1 hours);
        assertTrue(raiser.raise(Level.QUEUED, 2 hours, 1 hours));
        assertEq(_until(), until, "exactly as long as asked");
        skip(1);
        assertTrue(raiser.raise(Level.QUEUED, 2 hours, 1 hours));
        assertEq(_until(), _now() + 2 hours, "a second less");
        assertTrue(raiser.raise(Level.EXIT_ONLY, 2 hours, 1 hours));
        assertEq(uint256(engine.level()), uint256(Level.EXIT_ONLY));
        assertEq(_told(), 0);
    }

    /// What a live pause covers is paid for, to the second, whatever the level had been.
    function test_TheBudgetPaysForWhatIsNotCovered() public {
        _twoHours();
        _pause(guardian, Op.WITHDRAW, 1 hours);
        skip(30 minutes);
        vm.recordLogs();
        assertTrue(raiser.raise(Level.QUEUED, 2 hours, 2 hours));
        assertEq(_until(), _now() + 90 minutes);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 0);
        assertEq(_told(), 0);
    }

    function test_AnExhaustedBudgetIsRefusedByItsName() public {
        _twoHours();
        _pause(guardian, Op.WITHDRAW, 2 hours);
        skip(2 hours);
        vm.expectEmit(address(raiser));
        bytes memory error = abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0);
        emit RankHolder.LevelNotRaised(Level.QUEUED, Level.NORMAL, error);
        assertFalse(raiser.raise(Level.QUEUED, 2 hours, 2 hours));
        assertEq(uint256(engine.level()), uint256(Level.NORMAL));
    }
}
