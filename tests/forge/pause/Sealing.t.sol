// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Guard, Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Until the deployer has handed over, nothing is open
contract SealingTest is EngineTest {
    function setUp() public override {
        super.setUp();
        (host, engine) = _makeHost();
        _configure(engine);
    }

    function _allClosed() private {
        for (uint256 i; i < 16; ++i) {
            uint16 operation = uint16(1 << i);
            assertFalse(engine.isOpen(operation));
            uint256 until = type(uint32).max;
            _expectClosed(operation, operation == Op.LIQUIDATE ? until + GRACE : until);
            host.act(operation);
        }
    }

    function test_ClosedUntilSealedAndOpenThen() public {
        assertFalse(engine.isSealed());
        _allClosed();
        vm.expectEmit();
        emit IEngine.GovernanceSet(deployer, governance);
        vm.expectEmit();
        emit IRoles.Sealed(governance);
        _seal(engine);
        assertTrue(engine.isSealed());
        assertEq(engine.governance(), governance);
        for (uint256 i; i < 16; ++i) {
            host.act(uint16(1 << i));
        }
    }

    function test_TheDeployerCannotOpenEarly() public {
        vm.startPrank(deployer);
        engine.unpause(Op.ALL, "");
        engine.setShadow(Guard.PAUSE, true);
        engine.setShadow(Guard.LEVEL, true);
        vm.stopPrank();
        _allClosed();
        _seal(engine);
        host.act(Op.WITHDRAW);
    }

    function test_APauseBeforeSealNeitherShortensNorOutlastsIt() public {
        _pause(deployer, Op.TRADE, 60);
        skip(61);
        _allClosed();
        _seal(engine);
        host.act(Op.TRADE);
    }

    function test_WhatFastRanksPausedBeforeStaysPaused() public {
        _pause(guardian, Op.TRADE, 60);
        _seal(engine);
        _closedUntil(Op.TRADE, T0 + 60);
    }

    function test_SealOnceAndByTheDeployer() public {
        _expectUnauthorised(attacker, Rank.GOVERNANCE);
        vm.prank(attacker);
        engine.seal(attacker);
        vm.expectRevert(abi.encodeWithSelector(IEngine.InvalidGovernance.selector, guardian));
        vm.prank(deployer);
        engine.seal(guardian);
        _seal(engine);
        vm.expectRevert(IRoles.AlreadySealed.selector);
        vm.prank(governance);
        engine.seal(attacker);
    }

    function test_AfterSealTheDeployerIsNobody() public {
        _seal(engine);
        assertEq(uint256(engine.rankOf(deployer)), uint256(Rank.NONE));
        _expectUnauthorised(deployer, Rank.GOVERNANCE);
        vm.prank(deployer);
        engine.setHolder(attacker, Rank.GUARDIAN);
        vm.expectRevert();
        vm.prank(deployer);
        engine.raiseLevel(Level.FROZEN, 60, "");
    }

    /// What the deployer announced while it governed must not wait for the users to come.
    function test_AnnouncementsOfTheDeployerAreVoidAfterSeal() public {
        bytes memory call = abi.encodeCall(engine.setGovernance, (attacker));
        vm.prank(deployer);
        bytes32 id = engine.schedule(call);
        _seal(engine);
        (uint256 at,) = engine.overrideOf(id);
        assertEq(at, 0);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSignature("NotScheduled(bytes32)", id));
        engine.execute(call);
    }
}
