// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILockdown} from "../../../contracts/guards/lockdown/ILockdown.sol";
import {LockdownCore} from "../../../contracts/guards/lockdown/LockdownCore.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "../examples/VaultFixture.sol";

/// @title A user closes his own account: a stolen key cannot empty it at once
abstract contract LockdownRules is VaultFixture {
    uint256 private constant NEVER = type(uint256).max;
    address private safe = makeAddr("safe");

    function _own() private view returns (ILockdown) {
        return ILockdown(guards);
    }

    function _lockDown(address account, uint256 delay, address to) private {
        vm.prank(account);
        _own().lockDown(delay, to);
    }

    function _expectLockedDown(address account, address to, uint256 until) private {
        vm.expectRevert(abi.encodeWithSelector(LockdownCore.LockedDown.selector, account, to, until));
    }

    function _transfer(address from, address to, uint256 shares) private {
        vm.prank(from);
        vault.transfer(to, shares);
    }

    function test_NothingLeavesButToTheSafeAddress() public {
        vm.expectEmit();
        emit ILockdown.AccountLockedDown(alice, DAY, safe);
        _lockDown(alice, DAY, safe);
        assertEq(vault.maxWithdraw(alice), 0);
        assertEq(vault.maxRedeem(alice), 0);
        _expectLockedDown(alice, alice, NEVER);
        withdraw(alice, 1);
        _expectLockedDown(alice, attacker, NEVER);
        vm.prank(alice);
        vault.redeem(1e6, attacker, alice);
        _expectLockedDown(alice, attacker, NEVER);
        _transfer(alice, attacker, 1);
        _transfer(alice, safe, 1);
        vm.prank(alice);
        vault.withdraw(1, safe, alice);
        assertEq(token.balanceOf(safe), 1);
    }

    /// An allowance from before is of no use, and others are not concerned.
    function test_AnAllowanceIsNoWayAround() public {
        vm.prank(alice);
        vault.approve(attacker, type(uint256).max);
        _lockDown(alice, DAY, address(0));
        _expectLockedDown(alice, attacker, NEVER);
        vm.prank(attacker);
        vault.withdraw(1, attacker, alice);
        _expectLockedDown(alice, attacker, NEVER);
        vm.prank(attacker);
        vault.transferFrom(alice, attacker, 1);
        withdraw(bob, 1);
        _transfer(bob, alice, 1);
        give(alice, 1);
    }

    /// Nowhere is nowhere: without a safe address the zero address is none.
    function test_WithoutASafeAddressNothingLeaves() public {
        _lockDown(alice, DAY, address(0));
        _expectLockedDown(alice, safe, NEVER);
        _transfer(alice, safe, 1);
        _expectLockedDown(alice, address(0), NEVER);
        vm.prank(alice);
        vault.withdraw(1, address(0), alice);
    }

    function test_S38_ALiftTakesItsDelay() public {
        _lockDown(alice, DAY, safe);
        uint256 until = vm.getBlockTimestamp() + DAY;
        vm.expectEmit();
        emit ILockdown.LiftBegun(alice, until);
        vm.prank(alice);
        assertEq(_own().beginLift(), until);
        vm.expectRevert(abi.encodeWithSelector(ILockdown.LiftHasBegun.selector, alice, until));
        vm.prank(alice);
        _own().beginLift();
        vm.warp(until - 1);
        _expectLockedDown(alice, alice, until);
        withdraw(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(ILockdown.AlreadyLockedDown.selector, alice));
        _lockDown(alice, DAY, attacker);
        vm.warp(until);
        assertGt(vault.maxWithdraw(alice), 0);
        withdraw(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(ILockdown.NotLockedDown.selector, alice));
        vm.prank(alice);
        _own().beginLift();
        vm.expectRevert(abi.encodeWithSelector(ILockdown.NoLiftToStop.selector, alice));
        vm.prank(safe);
        _own().stopLift(alice);
        _lockDown(alice, 2 * DAY, address(0));
        (bool isOn, uint256 ends, uint256 delay, address to) = _own().lockdownOf(alice);
        assertTrue(isOn);
        assertEq(ends, NEVER);
        assertEq(delay, 2 * DAY);
        assertEq(to, address(0));
    }

    /// The thief with the key begins a lift; the safe address, another key, stops it as often as he does.
    function test_TheSafeAddressAndTheOwnerStopALift() public {
        _lockDown(alice, DAY, safe);
        vm.expectRevert(abi.encodeWithSelector(ILockdown.NoLiftToStop.selector, alice));
        vm.prank(safe);
        _own().stopLift(alice);
        address[2] memory stoppers = [safe, alice];
        for (uint256 i; i < 2; ++i) {
            vm.prank(alice);
            uint256 until = _own().beginLift();
            vm.warp(until - 1);
            vm.expectRevert(abi.encodeWithSelector(ILockdown.NotOwnerNorSafe.selector, attacker));
            vm.prank(attacker);
            _own().stopLift(alice);
            vm.expectEmit();
            emit ILockdown.LiftStopped(alice, stoppers[i]);
            vm.prank(stoppers[i]);
            _own().stopLift(alice);
            vm.warp(until + 30 days);
            _expectLockedDown(alice, alice, NEVER);
            withdraw(alice, 1);
        }
    }

    function test_TheDelayIsBounded() public {
        uint256[2] memory wrong = [uint256(1 hours - 1), 30 days + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ILockdown.InvalidLockdown.selector, wrong[i], 30 days, safe));
            _lockDown(alice, wrong[i], safe);
        }
        vm.expectRevert(abi.encodeWithSelector(ILockdown.InvalidLockdown.selector, DAY, 30 days, alice));
        _lockDown(alice, DAY, alice);
        _lockDown(alice, 1 hours, safe);
        _lockDown(bob, 30 days, safe);
        (bool isOn, uint256 until,,) = _own().lockdownOf(attacker);
        assertFalse(isOn);
        assertEq(until, 0);
    }
}

/// forge-config: default.isolate = true
contract EmbeddedLockdownTest is EmbeddedVault, LockdownRules {
    function setUp() public override(VaultFixture) {
        super.setUp();
    }
}

/// forge-config: default.isolate = true
contract HubLockdownTest is HubbedVault, LockdownRules {
    function setUp() public override(VaultFixture) {
        super.setUp();
    }
}
