// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Blocklist} from "../../../contracts/guards/blocklist/Blocklist.sol";
import {IBlocklist} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {Decision, Guard, Op, Rank} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {BlocklistTest} from "./BlocklistTest.sol";

contract OnlyBlocklist is Blocklist {
    constructor() {
        _initRoles(msg.sender);
    }

    function act(uint16 operation) external guarded(operation) {}
}

/// @title A blocked entry: closed to everybody, as far as the rank may close; and the guard alone, and in shadow
/// forge-config: default.isolate = true
contract EntryBlocksTest is BlocklistTest {
    event GuardDecision(
        Guard indexed guard,
        Decision decision,
        address indexed account,
        address indexed asset,
        uint256 amount,
        uint16 operation,
        bool shadow
    );

    function test_S38_AnEntryStaysClosedUntilItsSecond() public {
        uint16 closes = Op.ALL & ~Op.DEFENCE;
        vm.expectEmit();
        emit IBlocklist.SelectorBlocked(ACT, Rank.GUARDIAN, guardian, closes, _now() + 60, "case 7");
        uint256 until = _blockSelector(guardian, ACT, 60);
        assertEq(until, _now() + 60);
        assertEq(engine.selectorBlockedUntil(ACT, Op.TRADE), until);
        vm.warp(until - 1);
        _expectSelectorBlocked(ACT, until);
        _act(alice, Op.TRADE);
        _withdrawTo(alice, 1, alice);
        vm.warp(until);
        _act(alice, Op.TRADE);
        vm.warp(until + 1);
        _act(alice, Op.TRADE);
    }

    function test_DefenceStaysOpenByABlockedEntry() public {
        uint256 until = _blockSelector(governance, ACT, 60);
        for (uint256 i; i < 16; ++i) {
            uint16 operation = uint16(1 << i);
            if (operation & Op.DEFENCE == 0) _expectSelectorBlocked(ACT, until);
            _act(bob, operation);
        }
    }

    /// The sentinel may close WITHDRAW and BORROW: its block of an entry closes no other operation.
    function test_ARanksBlockClosesWhatTheRankMayClose() public {
        uint256 until = _blockSelector(sentinel, ACT, 1 hours);
        _act(alice, Op.TRADE);
        _expectSelectorBlocked(ACT, until);
        _act(alice, Op.WITHDRAW);
        assertEq(engine.selectorBlockedUntil(ACT, Op.TRADE), 0);
        uint256 shorter = _blockSelector(guardian, ACT, 60);
        _expectSelectorBlocked(ACT, shorter);
        _act(alice, Op.TRADE);
        assertEq(engine.selectorBlockedUntil(ACT, Op.WITHDRAW), until);
        vm.warp(shorter);
        _act(alice, Op.TRADE);
        _expectSelectorBlocked(ACT, until);
        _act(alice, Op.BORROW);
    }

    /// Limits that governance narrowed open nothing that is closed.
    function test_ALiveBlockKeepsTheOperationsThatItClosed() public {
        _blockSelector(guardian, ACT, 60);
        Powers memory powers = _guardianPowers();
        powers.operations = Op.BORROW | Op.REPAY;
        vm.prank(governance);
        engine.setRankLimits(Rank.GUARDIAN, _pack(powers));
        uint256 until = _blockSelector(guardian, ACT, 120);
        _expectSelectorBlocked(ACT, until);
        _act(alice, Op.WITHDRAW);
        vm.warp(until + 6 hours);
        _blockSelector(guardian, ACT, 60);
        _act(alice, Op.WITHDRAW);
        powers.operations = Op.REPAY;
        vm.prank(governance);
        engine.setRankLimits(Rank.GUARDIAN, _pack(powers));
        vm.expectRevert(abi.encodeWithSelector(IBlocklist.NoOperations.selector, Rank.GUARDIAN));
        _blockSelector(guardian, ACT, 60);
    }

    /// At the second at which a block ends, the next one closes only what the rank may close by then.
    function test_S38_AnEndedBlockHandsNothingOn() public {
        uint256 until = _blockSelector(guardian, ACT, 60);
        _pause(guardian, Op.TRADE, 120);
        Powers memory powers = _guardianPowers();
        powers.operations = Op.BORROW;
        vm.prank(governance);
        engine.setRankLimits(Rank.GUARDIAN, _pack(powers));
        vm.warp(until);
        _blockSelector(guardian, ACT, 60);
        _act(alice, Op.WITHDRAW);
        _expectSelectorBlocked(ACT, until + 60);
        _act(alice, Op.BORROW);
    }

    /// An entry is charged as a pause: bounds, budget and cooldown of the rank.
    function test_EachRankWithinItsBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 1 hours + 1, 1 hours));
        _blockSelector(sentinel, ACT, 1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 0, 1 days));
        _blockSelector(guardian, ACT, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoles.DurationOutOfBounds.selector, 90 days + 1, 90 days));
        _blockSelector(governance, ACT, 90 days + 1);
        _expectUnauthorised(attacker, Rank.SENTINEL);
        _blockSelector(attacker, ACT, 60);
        uint256 before = engine.pauseBudgetLeft(Rank.GUARDIAN);
        _blockSelector(guardian, ACT, 1 hours);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), before - 1 hours);
        _pause(guardian, Op.TRADE, 1 hours);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), before - 1 hours);
        skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, _now() + 6 hours));
        _blockSelector(guardian, ACT, 60);
    }

    /// S31: of one rank too.
    function test_S31_NoBlockOfAnEntryIsShortened() public {
        uint256 until = _blockSelector(guardian, ACT, 1 hours);
        assertEq(_blockSelector(guardian, ACT, 60), until);
        _blockSelector(sentinel, ACT, 60);
        assertEq(engine.selectorBlockedUntil(ACT, Op.WITHDRAW), until);
    }

    /// Whatever is blocked, roles act: the firewall stands before `guarded` entries only.
    function test_FunctionsOfRolesCannotBeBlocked() public {
        bytes4[6] memory roles = [
            engine.pause.selector,
            engine.veto.selector,
            engine.execute.selector,
            engine.heartbeat.selector,
            engine.unblockSelector.selector,
            engine.hold.selector
        ];
        for (uint256 i; i < 6; ++i) {
            _blockSelector(governance, roles[i], 90 days);
        }
        _block(governance, guardian, 90 days);
        vm.startPrank(guardian);
        engine.heartbeat();
        engine.pause(Op.TRADE, 60, "");
        vm.stopPrank();
        bytes memory call = abi.encodeCall(engine.unblockSelector, (engine.pause.selector, ""));
        _govern(call);
        vm.prank(governance);
        bytes32 id = engine.schedule(call);
        vm.prank(guardian);
        engine.veto(id);
    }

    function test_UnblockingAnEntryIsGovernancesAndWaits() public {
        _blockSelector(governance, ACT, 30 days);
        bytes memory call = abi.encodeCall(engine.unblockSelector, (ACT, "over"));
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.unblockSelector(ACT, "over");
        _expectMustWait(engine.unblockSelector.selector);
        vm.prank(governance);
        engine.unblockSelector(ACT, "over");
        _announce(call);
        vm.expectEmit();
        emit IBlocklist.SelectorUnblocked(ACT, "over");
        _execute(call);
        _act(alice, Op.TRADE);
        assertFalse(engine.guardWord().mayBlock());
        vm.prank(governance);
        engine.schedule(call);
        vm.warp(_blockSelector(governance, ACT, DELAY)); // the second at which the block ends
        vm.expectRevert(abi.encodeWithSelector(IBlocklist.SelectorNotBlocked.selector, ACT));
        _execute(call);
    }

    /// Ending a pause early leaves the block of an entry counted: its time is neither free again nor charged twice.
    function test_AnEntryStaysCountedWhenAPauseEndsEarly() public {
        _blockSelector(guardian, ACT, 1 days);
        _pause(guardian, Op.TRADE, 60);
        _unpause(Op.ALL);
        uint256 left = engine.pauseBudgetLeft(Rank.GUARDIAN);
        assertEq(left, 2 days);
        _pause(guardian, Op.TRADE, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), left);
    }

    /// A shorter block after a longer one does not hide it.
    function test_TheLongestEntryStaysCounted() public {
        _blockSelector(guardian, ACT, 1 days);
        _blockSelector(guardian, bytes4("othe"), 1 hours);
        _pause(guardian, Op.TRADE, 60);
        _unpause(Op.ALL);
        _pause(guardian, Op.TRADE, 1 days);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
    }

    /// A block that governance ended early leaves no time in which the rank could not act.
    function test_NoCooldownFollowsABlockThatGovernanceEnded() public {
        bytes memory call = abi.encodeCall(engine.setDelay, (engine.unblockSelector.selector, 0));
        _govern(call);
        _alive();
        _blockSelector(guardian, ACT, 60);
        vm.prank(governance);
        engine.unblockSelector(ACT, "");
        skip(60);
        _blockSelector(guardian, ACT, 60);
        skip(60);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, _now() + 6 hours));
        _blockSelector(guardian, ACT, 60);
    }

    /// @dev Governance unblocks without waiting, and the sentinel is alive again after that decision.
    function _unblockAtOnce() private {
        _govern(abi.encodeCall(engine.setDelay, (engine.unblockSelector.selector, 0)));
        _govern(abi.encodeCall(engine.setHolder, (sentinel, Rank.SENTINEL)));
        _alive();
    }

    function test_NoCooldownFollowsASentinelsBlockThatGovernanceEnded() public {
        _unblockAtOnce();
        _blockSelector(sentinel, ACT, 60);
        vm.prank(governance);
        engine.unblockSelector(ACT, "");
        skip(60);
        _blockSelector(sentinel, ACT, 60);
        skip(60);
        vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, _now() + 1 hours));
        _blockSelector(sentinel, ACT, 60);
    }

    /// What ran out by itself was not ended early, at its very second either, whatever governance lifts then.
    function test_S38_ACooldownFollowsABlockThatRanOut() public {
        _unblockAtOnce();
        address[2] memory ranks = [sentinel, guardian];
        uint256[2] memory cooldowns = [uint256(1 hours), 6 hours];
        for (uint256 i; i < 2; ++i) {
            _blockSelector(governance, ACT, 90);
            _blockSelector(ranks[i], ACT, 60);
            _pause(ranks[i], Op.BORROW, 120);
            skip(60);
            vm.prank(governance);
            engine.unblockSelector(ACT, "");
            skip(60);
            vm.expectRevert(abi.encodeWithSelector(IRoles.CoolingDown.selector, _now() + cooldowns[i]));
            _blockSelector(ranks[i], ACT, 60);
        }
    }

    /// S53: in shadow a block is said and not enforced; entry, caller, payer and receiver.
    function test_S53_InShadow() public {
        _govern(abi.encodeCall(engine.setShadow, (Guard.BLOCKLIST, true)));
        _block(governance, alice, 1 days);
        _blockSelector(governance, ACT, 1 days);
        vm.expectEmit();
        emit GuardDecision(Guard.BLOCKLIST, Decision.REFUSE, alice, address(0), 0, Op.TRADE, true);
        vm.expectEmit();
        emit GuardDecision(Guard.BLOCKLIST, Decision.REFUSE, alice, address(0), 0, Op.TRADE, true);
        _act(alice, Op.TRADE);
        vm.expectEmit();
        emit GuardDecision(Guard.BLOCKLIST, Decision.REFUSE, alice, address(token), 7, 0, true);
        _withdrawTo(bob, 7, alice);
        assertTrue(host.removable(alice, address(token)));
        vm.prank(governance);
        engine.setShadow(Guard.BLOCKLIST, false);
        _expectBlocked(alice, _now() + 1 days);
        _act(alice, Op.TRADE);
    }

    function test_TheBlocklistAlone() public {
        OnlyBlocklist b = new OnlyBlocklist();
        IEngine e = IEngine(address(b));
        e.setRankLimits(Rank.GUARDIAN, _pack(_guardianPowers()));
        e.setHolder(guardian, Rank.GUARDIAN);
        vm.prank(guardian);
        uint256 until = e.blockAccount(alice, 60, "");
        _expectBlocked(alice, until);
        vm.prank(alice);
        b.act(Op.TRADE);
        vm.prank(bob);
        b.act(Op.TRADE);
        e.unblockAccount(alice, "");
        vm.prank(alice);
        b.act(Op.TRADE);
    }
}
