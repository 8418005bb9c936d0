// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOverride} from "../../../contracts/guards/override/IOverride.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Announce, wait, execute or veto: the life of a loosening
contract OverrideTest is EngineTest {
    bytes internal call;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        call = abi.encodeCall(engine.setHolder, (alice, Rank.GUARDIAN));
        id = keccak256(call);
    }

    function _schedule() internal {
        vm.prank(governance);
        assertEq(engine.schedule(call), id);
    }

    function _expectTooEarly(uint256 executableAt) internal {
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, id, executableAt));
    }

    function _expectUnknown() internal {
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotScheduled.selector, id));
    }

    function test_S38_ExecutableFromItsSecondUntilItsLast() public {
        uint256 from = T0 + DELAY;
        uint256 until = from + EXPIRY;
        vm.expectEmit();
        emit IOverride.OverrideScheduled(id, engine.setHolder.selector, call, from, until, governance);
        _schedule();
        (uint256 executableAt, uint256 expiresAt) = engine.overrideOf(id);
        assertEq(executableAt, from);
        assertEq(expiresAt, until);
        vm.warp(from - 1);
        _expectTooEarly(from);
        _execute(call);
        uint256[3] memory good = [from, from + 1, until - 1];
        for (uint256 i; i < 3; ++i) {
            uint256 state = vm.snapshotState();
            vm.warp(good[i]);
            vm.expectEmit();
            emit IOverride.OverrideExecuted(id, engine.setHolder.selector, call, keeper);
            _execute(call);
            assertEq(uint256(engine.rankOf(alice)), 2);
            vm.revertToState(state);
        }
        for (uint256 i; i < 2; ++i) {
            vm.warp(until + i);
            vm.expectRevert(abi.encodeWithSelector(IOverride.Expired.selector, id, until));
            _execute(call);
        }
    }

    function test_GovernanceAloneAnnounces() public {
        address[5] memory others = [attacker, sentinel, guardian, deployer, address(host)];
        for (uint256 i; i < 5; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.schedule(call);
        }
        vm.expectRevert(IOverride.InvalidCall.selector);
        vm.prank(governance);
        engine.schedule(hex"112233");
    }

    function test_S41_AnExecutedCallIsGone() public {
        _schedule();
        skip(DELAY);
        _execute(call);
        _expectUnknown();
        _execute(call);
        _schedule();
        _expectTooEarly(T0 + 2 * DELAY);
        _execute(call);
    }

    function test_S41_AVetoedCallSubmittedAgainWaitsTheWholeDelay() public {
        _schedule();
        skip(DELAY - 1);
        vm.expectEmit();
        emit IOverride.OverrideVetoed(id, guardian);
        vm.prank(guardian);
        engine.veto(id);
        (uint256 executableAt, uint256 expiresAt) = engine.overrideOf(id);
        assertEq(executableAt + expiresAt, 0);
        _schedule();
        skip(1);
        _expectTooEarly(T0 + 2 * DELAY - 1);
        _execute(call);
        vm.prank(governance);
        engine.veto(id);
        _expectUnknown();
        _execute(call);
    }

    function test_WhoVetoes() public {
        _schedule();
        address[3] memory others = [attacker, sentinel, deployer];
        for (uint256 i; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GUARDIAN);
            vm.prank(others[i]);
            engine.veto(id);
        }
        vm.prank(guardian);
        engine.veto(id);
        _expectUnknown();
        vm.prank(guardian);
        engine.veto(id);
    }

    /// A guardian that vetoes everything, its own removal included, is removed at once: removing only tightens.
    function test_S32_AVetoCannotEntrenchTheGuardian() public {
        _schedule();
        vm.prank(guardian);
        engine.veto(id);
        vm.prank(governance);
        engine.setHolder(guardian, Rank.NONE);
        _schedule();
        _expectUnauthorised(guardian, Rank.GUARDIAN);
        vm.prank(guardian);
        engine.veto(id);
        skip(DELAY);
        _execute(call);
    }

    function test_S41_ScheduledTwiceIsRefusedUntilItExpired() public {
        _schedule();
        vm.warp(T0 + DELAY + EXPIRY - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.AlreadyScheduled.selector, id));
        vm.prank(governance);
        engine.schedule(call);
        vm.warp(T0 + DELAY + EXPIRY);
        _schedule();
        _expectTooEarly(T0 + 2 * DELAY + EXPIRY);
        _execute(call);
    }

    /// The announcements of a governance that was replaced die with it, its last ones included.
    function test_S41_AReplacedGovernanceLeavesNothingBehind() public {
        bytes memory handOver = abi.encodeCall(engine.setGovernance, (bob));
        _schedule();
        _govern(handOver);
        (uint256 executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, 0);
        _expectUnknown();
        _execute(call);
        vm.prank(bob);
        engine.schedule(call);
        (executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, T0 + 2 * DELAY);
    }

    /// S42: too little gas reverts the whole, and the announcement stays.
    function test_S42_FrontRunWithLessGasChangesNothing() public {
        _schedule();
        skip(DELAY);
        bytes memory execute = abi.encodeCall(engine.execute, (call));
        uint256 succeededAt;
        for (uint256 gas = 20_000; gas < 140_000; gas += 1000) {
            uint256 state = vm.snapshotState();
            (bool done,) = address(engine).call{gas: gas}(execute);
            (uint256 executableAt,) = engine.overrideOf(id);
            assertEq(uint256(engine.rankOf(alice)), done ? 2 : 0, "half done");
            assertEq(executableAt, done ? 0 : T0 + DELAY, "lost");
            if (done && succeededAt == 0) succeededAt = gas;
            vm.revertToState(state);
        }
        assertGt(succeededAt, 20_000, "the range holds both outcomes");
    }

    /// S42, S43: in its own name the protocol calls functions of governance and nothing else.
    function test_S43_TheOverrideCannotCallWhatMovesFunds() public {
        _deposit(alice, LIMIT);
        token.mint(address(host), LIMIT);
        bytes[6] memory calls = [
            abi.encodeCall(host.onClaimEnded, (1, attacker, address(token), LIMIT, true)),
            abi.encodeCall(host.withdraw, (address(token), 0, attacker)),
            abi.encodeCall(host.act, (Op.WITHDRAW)),
            abi.encodeCall(engine.isOpen, (Op.WITHDRAW)),
            abi.encodeCall(engine.withdrawClaim, (1)),
            abi.encodeCall(engine.pause, (Op.ALL, 60, ""))
        ];
        for (uint256 i; i < 6; ++i) {
            _announce(calls[i]);
            vm.expectRevert();
            _execute(calls[i]);
        }
        assertEq(host.balance(address(token), attacker), 0);
        bytes memory ended = calls[0];
        _announce(ended);
        vm.expectRevert(IOverride.InvalidCall.selector);
        _execute(ended);
    }

    function test_OnClaimEndedIsTheProtocolsOwn() public {
        address[3] memory others = [attacker, governance, guardian];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSignature("NotSelf(address)", others[i]));
            vm.prank(others[i]);
            host.onClaimEnded(1, attacker, address(token), LIMIT, true);
        }
    }

    /// S42: an execution inside an execution needs an announcement of its own and takes nobody else's marker.
    function test_S42_NestedExecutionNeedsItsOwnAnnouncement() public {
        bytes memory outer = abi.encodeCall(engine.execute, (call));
        _announce(outer);
        _expectUnknown();
        _execute(outer);
        _announce(call);
        _execute(outer);
        assertEq(uint256(engine.rankOf(alice)), 2);
    }

    /// Even in the protocol's own name a call that was not announced is nobody's.
    function test_S42_TheProtocolItselfHasNoRank() public {
        _schedule();
        skip(DELAY);
        _expectUnauthorised(address(host), Rank.GOVERNANCE);
        vm.prank(address(host));
        engine.setHolder(alice, Rank.GUARDIAN);
        _execute(call);
        _expectUnauthorised(address(host), Rank.GOVERNANCE);
        vm.prank(address(host));
        engine.setHolder(alice, Rank.GUARDIAN);
    }

    /// A call with bytes behind its arguments is another announcement with the same delay.
    function test_TrailingBytesGainNothing() public {
        bytes memory longer = bytes.concat(call, hex"00");
        _schedule();
        vm.prank(governance);
        bytes32 other = engine.schedule(longer);
        assertNotEq(other, id);
        vm.warp(T0 + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, other, T0 + DELAY));
        _execute(longer);
        vm.warp(T0 + DELAY);
        _execute(longer);
        (uint256 executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, T0 + DELAY, "executing one took the other");
    }

    function test_ARevertInsideIsPassedOnAndTheAnnouncementStays() public {
        bytes memory bad = abi.encodeCall(engine.setGovernance, (guardian));
        bytes32 badId = _announce(bad);
        vm.expectRevert(abi.encodeWithSelector(IEngine.InvalidGovernance.selector, guardian));
        _execute(bad);
        (uint256 executableAt,) = engine.overrideOf(badId);
        assertNotEq(executableAt, 0);
        vm.prank(governance);
        engine.setHolder(guardian, Rank.NONE);
        _execute(bad);
        assertEq(engine.governance(), guardian);
    }

    /// A tightening may be announced too; it needs no abdicated power and waits like the rest.
    function test_ATighteningCanBeAnnounced() public {
        bytes memory removal = abi.encodeCall(engine.setHolder, (guardian, Rank.NONE));
        _govern(removal);
        assertEq(uint256(engine.rankOf(guardian)), 0);
    }
}
