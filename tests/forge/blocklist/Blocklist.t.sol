// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {IBlocklist} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {BlocklistTest} from "./BlocklistTest.sol";

/// @title A blocked account: what is closed to it, until when, and who says so
/// forge-config: default.isolate = true
contract AccountBlocksTest is BlocklistTest {
    function test_S38_ABlockedCallerStaysOutUntilHisSecond() public {
        vm.expectEmit();
        emit IBlocklist.AccountBlocked(alice, Rank.GUARDIAN, guardian, _now() + 60, "case 7");
        uint256 until = _block(guardian, alice, 60);
        assertEq(until, _now() + 60);
        assertEq(engine.accountBlockedUntil(alice), until);
        vm.warp(until - 1);
        _expectBlocked(alice, until);
        _act(alice, Op.TRADE);
        _act(bob, Op.TRADE);
        vm.warp(until);
        _act(alice, Op.TRADE);
        vm.warp(until + 1);
        _act(alice, Op.TRADE);
    }

    function test_EveryOperationIsClosedButDefence() public {
        uint256 until = _block(guardian, alice, 60);
        for (uint256 i; i < 16; ++i) {
            uint16 operation = uint16(1 << i);
            if (operation & Op.DEFENCE == 0) _expectBlocked(alice, until);
            _act(alice, operation);
        }
    }

    /// S39: a blocked receiver is not paid, whoever pays him, and the other gets his own.
    function test_S39_ABlockedReceiver() public {
        uint256 until = _block(guardian, alice, 60);
        _expectBlocked(alice, until);
        _withdrawTo(bob, 1, alice);
        _withdrawTo(bob, 1, bob);
        _expectBlocked(alice, until);
        _withdrawTo(bob, 2 * LIMIT, alice);
        vm.warp(until);
        _withdrawTo(bob, 1, alice);
    }

    /// S39: whoever calls, nothing leaves the position of a blocked account.
    function test_S39_ABlockedOwnerIsNotPaidOutOfByAnother() public {
        uint256 until = _block(guardian, alice, 60);
        assertFalse(host.removable(alice, address(token)));
        assertTrue(host.removable(bob, address(token)));
        _expectBlocked(alice, until);
        vm.prank(bob);
        host.withdrawFor(address(token), 1, alice, bob);
        vm.warp(until);
        assertTrue(host.removable(alice, address(token)));
        vm.prank(bob);
        host.withdrawFor(address(token), 1, alice, bob);
    }

    /// S39: neither the protocol itself, nor governance, nor nobody can be blocked, by any rank.
    function test_S39_TheProtocolItselfIsNobodysToBlock() public {
        address[3] memory blockers = [sentinel, guardian, governance];
        address[3] memory needed = [address(0), address(engine), governance];
        for (uint256 i; i < 9; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBlocklist.CannotBeBlocked.selector, needed[i % 3]));
            _block(blockers[i / 3], needed[i % 3], 60);
        }
        _block(guardian, sentinel, 60);
        _block(sentinel, guardian, 60);
    }

    /// S39: a queued claim whose owner is blocked waits, to the second, and hinders nobody's.
    function test_S39_AQueuedClaimOfABlockedOwner() public {
        uint256 his = _claimOf(alice);
        uint256 other = _claimOf(bob);
        skip(CLAIM_DELAY);
        _alive();
        uint256 until = _block(guardian, alice, 60);
        _expectBlocked(alice, until);
        engine.settle(his);
        engine.settle(other);
        vm.warp(until - 1);
        _expectBlocked(alice, until);
        engine.settle(his);
        vm.warp(until);
        engine.settle(his);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        assertEq(token.balanceOf(bob), 2 * LIMIT);
    }

    /// The owner may still give a claim up: its amount stays in the protocol. Governance may return it.
    function test_AWaitingClaimOfABlockedOwnerCanStillEnd() public {
        uint256 given = _claimOf(alice);
        uint256 returned = _claimOf(alice);
        _block(guardian, alice, 60);
        vm.prank(alice);
        engine.withdrawClaim(given);
        vm.prank(guardian);
        engine.hold(_ids(returned), 0, "");
        vm.prank(governance);
        engine.cancel(_ids(returned), "");
        assertEq(engine.lockedInClaims(address(token)), 0);
    }

    /// A blocked keeper cannot settle; anyone else can, so that no claim waits for him.
    function test_ABlockedKeeperStopsNoClaim() public {
        uint256 id = _claimOf(alice);
        skip(CLAIM_DELAY);
        _alive();
        uint256 until = _block(guardian, keeper, 60);
        _expectBlocked(keeper, until);
        vm.prank(keeper);
        engine.settle(id);
        vm.prank(bob);
        engine.settle(id);
    }

    function test_EachRankWithinItsBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 6 hours + 1, 6 hours));
        _block(sentinel, alice, 6 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 0, 2 days));
        _block(guardian, alice, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 2 days + 1, 2 days));
        _block(guardian, alice, 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 90 days + 1, 90 days));
        _block(governance, alice, 90 days + 1);
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _block(attacker, alice, 60);
        assertEq(_block(sentinel, bob, 4 hours), _now() + 4 hours);
        assertEq(_block(guardian, bob, 2 days), _now() + 2 days);
        assertEq(_block(governance, bob, 90 days), _now() + 90 days);
    }

    /// S31: no rank shortens another's block, nor its own.
    function test_S31_NoBlockIsShortenedByAnother() public {
        uint256 until = _block(governance, alice, 30 days);
        assertEq(_block(sentinel, alice, 60), _now() + 60);
        assertEq(_block(guardian, alice, 2 days), _now() + 2 days);
        assertEq(_block(guardian, alice, 60), _now() + 2 days);
        assertEq(engine.accountBlockedUntil(alice), until);
        assertEq(engine.blockHorizon(), until);
    }

    /// Locks and blocks of a rank are counted together.
    function test_BlocksOfARankInAPeriodAreCountedWithItsLocks() public {
        _block(guardian, alice, 60);
        bytes32 subject = engine.accountSubject(bob);
        vm.prank(guardian);
        engine.lock(subject, 60, 0, "");
        _block(guardian, bob, 60);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        _block(guardian, keeper, 60);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        vm.prank(guardian);
        engine.lock(subject, 60, 0, "");
        _block(sentinel, keeper, 60);
    }

    /// One account is blocked by a fast rank for no longer than the rank's budget in any period.
    function test_OneAccountIsBlockedWithinTheBudget() public {
        _block(guardian, alice, 2 days);
        skip(2 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1 days + 1, 1 days));
        _block(guardian, alice, 1 days + 2);
        _block(guardian, alice, 1 days + 1);
        skip(1 days + 1);
        _act(alice, Op.TRADE);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1, 0));
        _block(guardian, alice, 1);
        _block(guardian, bob, 2 days);
    }

    function test_UnblockingIsGovernancesAndWaits() public {
        _block(governance, alice, 30 days);
        _block(guardian, alice, 2 days);
        _block(sentinel, alice, 60);
        address[3] memory others = [attacker, sentinel, guardian];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.unblockAccount(alice, "over");
        }
        bytes memory call = abi.encodeCall(engine.unblockAccount, (alice, "over"));
        _expectMustWait(engine.unblockAccount.selector);
        vm.prank(governance);
        engine.unblockAccount(alice, "over");
        _announce(call);
        vm.expectEmit();
        emit IBlocklist.AccountUnblocked(alice, "over");
        _execute(call);
        assertEq(engine.accountBlockedUntil(alice), _now());
        _act(alice, Op.TRADE);
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(IBlocklist.AccountNotBlocked.selector, alice));
        _execute(call);
    }

    /// What governance ended early is not given back: the rank's time on this account stays spent.
    function test_AnUnblockedAccountStaysCharged() public {
        _block(guardian, alice, 2 days);
        bytes memory call = abi.encodeCall(engine.unblockAccount, (alice, ""));
        vm.prank(governance);
        engine.schedule(call);
        vm.warp(T0 + DELAY); // the second at which the block ends
        vm.expectRevert(abi.encodeWithSelector(IBlocklist.AccountNotBlocked.selector, alice));
        _execute(call);
        vm.expectRevert(abi.encodeWithSelector(IRoles.BudgetExhausted.selector, 1 days + 1, 1 days));
        _block(guardian, alice, 1 days + 1);
        _block(guardian, alice, 1 days);
    }

    // ---------------------------------------------------------------- the bit of the hot path

    function test_TheHotPathIsFreeAgainOnceTheLastBlockIsLifted() public {
        assertFalse(engine.guardWord().mayBlock());
        _block(governance, alice, 30 days);
        _block(governance, bob, 60 days);
        _block(governance, alice, 40 days);
        assertTrue(engine.guardWord().mayBlock());
        assertEq(engine.blockHorizon(), T0 + 60 days);
        _govern(abi.encodeCall(engine.unblockAccount, (alice, "")));
        assertTrue(engine.guardWord().mayBlock());
        _expectBlocked(bob, T0 + 60 days);
        _act(bob, Op.TRADE);
        bytes memory call = abi.encodeCall(engine.unblockAccount, (bob, ""));
        _announce(call);
        vm.expectEmit();
        emit IBlocklist.BlocksCleanedUp(address(engine));
        _execute(call);
        assertFalse(engine.guardWord().mayBlock());
        assertEq(engine.blockHorizon(), 0);
        _act(bob, Op.TRADE);
    }

    function test_AnyoneCleansUpWhenTheLastBlockHasRunOut() public {
        _expectMayBeLive(0);
        engine.cleanUpBlocks();
        _block(guardian, alice, 2 days);
        _block(sentinel, bob, 60);
        uint256 horizon = T0 + 2 days;
        vm.warp(horizon - 1);
        _expectMayBeLive(horizon);
        engine.cleanUpBlocks();
        vm.warp(horizon);
        assertTrue(engine.guardWord().mayBlock());
        vm.expectEmit();
        emit IBlocklist.BlocksCleanedUp(attacker);
        vm.prank(attacker);
        engine.cleanUpBlocks();
        assertFalse(engine.guardWord().mayBlock());
        _expectMayBeLive(0);
        engine.cleanUpBlocks();
        _block(governance, alice, 30 days);
        assertTrue(engine.guardWord().mayBlock());
        assertEq(engine.blockHorizon(), horizon + 30 days);
        _govern(abi.encodeCall(engine.unblockAccount, (alice, "")));
        assertFalse(engine.guardWord().mayBlock(), "what was cleaned up still counts");
    }

    /// An account that was blocked again after its block ran out counts twice: one lifting does not end the search.
    function test_ACountThatIsTooHighOnlyCostsGas() public {
        _block(governance, alice, 60);
        _block(governance, bob, 30 days);
        skip(60);
        _block(governance, alice, 30 days);
        _govern(abi.encodeCall(engine.unblockAccount, (alice, "")));
        assertTrue(engine.guardWord().mayBlock());
        _govern(abi.encodeCall(engine.unblockAccount, (bob, "")));
        assertTrue(engine.guardWord().mayBlock());
        vm.warp(T0 + 60 + 30 days);
        engine.cleanUpBlocks();
        assertFalse(engine.guardWord().mayBlock());
    }

    /// The other fields of the guard word are as they were.
    function test_ABlockMovesOneBitOfTheGuardWord() public {
        _pause(guardian, Op.WITHDRAW, 60);
        uint256 before = GuardWord.unwrap(engine.guardWord());
        _block(guardian, alice, 60);
        assertEq(GuardWord.unwrap(engine.guardWord()), before | 1 << 255);
        assertFalse(host.open(Op.WITHDRAW));
        assertTrue(host.open(Op.TRADE));
        assertTrue(engine.isOpen(Op.TRADE));
        assertEq(engine.pausedUntil(Op.TRADE), 0);
        skip(60);
        engine.cleanUpBlocks();
        assertEq(GuardWord.unwrap(engine.guardWord()), before);
    }
}
