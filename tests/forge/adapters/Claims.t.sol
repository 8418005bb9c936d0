// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7265Adapter} from "../../../contracts/adapters/ERC7265Adapter.sol";
import {IERC7265} from "../../../contracts/adapters/IERC7265.sol";
import {HubGuarded} from "../../../contracts/HubGuarded.sol";
import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {AdapterTest, Reentering} from "./AdapterTest.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title `claimLockedFunds`: what waits for a recipient is paid, a page at a time, each claim by its own fate
/// forge-config: default.isolate = true
contract AdapterClaimsTest is AdapterTest {
    function setUp() public override {
        super.setUp();
        _hadPut(alice, 200 * LIMIT);
        _hadPut(bob, 200 * LIMIT);
    }

    /// @dev Each over the limit.
    function _wait(address account, uint256 count) private {
        for (uint256 i; i < count; ++i) {
            _take(account, 2 * LIMIT);
        }
    }

    function _expectNothing(address account, uint256 waiting) private {
        vm.expectRevert(
            abi.encodeWithSelector(ERC7265Adapter.NothingToClaim.selector, address(token), account, waiting)
        );
    }

    function _hold(uint256 id, uint256 until) private {
        vm.prank(guardian);
        engine.hold(_ids(id), until, "suspect");
    }

    function test_ReadyToTheSecond() public {
        _wait(alice, 1);
        vm.warp(engine.claim(1).readyAt - 1);
        _expectNothing(alice, 1);
        _claimFor(alice);
        skip(1);
        vm.expectEmit(address(adapter));
        emit IERC7265.LockedFundsClaimed(address(token), alice);
        _claimFor(alice);
        assertEq(_paid(alice), 2 * LIMIT);
        assertEq(_locked(alice), 0);
        _expectNothing(alice, 0);
        _claimFor(alice);
    }

    function test_WhoHasNothingWaitingIsTold() public {
        _wait(alice, 1);
        skip(CLAIM_DELAY);
        _expectNothing(bob, 0);
        _claimFor(bob);
        vm.expectRevert(abi.encodeWithSelector(ERC7265Adapter.NothingToClaim.selector, address(1), alice, 0));
        adapter.claimLockedFunds(address(1), alice);
        _claimFor(alice);
        assertEq(_paid(alice), 2 * LIMIT);
    }

    /// S21: the same twice in one second: both are paid.
    function test_S21_TwoOfTheSameAreBothPaid() public {
        _wait(alice, 2);
        assertEq(_locked(alice), 4 * LIMIT);
        skip(CLAIM_DELAY);
        _claimFor(alice);
        assertEq(_paid(alice), 4 * LIMIT);
    }

    /// A page is the most that one call does, however many wait.
    function test_APageIsSixteen() public {
        _wait(alice, 18);
        assertEq(adapter.PAGE(), 16);
        assertEq(_locked(alice), 32 * LIMIT, "of the first page");
        assertEq(adapter.claimsOf(alice, address(token), 0).length, 16);
        assertEq(adapter.claimsOf(alice, address(token), 3).length, 15);
        assertEq(adapter.claimsOf(alice, address(token), 17)[0], 18);
        assertEq(adapter.claimsOf(alice, address(token), 18).length, 0);
        assertEq(adapter.claimsOf(alice, address(token), type(uint256).max).length, 0);
        skip(CLAIM_DELAY);
        _claimFor(alice);
        assertEq(_paid(alice), 32 * LIMIT);
        _claimFor(alice);
        assertEq(_paid(alice), 36 * LIMIT);
        assertEq(token.balanceOf(address(hub)), 0);
    }

    /// S22: a held claim holds up none of the others, not even a page of them.
    function test_S22_AHeldClaimHoldsUpNoOther() public {
        _wait(alice, 18);
        for (uint256 id = 1; id <= 16; ++id) {
            _hold(id, _now() + 5 days);
        }
        skip(CLAIM_DELAY);
        _expectNothing(alice, 18);
        _claimFor(alice);
        _expectNothing(alice, 18);
        adapter.claimLockedFunds(address(token), alice, 18);
        _expectNothing(alice, 18);
        adapter.claimLockedFunds(address(token), alice, type(uint256).max);
        adapter.claimLockedFunds(address(token), alice, 16);
        assertEq(_paid(alice), 4 * LIMIT);
        assertEq(_locked(alice), 32 * LIMIT, "suspect, and still his");
        skip(4 days);
        _claimFor(alice);
        assertEq(_paid(alice), 36 * LIMIT, "and a hold ends");
    }

    /// S22: in a page with held ones in it the others are paid, and none twice.
    function test_S22_HeldOnesStayInTheirPage() public {
        _wait(alice, 5);
        _hold(1, _now() + 5 days);
        _hold(3, _now() + 5 days);
        _hold(5, _now() + 5 days);
        skip(CLAIM_DELAY);
        _claimFor(alice);
        assertEq(_paid(alice), 4 * LIMIT);
        assertEq(adapter.claimsOf(alice, address(token), 0).length, 3);
        assertEq(_locked(alice), 6 * LIMIT);
    }

    function test_WhatWasPaidByIdIsDropped() public {
        _wait(alice, 2);
        skip(CLAIM_DELAY);
        engine.settle(1);
        assertEq(_locked(alice), 2 * LIMIT);
        _claimFor(alice);
        assertEq(_paid(alice), 4 * LIMIT);
        assertEq(adapter.claimsOf(alice, address(token), 0).length, 0);
    }

    /// S23: a recipient who cannot be paid touches nobody else.
    function test_S23_AnUnpayableRecipientTouchesNobodyElse() public {
        _wait(alice, 1);
        _wait(bob, 1);
        skip(CLAIM_DELAY);
        token.setBlocked(alice, true);
        vm.expectRevert();
        _claimFor(alice);
        _claimFor(bob);
        assertEq(_paid(bob), 2 * LIMIT);
        token.setBlocked(alice, false);
        _claimFor(alice);
        assertEq(_paid(alice), 2 * LIMIT);
    }

    function test_WhilePayingOutIsPausedNothingIsPaid() public {
        _wait(alice, 1);
        skip(CLAIM_DELAY);
        uint256 until = _pause(guardian, Op.SETTLE, 60);
        _expectClosed(Op.SETTLE, until);
        _claimFor(alice);
        skip(60);
        _claimFor(alice);
        assertEq(_paid(alice), 2 * LIMIT);
    }

    /// S22, S24: a cancelled claim goes back to the protocol that sent it, and is not paid any more.
    function test_S22_ACancelledClaimGoesBackToItsProtocol() public {
        _wait(alice, 2);
        uint256 held = token.balanceOf(address(bank));
        _hold(1, 0);
        vm.expectEmit(address(adapter));
        emit ERC7265Adapter.OutflowReturned(address(bank), address(token), 2 * LIMIT, 1);
        vm.prank(governance);
        engine.cancel(_ids(1), "stolen");
        assertEq(token.balanceOf(address(bank)), held + 2 * LIMIT);
        assertEq(token.balanceOf(address(adapter)), 0);
        assertEq(_locked(alice), 2 * LIMIT);
        skip(CLAIM_DELAY);
        _claimFor(alice);
        assertEq(_paid(alice), 2 * LIMIT, "only the other one");
        assertEq(engine.lockedInClaims(address(token)), 0);
    }

    /// S14, S23: from inside its payment a recipient can send nothing through the adapter; it is paid all the same.
    function test_S14_APaymentsRecipientCannotComeBack() public {
        Reentering thief = new Reentering(bank);
        token.mint(address(thief), 3 * LIMIT);
        thief.deposit(address(token), 3 * LIMIT);
        skip(2 days);
        thief.withdraw(address(token), 2 * LIMIT);
        skip(CLAIM_DELAY);
        thief.prepare(1);
        token.setHook(address(thief));
        _claimFor(address(thief));
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(thief.refusal(), refusal);
        assertEq(_paid(address(thief)), 2 * LIMIT);
        assertEq(bank.balance(address(token), address(thief)), LIMIT);
    }

    /// A claim that ended before it was ready is dropped at once, and nothing is paid for it.
    function test_ACancelledClaimIsDroppedBeforeItsTime() public {
        _wait(alice, 1);
        _hold(1, _now() + 5 days);
        vm.prank(governance);
        engine.cancel(_ids(1), "stolen");
        _claimFor(alice);
        assertEq(adapter.claimsOf(alice, address(token), 0).length, 0);
        assertEq(_paid(alice), 0);
    }

    /// The protocol could not give him anything for it.
    function test_AnOwnerCannotGiveHisClaimUp() public {
        _wait(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(ERC7265Adapter.CannotBeGivenUp.selector, 1));
        vm.prank(alice);
        engine.withdrawClaim(1);
        assertEq(uint256(engine.claim(1).state), uint256(ClaimState.PENDING));
    }

    function test_OnlyTheHubEndsAClaim() public {
        _wait(alice, 1);
        token.mint(address(adapter), 2 * LIMIT);
        vm.expectRevert(abi.encodeWithSelector(HubGuarded.NotHub.selector, attacker));
        vm.prank(attacker);
        adapter.onClaimEnded(1, alice, address(token), 2 * LIMIT, false);
    }
}
