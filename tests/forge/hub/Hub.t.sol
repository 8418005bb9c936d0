// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {HubGuarded} from "../../../contracts/HubGuarded.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {Token} from "../mocks/Token.sol";

/// @title One hub for several contracts: who may use it, and whose the claims are
/// forge-config: default.isolate = true
contract HubTest is EngineTest {
    GuardrailHub internal hub;
    HubHost internal first;
    HubHost internal second;

    function setUp() public override {
        super.setUp();
        hub = new GuardrailHub(controls, deployer);
        engine = IEngine(address(hub));
        first = new HubHost(hub);
        second = new HubHost(hub);
        _configure(engine);
        vm.startPrank(deployer);
        hub.setMember(address(first), true);
        hub.setMember(address(second), true);
        vm.stopPrank();
        _seal(engine);
    }

    function _put(HubHost member, address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.startPrank(account);
        token.approve(address(member), amount);
        member.deposit(address(token), amount);
        vm.stopPrank();
    }

    function _take(HubHost member, address account, uint256 amount) internal returns (uint256) {
        vm.prank(account);
        return member.withdraw(address(token), amount, account);
    }

    function _remove(HubHost member) private {
        vm.prank(governance);
        hub.setMember(address(member), false);
    }

    function _expectNotMember(address account) private {
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, account));
    }

    function test_APauseClosesEveryMember() public {
        uint256 until = _pause(guardian, Op.TRADE, 60);
        _expectClosed(Op.TRADE, until);
        first.act(Op.TRADE);
        _expectClosed(Op.TRADE, until);
        second.act(Op.TRADE);
        assertFalse(first.open(Op.TRADE));
        vm.warp(until);
        second.act(Op.TRADE);
    }

    /// S17: one limit an asset for all members together.
    function test_MembersShareOneLimit() public {
        _put(first, alice, LIMIT);
        _put(second, bob, LIMIT);
        assertEq(_take(first, alice, LIMIT * 3 / 4), 0);
        assertEq(engine.available(address(token)), LIMIT / 4);
        assertNotEq(_take(second, bob, LIMIT / 4 + 1), 0);
        assertEq(_take(second, bob, LIMIT / 4), 0);
    }

    function test_NobodyButAMemberMeters() public {
        vm.startPrank(attacker);
        _expectNotMember(attacker);
        hub.meterIn(address(token), 1);
        _expectNotMember(attacker);
        hub.meterOut(address(token), alice, 1);
        _expectNotMember(attacker);
        hub.meterOutTo(address(token), alice, alice, 1);
        _expectNotMember(attacker);
        hub.enterAs(Op.TRADE, alice, hub.enter.selector);
        _expectNotMember(attacker);
        hub.requirePositionRemovable(bytes32(0), alice, address(token), 1);
        _expectNotMember(attacker);
        hub.noteDeposit(alice);
        _expectNotMember(attacker);
        hub.queueClaim(attacker, address(token), 1);
        assertTrue(hub.enter(Op.TRADE)); // a plain yes is anybody's
        vm.stopPrank();
        _pause(guardian, Op.TRADE, 60);
        _expectNotMember(attacker);
        vm.prank(attacker);
        hub.enter(Op.TRADE);
    }

    function test_AdmittingWaitsRemovingDoesNot() public {
        HubHost third = new HubHost(hub);
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, hub.setMember.selector, DELAY));
        vm.prank(governance);
        hub.setMember(address(third), true);
        bytes memory call = abi.encodeCall(hub.setMember, (address(third), true));
        _announce(call);
        vm.expectEmit();
        emit IGuardrailHub.MemberSet(address(third), true);
        _execute(call);
        assertTrue(hub.isMember(address(third)));
        _remove(third);
        assertFalse(hub.isMember(address(third)));
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        hub.setMember(address(first), false);
        call = abi.encodeCall(hub.setMember, (alice, true));
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.MemberHasNoCode.selector, alice));
        _execute(call);
    }

    /// A member that was removed moves nothing more through the hub; its claims still end.
    function test_ARemovedMembersClaimsStillSettleAndReturn() public {
        _put(first, alice, 2 * LIMIT);
        _put(first, bob, 2 * LIMIT);
        uint256 paid = _take(first, alice, 2 * LIMIT);
        uint256 given = _take(first, bob, 2 * LIMIT);
        _put(first, keeper, 1);
        _remove(first);
        _expectNotMember(address(first));
        _take(first, keeper, 1);
        skip(CLAIM_DELAY);
        engine.settle(paid);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        vm.prank(bob);
        engine.withdrawClaim(given);
        assertEq(token.balanceOf(address(first)), 2 * LIMIT + 1);
        assertEq(first.balance(address(token), bob), 2 * LIMIT);
        assertEq(token.balanceOf(address(hub)), 0);
    }

    function test_AClaimsAssetsWaitInTheHubAndLeaveNoApproval() public {
        _put(first, alice, 2 * LIMIT);
        uint256 id = _take(first, alice, 2 * LIMIT);
        assertEq(token.balanceOf(address(hub)), 2 * LIMIT);
        assertEq(token.allowance(address(first), address(hub)), 0);
        assertEq(first.lockedHere(address(token)), 0);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT);
        vm.prank(guardian);
        engine.hold(_ids(id), 0, "");
        vm.prank(governance);
        engine.cancel(_ids(id), "stolen");
        assertEq(token.balanceOf(address(first)), 2 * LIMIT);
        assertEq(first.balance(address(token), alice), 0);
        assertEq(second.balance(address(token), alice), 0);
    }

    /// S14, S24: with a fee on every transfer a claim is what arrived, and so is what comes back.
    function test_S14_AFeeOnTheWayIsNobodysCredit() public {
        _put(first, alice, 2 * LIMIT);
        token.setFee(100);
        uint256 id = _take(first, alice, 2 * LIMIT);
        uint256 queued = 2 * LIMIT * 99 / 100;
        assertEq(engine.claim(id).amount, queued);
        assertEq(engine.lockedInClaims(address(token)), token.balanceOf(address(hub)));
        vm.prank(alice);
        engine.withdrawClaim(id);
        assertEq(first.balance(address(token), alice), token.balanceOf(address(first)));
        assertEq(first.balance(address(token), alice), queued * 99 / 100);
    }

    function test_OnlyTheHubEndsClaims() public {
        address[3] memory others = [attacker, governance, address(second)];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(HubGuarded.NotHub.selector, others[i]));
            vm.prank(others[i]);
            first.onClaimEnded(1, attacker, address(token), 1, true);
        }
        vm.expectRevert(abi.encodeWithSignature("NotSelf(address)", address(first)));
        vm.prank(address(first));
        hub.onClaimEnded(1, attacker, address(token), 1, true);
    }

    function test_LocksAndAgesCountForEveryMember() public {
        _put(first, alice, 10);
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(guardian);
        uint256 until = engine.lock(subject, 60, 0, "");
        assertFalse(second.removable(alice, address(token)));
        vm.expectRevert(abi.encodeWithSelector(IEngine.Locked.selector, subject, until));
        _take(first, alice, 1);
        vm.warp(until);
        vm.prank(governance);
        engine.setMinDepositAge(1 hours);
        _put(second, alice, 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.DepositTooYoung.selector, alice, until + 1 hours));
        _take(first, alice, 1);
        vm.warp(until + 1 hours);
        _take(first, alice, 1);
    }

    function test_TheBaseIsAMembersAccounting() public {
        bytes memory call = abi.encodeCall(hub.setBaseSource, (address(token), attacker));
        _announce(call);
        _expectNotMember(attacker);
        _execute(call);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NoBaseSource.selector, address(token)));
        hub.outflowBase(address(token));
        call = abi.encodeCall(hub.setBaseSource, (address(token), address(first)));
        _announce(call);
        vm.expectEmit();
        emit IGuardrailHub.BaseSourceSet(address(token), address(first));
        _execute(call);
        _put(first, alice, 77);
        assertEq(hub.outflowBase(address(token)), 77);
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, hub.setBaseSource.selector, DELAY));
        vm.prank(governance);
        hub.setBaseSource(address(token), address(second));
        _remove(first);
        _expectNotMember(address(first));
        hub.outflowBase(address(token));
    }

    /// S33: a member that ignores the pause is seen from outside; the hub still meters what it pays.
    function test_S33_TheHubsAnswerIsThePostCondition() public {
        _pause(guardian, Op.ALL, 60);
        for (uint256 i; i < 16; ++i) {
            assertFalse(first.open(uint16(1 << i)));
        }
        vm.prank(address(first));
        _expectClosed(Op.WITHDRAW, _now() + 60);
        hub.enter(Op.WITHDRAW);
    }

    /// S37: the contract that takes a member's place finds what the hub restricts, and what is used of the limit.
    function test_S37_AMembersSuccessorFindsEveryRestriction() public {
        _put(first, alice, 2 * LIMIT);
        uint256 id = _take(first, alice, 2 * LIMIT);
        HubHost third = new HubHost(hub);
        _announce(abi.encodeCall(hub.setMember, (address(third), true)));
        _raise(governance, Level.FROZEN, 0);
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(governance);
        engine.lock(subject, 30 days, 0, "");
        uint256 until = engine.pausedUntil(Op.WITHDRAW);
        _remove(first);
        _execute(abi.encodeCall(hub.setMember, (address(third), true)));
        assertFalse(third.open(Op.WITHDRAW));
        assertFalse(third.removable(alice, address(token)));
        _expectClosed(Op.WITHDRAW, until);
        third.act(Op.WITHDRAW);
        assertEq(uint256(engine.claim(id).state), 1);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT);
    }

    function test_AddingFundsToAClaimIsNotPossibleForOthers() public {
        token.mint(address(first), 10);
        vm.prank(address(first));
        vm.expectRevert();
        hub.queueClaim(attacker, address(token), 10);
        assertEq(engine.claimCount(), 0);
    }
}
