// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Book} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title What was over the limit: paid, held, released, returned or given up
/// forge-config: default.isolate = true
contract ClaimsTest is EngineTest {
    function _hold(address by, uint256 id, uint256 until) internal {
        vm.prank(by);
        engine.hold(_ids(id), until, "suspect");
    }

    function _release(uint256 id) internal {
        vm.prank(governance);
        engine.release(_ids(id), "cleared");
    }

    function _cancel(uint256 id) internal {
        vm.prank(governance);
        engine.cancel(_ids(id), "stolen");
    }

    function _state(uint256 id) internal view returns (uint256) {
        return uint256(engine.claim(id).state);
    }

    function _notReady(uint256 id, uint256 readyAt) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.ClaimNotReady.selector, id, readyAt));
        engine.settle(id);
    }

    function _notWaiting(uint256 id, ClaimState state) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.ClaimNotWaiting.selector, id, state));
    }

    function test_AClaimIsWrittenDownWhole() public {
        _deposit(alice, 2 * LIMIT);
        vm.expectEmit();
        emit IEngine.ClaimCreated(1, alice, address(token), 2 * LIMIT, _now() + CLAIM_DELAY);
        _withdraw(alice, 2 * LIMIT);
        Claim memory c = engine.claim(1);
        assertEq(c.owner, alice);
        assertEq(c.asset, address(token));
        assertEq(c.amount, 2 * LIMIT);
        assertEq(c.createdAt, _now());
        assertEq(c.readyAt, _now() + CLAIM_DELAY);
        assertEq(_state(1), uint256(ClaimState.PENDING));
        assertEq(engine.claimCount(), 1);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT);
        assertEq(host.lockedHere(address(token)), 2 * LIMIT);
        assertEq(token.balanceOf(alice), 0);
    }

    function test_S38_AClaimIsPaidFromItsSecondOn() public {
        uint256 id = _claimOf(alice);
        uint256 ready = _now() + CLAIM_DELAY;
        vm.warp(ready - 1);
        _notReady(id, ready);
        vm.warp(ready);
        vm.expectEmit();
        emit ISettlement.ClaimPaid(id, alice, address(token), 2 * LIMIT);
        vm.prank(keeper);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        assertEq(engine.lockedInClaims(address(token)), 0);
        _notWaiting(id, ClaimState.PAID);
        engine.settle(id);
        _notWaiting(99, ClaimState.NONE);
        engine.settle(99);
    }

    function test_S38_ASecondAfterItIsReadyItIsPaidToo() public {
        uint256 id = _claimOf(alice);
        skip(CLAIM_DELAY + 1);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
    }

    /// S21: an id has nothing to do with owner, asset, amount or block.
    function test_S21_TheSameTwiceInOneBlockAreTwoClaims() public {
        _deposit(alice, 4 * LIMIT);
        uint256 first = _withdraw(alice, 2 * LIMIT);
        uint256 second = _withdraw(alice, 2 * LIMIT);
        assertNotEq(first, second);
        skip(CLAIM_DELAY);
        engine.settle(first);
        engine.settle(second);
        assertEq(token.balanceOf(alice), 4 * LIMIT);
    }

    /// S22: the suspect's claim is told apart from the others', and what he loses comes back to the protocol.
    function test_S22_TheSuspectWaitsAndTheOthersArePaid() public {
        uint256 honest = _claimOf(alice);
        uint256 suspect = _claimOf(attacker);
        _hold(guardian, suspect, _now() + 5 days);
        skip(CLAIM_DELAY);
        engine.settle(honest);
        _notReady(suspect, T0 + 5 days);
        uint256 held = token.balanceOf(address(host));
        vm.expectEmit();
        emit ISettlement.ClaimReturned(suspect, attacker, address(token), 2 * LIMIT, "stolen");
        vm.expectEmit();
        emit Book.Ended(suspect, attacker, 2 * LIMIT, false);
        _cancel(suspect);
        assertEq(token.balanceOf(address(host)), held);
        assertEq(engine.lockedInClaims(address(token)), 0);
        assertEq(_state(suspect), uint256(ClaimState.RETURNED));
        _notWaiting(suspect, ClaimState.RETURNED);
        engine.settle(suspect);
    }

    function test_S22_ReleasedItGoesItsOrdinaryWay() public {
        uint256 id = _claimOf(alice);
        _hold(guardian, id, _now() + 5 days);
        vm.expectEmit();
        emit ISettlement.ClaimReleased(id, T0 + CLAIM_DELAY, "cleared");
        _release(id);
        assertEq(_state(id), uint256(ClaimState.PENDING));
        _notReady(id, T0 + CLAIM_DELAY);
        skip(CLAIM_DELAY);
        engine.settle(id);
    }

    /// A claim that was ready before it was held does not become ready later by being released.
    function test_ReleaseNeverDelays() public {
        uint256 id = _claimOf(alice);
        _hold(guardian, id, 0);
        bytes memory call = abi.encodeCall(engine.setSettlement, (5 days, MAX_HOLD));
        vm.prank(governance);
        (bool done,) = address(engine).call(call);
        assertTrue(done);
        _release(id);
        assertEq(engine.claim(id).readyAt, T0 + CLAIM_DELAY);
    }

    /// S25: holding again and again ends at `maxHold`; the owner may give up meanwhile.
    function test_S25_S38_AFastRankHoldsNoLongerThanMaxHold() public {
        uint256 id = _claimOf(alice);
        for (uint256 i; i < 9; ++i) {
            _hold(guardian, id, type(uint256).max);
            skip(1 days);
        }
        _notReady(id, T0 + MAX_HOLD);
        vm.warp(T0 + MAX_HOLD - 1);
        _notReady(id, T0 + MAX_HOLD);
        vm.warp(T0 + MAX_HOLD);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
    }

    function test_S25_TheOwnerGivesASuspectClaimUp() public {
        uint256 id = _claimOf(alice);
        _hold(guardian, id, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotClaimOwner.selector, id, attacker));
        vm.prank(attacker);
        engine.withdrawClaim(id);
        vm.expectEmit();
        emit ISettlement.ClaimWithdrawn(id, alice, address(token), 2 * LIMIT);
        vm.prank(alice);
        engine.withdrawClaim(id);
        assertEq(host.balance(address(token), alice), 2 * LIMIT);
        assertEq(engine.lockedInClaims(address(token)), 0);
        _notWaiting(id, ClaimState.WITHDRAWN);
        vm.prank(alice);
        engine.withdrawClaim(id);
    }

    /// A fast rank's hold after governance's shortens nothing; governance's own ends within a year.
    function test_S31_HoldsNeverShorten() public {
        uint256 id = _claimOf(alice);
        _hold(governance, id, type(uint256).max);
        assertEq(engine.claim(id).readyAt, T0 + 365 days);
        _hold(guardian, id, _now() + 1);
        assertEq(engine.claim(id).readyAt, T0 + 365 days);
        _hold(sentinel, id, type(uint256).max);
        assertEq(engine.claim(id).readyAt, T0 + 365 days);
    }

    function test_AHoldThatEndsBeforeTheClaimIsReadyDelaysNothing() public {
        uint256 id = _claimOf(alice);
        _hold(sentinel, id, _now() + 1);
        assertEq(_state(id), uint256(ClaimState.SUSPECT));
        assertEq(engine.claim(id).readyAt, T0 + CLAIM_DELAY);
        skip(CLAIM_DELAY);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
    }

    function test_WhoHoldsReleasesAndCancels() public {
        uint256 id = _claimOf(alice);
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _hold(attacker, id, _now());
        _hold(sentinel, id, _now());
        address[3] memory others = [attacker, sentinel, guardian];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.release(_ids(id), "");
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.cancel(_ids(id), "");
        }
    }

    /// Decision 9: a batch skips what cannot be done any more, and says so.
    function test_BatchesSkipWhatCannotBeDone() public {
        uint256 id = _claimOf(alice);
        uint256[] memory ids = new uint256[](4);
        (ids[0], ids[1], ids[2], ids[3]) = (0, id, id, 99);
        vm.expectEmit();
        emit ISettlement.ClaimSkipped(0, ClaimState.NONE);
        vm.prank(guardian);
        engine.hold(ids, type(uint256).max, "suspect");
        vm.expectEmit();
        emit ISettlement.ClaimReturned(id, alice, address(token), 2 * LIMIT, "stolen");
        vm.expectEmit();
        emit ISettlement.ClaimSkipped(id, ClaimState.RETURNED);
        vm.expectEmit();
        emit ISettlement.ClaimSkipped(99, ClaimState.NONE);
        vm.prank(governance);
        engine.cancel(ids, "stolen");
        assertEq(engine.lockedInClaims(address(token)), 0);
        uint256 other = _claimOf(bob);
        vm.expectEmit();
        emit ISettlement.ClaimSkipped(other, ClaimState.PENDING);
        _cancel(other);
        vm.expectEmit();
        emit ISettlement.ClaimSkipped(other, ClaimState.PENDING);
        _release(other);
        vm.expectEmit();
        emit ISettlement.ClaimSkipped(id, ClaimState.RETURNED);
        _hold(guardian, id, 0);
        assertEq(_state(id), uint256(ClaimState.RETURNED));
    }

    /// S43: the override settles or cancels claims; it has no way to send them to anybody else.
    function test_S43_ACancelledClaimStaysInTheProtocol() public {
        uint256 id = _claimOf(alice);
        uint256 held = token.balanceOf(address(host));
        _hold(governance, id, type(uint256).max);
        _cancel(id);
        assertEq(token.balanceOf(address(host)), held);
        assertEq(token.balanceOf(governance), 0);
        assertEq(host.balance(address(token), governance), 0);
    }

    function test_SettlementIsLengthenedAtOnceAndShortenedLater() public {
        vm.startPrank(governance);
        vm.expectEmit();
        emit ISettlement.SettlementSet(CLAIM_DELAY, MAX_HOLD, 2 days, MAX_HOLD);
        engine.setSettlement(2 days, MAX_HOLD);
        uint256[3] memory delays = [uint256(2 days - 1), 2 days, 2 days];
        uint256[3] memory holds = [MAX_HOLD, MAX_HOLD + 1, MAX_HOLD - 1];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setSettlement.selector, DELAY)
            );
            engine.setSettlement(delays[i], holds[i]);
        }
        vm.stopPrank();
        (uint256 delay, uint256 maxHold) = engine.settlement();
        assertEq(delay, 2 days);
        assertEq(maxHold, MAX_HOLD);
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setSettlement(3 days, MAX_HOLD);
    }

    function test_SettlementThatWouldNotWaitOrNotEndIsRefused() public {
        uint256[4] memory delays = [uint256(0), 30 days + 1, 1 days, 2 days];
        uint256[4] memory holds = [MAX_HOLD, 90 days, 90 days + 1, 2 days - 1];
        for (uint256 i; i < 4; ++i) {
            bytes memory call = abi.encodeCall(engine.setSettlement, (delays[i], holds[i]));
            _announce(call);
            vm.expectRevert(abi.encodeWithSelector(ISettlement.InvalidSettlement.selector, delays[i], holds[i]));
            _execute(call);
        }
        bytes memory most = abi.encodeCall(engine.setSettlement, (30 days, 90 days));
        _govern(most);
        most = abi.encodeCall(engine.setSettlement, (30 days, 30 days));
        _govern(most);
    }

    /// Settling is an operation: it can be closed, and the owner's lock counts.
    function test_S22_SettlingWaitsForPauseAndLock() public {
        uint256 id = _claimOf(alice);
        skip(CLAIM_DELAY);
        _pause(guardian, Op.SETTLE, 60);
        _expectClosed(Op.SETTLE, _now() + 60);
        engine.settle(id);
        skip(60);
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(guardian);
        uint256 until = engine.lock(subject, 60, 0, "");
        vm.expectRevert(abi.encodeWithSelector(IEngine.Locked.selector, subject, until));
        engine.settle(id);
        vm.warp(until);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
    }
}
