// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ClaimsFixture} from "./ClaimsFixture.sol";

/// @title What was over the limit: paid, held, released, returned or given up
/// forge-config: default.isolate = true
contract ClaimsTest is ClaimsFixture {
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
        assertEq(token.balanceOf(address(engine)), 2 * LIMIT);
        assertEq(_held() - host.total(address(token)), 2 * LIMIT);
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
        engine.setSettlement(2 days, MAX_HOLD); // the same again
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
