// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {Book} from "../mocks/Host.sol";
import {ClaimsFixture} from "./ClaimsFixture.sol";

/// @title Suspect claims: held for a bounded time, released, returned, or given up
/// forge-config: default.isolate = true
contract HoldsTest is ClaimsFixture {
    /// S22: the suspect's claim is told apart from the others', and what he loses comes back to the protocol.
    function test_S22_TheSuspectWaitsAndTheOthersArePaid() public {
        uint256 honest = _claimOf(alice);
        uint256 suspect = _claimOf(attacker);
        _hold(guardian, suspect, _now() + 5 days);
        skip(CLAIM_DELAY);
        engine.settle(honest);
        _notReady(suspect, T0 + 5 days);
        uint256 held = _held();
        vm.expectEmit();
        emit ISettlement.ClaimReturned(suspect, attacker, address(token), 2 * LIMIT, "stolen");
        vm.expectEmit();
        emit Book.Ended(suspect, attacker, 2 * LIMIT, false);
        _cancel(suspect);
        assertEq(_held(), held);
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
        uint256 held = _held();
        _hold(governance, id, type(uint256).max);
        _cancel(id);
        assertEq(_held(), held);
        assertEq(token.balanceOf(governance), 0);
        assertEq(host.balance(address(token), governance), 0);
    }
}
