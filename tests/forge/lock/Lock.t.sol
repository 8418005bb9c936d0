// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILock} from "../../../contracts/guards/lock/ILock.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Guard, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Collateral that must stay, until when, and who says so
contract LockTest is EngineTest {
    bytes32 private aliceSubject;

    function setUp() public override {
        super.setUp();
        aliceSubject = engine.accountSubject(alice);
        _deposit(alice, LIMIT);
        skip(1 days - 3 hours);
        vm.prank(sentinel);
        engine.heartbeat();
    }

    function _lock(address by, bytes32 subject, uint256 duration) private returns (uint256) {
        vm.prank(by);
        return engine.lock(subject, duration, 7, "case 7");
    }

    function _expectLocked(bytes32 subject, uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(IEngine.Locked.selector, subject, until));
    }

    function test_S38_ALockedAccountStaysUntilItsSecond() public {
        vm.expectEmit();
        emit ILock.SubjectLocked(aliceSubject, Rank.GUARDIAN, guardian, _now() + 1 days, 7, "case 7");
        uint256 until = _lock(guardian, aliceSubject, 1 days);
        assertEq(until, _now() + 1 days);
        vm.warp(until - 1);
        assertFalse(host.removable(alice, address(token)));
        _expectLocked(aliceSubject, until);
        _withdraw(alice, 1);
        vm.warp(until);
        assertTrue(host.removable(alice, address(token)));
        _withdraw(alice, 1);
        vm.warp(until + 1);
        _withdraw(alice, 1);
    }

    function test_AnAssetIsLockedForEverybodyAndAnotherAccountIsNot() public {
        _deposit(bob, LIMIT);
        _lock(guardian, aliceSubject, 60);
        _withdraw(bob, 1);
        bytes32 subject = engine.assetSubject(address(token));
        uint256 until = _lock(guardian, subject, 60);
        assertFalse(host.removable(bob, address(token)));
        _expectLocked(subject, until);
        _withdraw(bob, 1);
        vm.warp(until);
        assertTrue(host.removable(bob, address(token)));
    }

    function test_APositionIsLockedAlone() public {
        bytes32 position = keccak256("position");
        bytes32 subject = engine.positionSubject(position);
        uint256 until = _lock(guardian, subject, 60);
        _withdraw(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.Locked.selector, subject, until));
        host.removePosition(position, address(token), 1);
        host.removePosition(keccak256("another"), address(token), 1);
        vm.warp(until);
        host.removePosition(position, address(token), 1);
    }

    function testFuzz_SubjectsOfDifferentKindsNeverMeet(address account, bytes32 position) public view {
        bytes32 a = engine.accountSubject(account);
        bytes32 b = engine.assetSubject(account);
        bytes32 c = engine.positionSubject(position);
        assertEq(uint256(a) >> 248, 1);
        assertEq(uint256(b) >> 248, 2);
        assertEq(uint256(c) >> 248, 3);
        assertEq(address(uint160(uint256(a))), account);
        assertEq(address(uint160(uint256(b))), account);
    }

    function test_RepayAndAddCollateralStayOpen() public {
        _lock(guardian, aliceSubject, 60);
        vm.startPrank(alice);
        host.act(Op.REPAY);
        host.act(Op.ADD_COLLATERAL);
        vm.stopPrank();
        _deposit(alice, 1);
    }

    function test_EachRankWithinItsBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 6 hours + 1, 6 hours));
        _lock(sentinel, aliceSubject, 6 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 0, 6 hours));
        _lock(sentinel, aliceSubject, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 90 days + 1, 90 days));
        _lock(governance, aliceSubject, 90 days + 1);
        assertEq(_lock(governance, aliceSubject, 90 days), _now() + 90 days);
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _lock(attacker, aliceSubject, 60);
    }

    /// S31: a low rank's lock shortens no higher one's, and a shorter one of the same rank shortens nothing.
    function test_S31_NoLockIsShortenedByAnother() public {
        uint256 until = _lock(governance, aliceSubject, 30 days);
        _lock(sentinel, aliceSubject, 60);
        assertEq(_lock(guardian, aliceSubject, 2 days), _now() + 2 days);
        assertEq(_lock(guardian, aliceSubject, 60), _now() + 2 days);
        (uint256 longest, uint256 caseId) = engine.lockOf(aliceSubject);
        assertEq(longest, until);
        assertEq(caseId, 7);
    }

    function test_LocksOfARankInAPeriodAreCounted() public {
        for (uint160 i; i < 3; ++i) {
            _lock(guardian, engine.accountSubject(address(i)), 60);
            skip(1 days);
        }
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        _lock(guardian, aliceSubject, 60);
        skip(28 days - 1);
        vm.prank(guardian);
        (bool lapsed,) = address(engine).call(abi.encodeCall(engine.heartbeat, ()));
        assertFalse(lapsed);
    }

    function test_LocksComeBackAfterAWholePeriodWithoutOne() public {
        for (uint256 i; i < 3; ++i) {
            _lock(guardian, aliceSubject, 60);
        }
        uint256 last = _now();
        vm.warp(last + 28 days);
        vm.prank(guardian);
        engine.heartbeat();
        vm.warp(last + 30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        _lock(guardian, aliceSubject, 60);
        vm.warp(last + 30 days);
        _lock(guardian, aliceSubject, 60);
    }

    /// One subject is locked by a fast rank for no longer than the rank's budget in any period.
    function test_OneSubjectIsLockedWithinTheBudget() public {
        _lock(guardian, aliceSubject, 2 days);
        skip(2 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1 days + 1, 1 days));
        _lock(guardian, aliceSubject, 1 days + 2);
        _lock(guardian, aliceSubject, 1 days + 1);
        skip(5 days);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        _lock(guardian, aliceSubject, 1);
        _lock(guardian, engine.accountSubject(bob), 2 days);
    }

    function test_TheBudgetOfASubjectComesBackAfterAQuietPeriod() public {
        _lock(guardian, aliceSubject, 2 days);
        uint256 end = _now() + 2 days;
        skip(20 days);
        vm.prank(guardian);
        engine.heartbeat();
        vm.warp(end + 30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 2 days, 1 days));
        _lock(guardian, aliceSubject, 2 days);
        vm.warp(end + 30 days);
        _lock(guardian, aliceSubject, 2 days);
    }

    function test_UnlockByGovernanceEndsAllRanksLocks() public {
        _lock(governance, aliceSubject, 30 days);
        _lock(guardian, aliceSubject, 2 days);
        _lock(sentinel, aliceSubject, 60);
        address[3] memory others = [attacker, sentinel, guardian];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            _unlock(others[i]);
        }
        vm.expectEmit();
        emit ILock.SubjectUnlocked(aliceSubject, "over");
        _unlock(governance);
        _withdraw(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(ILock.NotLocked.selector, aliceSubject));
        _unlock(governance);
    }

    /// What governance ended early is not given back: the rank's time on this subject stays spent.
    function test_AnUnlockedSubjectStaysCharged() public {
        _lock(guardian, aliceSubject, 2 days);
        _unlock(governance);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1 days + 1, 1 days));
        _lock(guardian, aliceSubject, 1 days + 1);
        _lock(guardian, aliceSubject, 1 days);
    }

    function test_S53_InShadowALockIsSaidAndNotEnforced() public {
        bytes memory call = abi.encodeCall(engine.setShadow, (Guard.LOCK, true));
        _govern(call);
        _lock(guardian, aliceSubject, 60);
        assertTrue(host.removable(alice, address(token)));
        _withdraw(alice, 1);
    }

    function _unlock(address by) private {
        vm.prank(by);
        engine.unlock(aliceSubject, "over");
    }
}
