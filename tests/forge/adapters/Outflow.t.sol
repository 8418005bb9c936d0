// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7265Adapter} from "../../../contracts/adapters/ERC7265Adapter.sol";
import {IERC7265} from "../../../contracts/adapters/IERC7265.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {Level, Op} from "../../../contracts/guards/Types.sol";
import {AdapterTest, Bank, Customer, FormerBreaker, Reentering} from "./AdapterTest.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title A protocol written for ERC-7265 behind the hub: what it sends passes, waits or is refused
/// forge-config: default.isolate = true
contract AdapterOutflowTest is AdapterTest {
    function _expectNotProtected(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(ERC7265Adapter.NotProtected.selector, caller));
    }

    function test_AProtocolSwitchesByChangingTheAddress() public {
        bank.setBreaker(IERC7265(address(new FormerBreaker())));
        _hadPut(alice, 5 * LIMIT);
        _take(alice, 2 * LIMIT);
        assertEq(_paid(alice), 2 * LIMIT, "nothing limits it");
        bank.setBreaker(adapter);
        _take(alice, LIMIT);
        assertEq(_paid(alice), 3 * LIMIT);
        _take(alice, 2 * LIMIT);
        assertEq(_paid(alice), 3 * LIMIT, "over the limit");
        assertEq(_locked(alice), 2 * LIMIT);
    }

    function test_TheLimitIsMetToTheUnit() public {
        _hadPut(alice, 3 * LIMIT);
        _take(alice, LIMIT - 1);
        assertFalse(adapter.isRateLimitTriggered(address(token)));
        _take(alice, 1);
        assertEq(_paid(alice), LIMIT);
        assertEq(engine.claimCount(), 0);
        assertTrue(adapter.isRateLimitTriggered(address(token)), "nothing more may leave now");
        _take(alice, LIMIT / 2);
        assertEq(engine.claimCount(), 1);
        assertEq(_paid(alice), LIMIT);
    }

    function test_OverTheLimitItWaitsInTheHub() public {
        _hadPut(alice, 2 * LIMIT);
        vm.expectEmit(address(adapter));
        emit ERC7265Adapter.OutflowQueued(address(bank), address(token), alice, LIMIT + 1, 1);
        _take(alice, LIMIT + 1);
        assertEq(_paid(alice), 0);
        assertEq(token.balanceOf(address(hub)), LIMIT + 1);
        assertEq(token.balanceOf(address(adapter)), 0, "it keeps nothing");
        assertEq(engine.claim(1).owner, alice);
        assertEq(engine.lockedInClaims(address(token)), LIMIT + 1);
    }

    function test_OverTheLimitItIsRefusedWhereTheProtocolWantsThat() public {
        _hadPut(alice, 2 * LIMIT);
        bank.setRefuses(true);
        _take(alice, LIMIT / 2);
        vm.expectRevert(abi.encodeWithSelector(ERC7265Adapter.RateLimited.selector, address(token), LIMIT, LIMIT / 2));
        _take(alice, LIMIT);
        assertEq(bank.balance(address(token), alice), 3 * LIMIT / 2, "as before");
        assertEq(engine.claimCount(), 0);
        _take(alice, LIMIT / 2);
        assertEq(_paid(alice), LIMIT, "the refused one used nothing up");
    }

    function test_TheFormWithoutAChoiceWaits() public {
        _hadPut(alice, 3 * LIMIT);
        bank.setRefuses(true);
        vm.startPrank(alice);
        bank.withdrawLater(address(token), LIMIT);
        bank.withdrawLater(address(token), LIMIT);
        vm.stopPrank();
        assertEq(_paid(alice), LIMIT);
        assertEq(_locked(alice), LIMIT);
    }

    /// S20: after a trip one wei goes out, and nobody else waits for it.
    function test_S20_AfterATripOneWeiDoesNotTripAgain() public {
        _hadPut(alice, 3 * LIMIT);
        _hadPut(bob, LIMIT);
        _take(alice, 2 * LIMIT);
        assertEq(engine.claimCount(), 1);
        _take(bob, 1);
        _take(alice, 1);
        assertEq(_paid(bob), 1);
        assertEq(_paid(alice), 1);
        _take(bob, LIMIT - 2);
        assertEq(engine.claimCount(), 1, "what waits has used nothing up");
        assertTrue(adapter.isRateLimitTriggered(address(token)));
        skip(1 days);
        assertFalse(adapter.isRateLimitTriggered(address(token)), "nothing to override: it refills");
        assertFalse(adapter.isInGracePeriod());
    }

    /// S10: the cost of a withdrawal does not grow with those before it, passed or waiting.
    function test_S10_TheCostIsConstant() public {
        _hadPut(alice, 100 * LIMIT);
        _take(alice, 1);
        skip(60);
        uint256 first = _gasOf(UNIT);
        _gasOf(2 * LIMIT);
        uint256 firstWaiting = _gasOf(2 * LIMIT);
        for (uint256 i; i < 40; ++i) {
            skip(7);
            _gasOf(1);
            _gasOf(2 * LIMIT);
        }
        skip(60);
        uint256 last = _gasOf(UNIT);
        uint256 lastWaiting = _gasOf(2 * LIMIT);
        emit Measured(last, lastWaiting);
        assertLe(last, first * 101 / 100, "passing");
        assertLe(lastWaiting, firstWaiting * 101 / 100, "waiting");
    }

    event Measured(uint256 passing, uint256 waiting);

    function _gasOf(uint256 amount) private returns (uint256 used) {
        vm.prank(alice);
        used = gasleft();
        bank.withdraw(address(token), amount);
        used -= gasleft();
    }

    /// What comes back within the transaction has used nothing up.
    function test_WhatComesInIsMetered() public {
        Customer customer = new Customer(bank);
        token.mint(address(customer), LIMIT);
        customer.deposit(address(token), LIMIT);
        skip(2 days);
        customer.outAndIn(address(token), LIMIT);
        assertEq(engine.available(address(token)), LIMIT);
        customer.withdraw(address(token), LIMIT);
        assertEq(engine.available(address(token)), 0);
    }

    // ---------------------------------------------------------------- who may

    function test_AStrangerIsRefused() public {
        token.mint(address(adapter), UNIT);
        vm.startPrank(attacker);
        _expectNotProtected(attacker);
        adapter.onTokenInflow(address(token), 1);
        _expectNotProtected(attacker);
        adapter.onTokenOutflow(address(token), 1, attacker, false);
        _expectNotProtected(attacker);
        adapter.onTokenOutflow(address(token), 1, attacker);
        vm.stopPrank();
        assertEq(_paid(attacker), 0);
    }

    /// The list is the hub's: listing waits governance's delay, taking off the list does not.
    function test_GovernanceListsAndUnlists() public {
        _hadPut(alice, 2 * LIMIT);
        assertTrue(adapter.isProtectedContract(address(bank)));
        vm.prank(governance);
        hub.setMember(address(bank), false);
        assertFalse(adapter.isProtectedContract(address(bank)));
        _expectNotProtected(address(bank));
        _take(alice, 1);
        _govern(abi.encodeCall(hub.setMember, (address(bank), true)));
        _take(alice, 1);
        assertEq(_paid(alice), 1);
    }

    function test_TheAdapterItselfIsNoProtocol() public {
        assertTrue(hub.isMember(address(adapter)));
        assertFalse(adapter.isProtectedContract(address(adapter)));
        _expectNotProtected(address(adapter));
        vm.prank(address(adapter));
        adapter.onTokenOutflow(address(token), 0, alice, false);
    }

    function test_AnAdapterThatIsNoMemberMovesNothing() public {
        ERC7265Adapter stray = new ERC7265Adapter(hub);
        bank.setBreaker(stray);
        token.mint(alice, UNIT);
        vm.startPrank(alice);
        token.approve(address(bank), UNIT);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, address(stray)));
        bank.deposit(address(token), UNIT);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- the other guards

    function test_APauseStopsBothWays() public {
        _hadPut(alice, 2 * LIMIT);
        token.mint(alice, UNIT);
        assertTrue(adapter.isOperational());
        uint256 until = _pause(guardian, Op.WITHDRAW, 60);
        assertFalse(adapter.isOperational());
        _expectClosed(Op.WITHDRAW, until);
        _take(alice, 1);
        _put(bob, 1);
        vm.warp(until);
        until = _pause(governance, Op.DEPOSIT, 60);
        assertFalse(adapter.isOperational());
        _take(alice, 1);
        vm.startPrank(alice);
        token.approve(address(bank), UNIT);
        _expectClosed(Op.DEPOSIT, until);
        bank.deposit(address(token), 1);
        vm.stopPrank();
    }

    function test_ALevelTightensIt() public {
        _hadPut(alice, 2 * LIMIT);
        _raise(guardian, Level.THROTTLED, 1 hours);
        _take(alice, LIMIT / 2 + 1);
        assertEq(_paid(alice), 0);
        _take(alice, LIMIT / 2);
        assertEq(_paid(alice), LIMIT / 2);
    }

    function test_ABlockedRecipientGetsNothing() public {
        _hadPut(alice, LIMIT);
        _hadPut(bob, LIMIT);
        vm.prank(guardian);
        engine.blockAccount(alice, 1 hours, "thief");
        vm.expectRevert();
        _take(alice, 1);
        _take(bob, 1);
        assertEq(_paid(bob), 1);
        skip(1 hours);
        _take(alice, 1);
        assertEq(_paid(alice), 1);
    }

    // ---------------------------------------------------------------- tokens that bite, and mistakes

    /// S14: of a token that takes a fee, what arrived in the adapter is metered and sent on.
    function test_S14_AFeeIsTakenOffWhatIsMetered() public {
        _hadPut(alice, 4 * LIMIT);
        token.setFee(1000);
        _take(alice, LIMIT);
        assertEq(_paid(alice), LIMIT * 81 / 100, "two movements, two fees");
        assertEq(engine.available(address(token)), LIMIT / 10);
        _take(alice, 2 * LIMIT);
        assertEq(engine.claim(1).amount, 2 * LIMIT * 81 / 100);
        assertEq(token.balanceOf(address(adapter)), 0);
    }

    function test_NothingLeavesThatDidNotArrive() public {
        _hadPut(alice, LIMIT);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ERC7265Adapter.NothingArrived.selector, address(token), 1));
        bank.announce(address(token), 1);
        bank.announce(address(token), 0);
        vm.stopPrank();
        token.mint(address(adapter), 5);
        _take(alice, 7);
        assertEq(_paid(alice), 7, "no more than was asked for");
        assertEq(token.balanceOf(address(adapter)), 5);
    }

    /// S14: a second withdrawal from inside the first one's payment.
    function test_S14_AWithdrawalInsideAPaymentIsRefused() public {
        Reentering thief = new Reentering(bank);
        token.mint(address(thief), LIMIT);
        thief.deposit(address(token), LIMIT);
        skip(2 days);
        token.setHook(address(thief));
        thief.prepare(LIMIT / 4);
        thief.withdraw(address(token), LIMIT / 4);
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(thief.refusal(), refusal);
        assertEq(_paid(address(thief)), LIMIT / 4);
        assertEq(bank.balance(address(token), address(thief)), 3 * LIMIT / 4);
    }

    function test_NativeAssetsAreRefused() public {
        vm.deal(alice, 3 ether);
        vm.startPrank(alice);
        vm.expectRevert(ERC7265Adapter.NativeAssetRefused.selector);
        bank.enterNative{value: 1 ether}();
        vm.expectRevert(ERC7265Adapter.NativeAssetRefused.selector);
        bank.leaveNative{value: 1 ether}(false);
        vm.expectRevert(ERC7265Adapter.NativeAssetRefused.selector);
        bank.leaveNative{value: 1 ether}(true);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------- what users ask

    function test_IsRateLimitedTellsWhetherThisTransactionWaits() public {
        Customer customer = new Customer(bank);
        token.mint(address(customer), 3 * LIMIT);
        customer.deposit(address(token), 3 * LIMIT);
        skip(2 days);
        customer.withdraw(address(token), LIMIT / 2);
        assertEq(_paid(address(customer)), LIMIT / 2);
        vm.expectRevert(Customer.Waits.selector);
        customer.withdraw(address(token), LIMIT);
        _hadPut(alice, 2 * LIMIT);
        _take(alice, 2 * LIMIT);
        assertFalse(adapter.isRateLimited(), "another's trip is not his");
        customer.withdraw(address(token), LIMIT / 2);
        assertEq(_paid(address(customer)), LIMIT);
    }

    function test_ItMeasuresNoBase() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NoBaseSource.selector, address(token)));
        adapter.outflowBase(address(token));
    }
}
