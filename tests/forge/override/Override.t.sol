// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOverride} from "../../../contracts/guards/override/IOverride.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {OverrideFixture} from "./OverrideFixture.sol";

/// @title Announce, wait, execute or veto: the life of a loosening
contract OverrideTest is OverrideFixture {
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
        address[5] memory others = [attacker, sentinel, guardian, deployer, address(engine)];
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

    /// An account that governs again starts anew; what it announces in its first second counts.
    function test_S41_WhoGovernsAgainHasAnnouncedNothing() public {
        bytes memory handOver = abi.encodeCall(engine.setGovernance, (bob));
        bytes memory handBack = abi.encodeCall(engine.setGovernance, (governance));
        _announce(handOver);
        _schedule();
        _execute(handOver);
        vm.prank(bob);
        engine.schedule(handBack);
        vm.warp(block.timestamp + DELAY);
        _execute(handBack);
        assertEq(engine.governance(), governance);
        (uint256 executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, 0);
        _expectUnknown();
        _execute(call);
        _schedule();
        (executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, block.timestamp + DELAY);
        vm.warp(executableAt);
        _execute(call);
    }

    function test_FourBytesAreACall() public {
        vm.startPrank(governance);
        vm.expectRevert(IOverride.InvalidCall.selector);
        engine.schedule(hex"123456");
        (uint256 executableAt,) = engine.overrideOf(engine.schedule(hex"12345678"));
        assertEq(executableAt, T0 + DELAY);
    }
}
