// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILock} from "../../../contracts/guards/lock/ILock.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title What was deposited must stay for a while before it can leave
contract DepositAgeTest is EngineTest {
    function _age(uint256 age) private {
        vm.prank(governance);
        engine.setMinDepositAge(age);
    }

    function _young(uint256 removableAt) private {
        vm.expectRevert(abi.encodeWithSelector(IEngine.DepositTooYoung.selector, alice, removableAt));
    }

    function test_S38_ADepositLeavesAtItsSecond() public {
        _age(1 hours);
        _deposit(alice, 10);
        vm.warp(T0 + 1 hours - 1);
        assertFalse(host.removable(alice, address(token)));
        _young(T0 + 1 hours);
        _withdraw(alice, 1);
        vm.warp(T0 + 1 hours);
        assertTrue(host.removable(alice, address(token)));
        _withdraw(alice, 1);
        vm.warp(T0 + 1 hours + 1);
        _withdraw(alice, 1);
    }

    function test_ALaterDepositRenewsItForItsAccountOnly() public {
        _age(1 hours);
        _deposit(alice, 10);
        _deposit(bob, 10);
        skip(1 hours);
        _deposit(alice, 10);
        _withdraw(bob, 1);
        _young(T0 + 2 hours);
        _withdraw(alice, 1);
    }

    function test_DepositsFromBeforeItWasWantedAreFree() public {
        _deposit(alice, 10);
        _age(1 hours);
        _withdraw(alice, 1);
    }

    function test_RaisedAtOnceLoweredLaterAndBounded() public {
        vm.expectEmit();
        emit ILock.MinDepositAgeSet(0, 1 hours);
        _age(1 hours);
        assertEq(engine.minDepositAge(), 1 hours);
        _age(1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setMinDepositAge.selector, DELAY)
        );
        _age(1 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(ILock.AgeOutOfBounds.selector, 30 days + 1, 30 days));
        _age(30 days + 1);
        _age(30 days);
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setMinDepositAge(30 days);
        bytes memory call = abi.encodeCall(engine.setMinDepositAge, (0));
        _govern(call);
        assertFalse(engine.guardWord().agesDeposits());
        _deposit(alice, 10);
        _withdraw(alice, 1);
    }
}
