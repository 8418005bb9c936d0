// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Minimal} from "../../../contracts/examples/Minimal.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {CallbackToken, Reentrant} from "./Tokens.sol";

/// @title The README's contract: 100 of 1,000 tokens may leave in 24 hours
/// forge-config: default.isolate = true
contract MinimalTest is ExampleTest {
    CallbackToken private token;
    Minimal private minimal;

    function setUp() public {
        token = new CallbackToken();
        minimal = new Minimal(controls, address(token));
        guards = address(minimal);
        rules().setLimit(address(token), limitOf(100, 0, 5, 1));
        configureAndSeal();
        deposit(alice, 1000);
        skip(2 * DAY);
    }

    function deposit(address account, uint256 amount) private {
        token.mint(account, amount);
        vm.startPrank(account);
        token.approve(address(minimal), amount);
        minimal.deposit(amount);
        vm.stopPrank();
    }

    function test_WithinTheLimitIsPaidAndOverItWaits() public {
        vm.startPrank(alice);
        minimal.withdraw(80);
        assertEq(token.balanceOf(alice), 80);
        minimal.withdraw(500);
        assertEq(token.balanceOf(alice), 80);
        assertEq(minimal.balanceOf(alice), 420);
        skip(DELAY);
        emergency().settle(1);
        assertEq(token.balanceOf(alice), 580);
        assertEq(minimal.total(), 420);
    }

    function test_AClaimThatEndsUnpaidIsABalanceAgain() public {
        vm.startPrank(alice);
        minimal.withdraw(300);
        emergency().withdrawClaim(1);
        minimal.withdraw(300);
        vm.stopPrank();
        returnClaim(2);
        assertEq(minimal.balanceOf(alice), 1000);
        assertEq(minimal.total(), 1000);
    }

    function test_RevertIf_ClosedOrLocked() public {
        pause(Op.WITHDRAW, 1 hours);
        vm.startPrank(alice);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        minimal.withdraw(1);
        vm.stopPrank();
        deposit(bob, 5);
        pause(Op.DEPOSIT, 1 hours);
        vm.prank(bob);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        minimal.deposit(0);
        skip(1 hours);
        lockAccount(alice, 1 hours);
        vm.prank(alice);
        vm.expectPartialRevert(LockCore.Locked.selector);
        minimal.withdraw(1);
        vm.prank(bob);
        minimal.withdraw(5);
        assertEq(token.balanceOf(bob), 5);
    }

    function test_RevertIf_MoreThanOnesOwn() public {
        vm.prank(bob);
        vm.expectRevert();
        minimal.withdraw(1);
    }

    function test_ATokenThatCallsBackDepositsOnce() public {
        Reentrant thief = new Reentrant(token);
        token.mint(address(thief), 20);
        thief.act(address(token), abi.encodeCall(token.approve, (address(minimal), 20)));
        thief.prepare(address(minimal), abi.encodeCall(Minimal.deposit, (10)));
        thief.act(address(minimal), abi.encodeCall(Minimal.deposit, (10)));
        assertEq(
            thief.refusal(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(minimal.balanceOf(address(thief)), 10);
    }
}
