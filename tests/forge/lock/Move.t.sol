// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {Decision, Guard} from "../../../contracts/guards/Types.sol";
import {Vm} from "../base/Vm.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Book} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title S53: what a host refuses by itself, after asking whether something may move, is reported in shadow mode too
/// forge-config: default.isolate = true
contract MoveTest is EngineTest {
    function _configure(IEngine e) internal override {
        super._configure(e);
        vm.prank(deployer);
        e.setDelay(e.setShadow.selector, 0);
    }

    function _lock(bytes32 subject, uint256 duration) internal {
        vm.prank(guardian);
        engine.lock(subject, duration, 1, "suspect");
    }

    function _block(address account, uint256 duration) private {
        vm.prank(guardian);
        engine.blockAccount(account, duration, "suspect");
    }

    function _age(uint256 age) private {
        vm.prank(governance);
        engine.setMinDepositAge(age);
    }

    function _inShadow(Guard guard) internal {
        vm.prank(governance);
        engine.setShadow(guard, true);
    }

    /// @dev It moves, and nothing is said but that.
    function _moves(address account) private {
        vm.recordLogs();
        host.move(address(token), account);
        assertEq(vm.getRecordedLogs().length, 1, "something was said");
    }

    function _stays(address account) private {
        vm.expectRevert(abi.encodeWithSelector(Book.Stays.selector, account));
        host.move(address(token), account);
    }

    /// @dev It moves, and what live mode would have said is reported, in this order.
    function _reports(address account, Guard[] memory by) private {
        vm.recordLogs();
        host.move(address(token), account);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, by.length + 1, "as many decisions");
        for (uint256 i; i < by.length; ++i) {
            assertEq(logs[i].emitter, address(engine));
            assertEq(logs[i].topics[0], GuardStorage.GuardDecision.selector);
            assertEq(uint256(logs[i].topics[1]), uint256(by[i]));
            assertEq(logs[i].topics[2], bytes32(uint256(uint160(account))));
            assertEq(logs[i].topics[3], bytes32(uint256(uint160(address(token)))));
            assertEq(logs[i].data, abi.encode(Decision.REFUSE, 0, 0, true));
        }
    }

    function _guards(Guard first) private pure returns (Guard[] memory by) {
        by = new Guard[](1);
        by[0] = first;
    }

    // ---------------------------------------------------------------- live

    function test_WhatIsFreeMovesInSilence() public {
        _moves(alice);
        _lock(engine.accountSubject(bob), 1 hours);
        _block(attacker, 1 hours);
        _age(1 hours);
        _moves(alice);
    }

    function test_S40_ALockedAccountStaysToTheSecond() public {
        _lock(engine.accountSubject(alice), 1 hours);
        _stays(alice);
        _moves(bob);
        vm.warp(T0 + 1 hours - 1);
        _stays(alice);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    function test_S40_ALockedAssetStaysForAll() public {
        _lock(engine.assetSubject(address(token)), 1 hours);
        _stays(alice);
        _stays(bob);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    function test_S38_AYoungDepositStaysToTheSecond() public {
        _age(1 hours);
        _deposit(alice, 10);
        _stays(alice);
        vm.warp(T0 + 1 hours - 1);
        _stays(alice);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    function test_S39_ABlockedAccountStaysToTheSecond() public {
        _block(alice, 1 hours);
        _stays(alice);
        vm.warp(T0 + 1 hours - 1);
        _stays(alice);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    // ---------------------------------------------------------------- shadow

    function test_S53_ALockInShadowIsReported() public {
        _inShadow(Guard.LOCK);
        _lock(engine.accountSubject(alice), 1 hours);
        _reports(alice, _guards(Guard.LOCK));
        _moves(bob);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    function test_S53_AYoungDepositInShadowIsReported() public {
        _inShadow(Guard.LOCK);
        _age(1 hours);
        _deposit(alice, 10);
        _reports(alice, _guards(Guard.LOCK));
        _moves(bob);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    function test_S53_ABlockInShadowIsReported() public {
        _inShadow(Guard.BLOCKLIST);
        _block(alice, 1 hours);
        _reports(alice, _guards(Guard.BLOCKLIST));
        _moves(bob);
        vm.warp(T0 + 1 hours);
        _moves(alice);
    }

    /// Each guard says what it would have done.
    function test_S53_AllOfThemInOrder() public {
        _inShadow(Guard.LOCK);
        _inShadow(Guard.BLOCKLIST);
        _age(1 hours);
        _deposit(alice, 10);
        _lock(engine.accountSubject(alice), 1 hours);
        _lock(engine.assetSubject(address(token)), 1 hours);
        _block(alice, 1 hours);
        Guard[] memory by = new Guard[](4);
        (by[0], by[1], by[2], by[3]) = (Guard.LOCK, Guard.LOCK, Guard.LOCK, Guard.BLOCKLIST);
        _reports(alice, by);
    }

    /// One guard's shadow does not open what another refuses.
    function test_S53_TheOtherGuardRefuses() public {
        _inShadow(Guard.LOCK);
        _lock(engine.accountSubject(alice), 2 hours);
        _block(alice, 1 hours);
        _stays(alice);
        skip(1 hours);
        _reports(alice, _guards(Guard.LOCK));
    }

    function test_S53_TheOtherGuardRefusesByLock() public {
        _inShadow(Guard.BLOCKLIST);
        _lock(engine.accountSubject(alice), 1 hours);
        _block(alice, 2 hours);
        _stays(alice);
        skip(1 hours);
        _reports(alice, _guards(Guard.BLOCKLIST));
    }
}
