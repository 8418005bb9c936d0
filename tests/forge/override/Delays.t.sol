// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOverride} from "../../../contracts/guards/override/IOverride.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title Delays, expiry and abdication: each change costs what it changes
contract DelaysTest is EngineTest {
    bytes4 private grant;

    function setUp() public override {
        super.setUp();
        grant = engine.setHolder.selector;
    }

    function _setDelay(bytes4 selector, uint256 delay) private {
        vm.prank(governance);
        engine.setDelay(selector, delay);
    }

    function _mustWait(bytes4 selector, uint256 delay) private {
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, delay));
    }

    function _grantCall() private view returns (bytes memory) {
        return abi.encodeCall(engine.setHolder, (alice, Rank.SENTINEL));
    }

    function test_TheDefaultHoldsForWhatHasNoDelayOfItsOwn() public {
        assertEq(engine.delayOf(grant), DELAY);
        assertEq(engine.delayOf(engine.unpause.selector), 0);
        vm.expectEmit();
        emit IOverride.DelaySet(bytes4(0), DELAY, 3 days);
        _setDelay(bytes4(0), 3 days);
        assertEq(engine.delayOf(grant), 3 days);
        assertEq(engine.delayOf(engine.unpause.selector), 0);
    }

    /// S40: cut a delay and try to execute at the shorter one: the earliest time is what it was.
    function test_S40_CuttingADelayCostsIt() public {
        _setDelay(grant, 10 days);
        bytes memory cut = abi.encodeCall(engine.setDelay, (grant, 1 days));
        _mustWait(engine.setDelay.selector, 10 days);
        _setDelay(grant, 1 days);
        vm.startPrank(governance);
        bytes32 cutId = engine.schedule(cut);
        bytes32 grantId = engine.schedule(_grantCall());
        vm.stopPrank();
        (uint256 executableAt,) = engine.overrideOf(cutId);
        assertEq(executableAt, T0 + 10 days);
        vm.warp(T0 + 10 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, cutId, T0 + 10 days));
        _execute(cut);
        vm.warp(T0 + 10 days);
        _execute(cut);
        assertEq(engine.delayOf(grant), 1 days);
        (executableAt,) = engine.overrideOf(grantId);
        assertEq(executableAt, T0 + 10 days, "what was announced before keeps its time");
        _execute(_grantCall());
    }

    function test_S40_ACallAnnouncedBeforeACutKeepsItsLaterTime() public {
        _setDelay(grant, 10 days);
        vm.startPrank(governance);
        engine.schedule(abi.encodeCall(engine.setDelay, (grant, 1 days)));
        vm.warp(T0 + 10 days - 2 days);
        bytes32 id = engine.schedule(_grantCall());
        vm.stopPrank();
        vm.warp(T0 + 10 days);
        _execute(abi.encodeCall(engine.setDelay, (grant, 1 days)));
        bytes memory call = _grantCall();
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, id, T0 + 18 days));
        _execute(call);
    }

    /// S41: a delay that grew meanwhile counts for what is pending.
    function test_S41_AGrownDelayCountsForPendingCalls() public {
        bytes32 id = _announce(_grantCall());
        _setDelay(grant, 4 days);
        bytes memory call = _grantCall();
        vm.warp(T0 + 4 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, id, T0 + 4 days));
        _execute(call);
        vm.warp(T0 + DELAY + EXPIRY - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.AlreadyScheduled.selector, id));
        vm.prank(governance);
        engine.schedule(call);
        _execute(call);
    }

    /// One that the grown delay carries past its announced end must be announced again.
    function test_S41_ADelayThatGrewPastTheEndEndsThePendingCall() public {
        bytes32 id = _announce(_grantCall());
        _setDelay(grant, DELAY + EXPIRY);
        bytes memory call = _grantCall();
        vm.warp(T0 + DELAY + EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(IOverride.Expired.selector, id, T0 + DELAY + EXPIRY));
        _execute(call);
        vm.prank(governance);
        engine.schedule(call);
        (uint256 executableAt,) = engine.overrideOf(id);
        assertEq(executableAt, T0 + 2 * (DELAY + EXPIRY));
    }

    /// S41: what expired stays so: neither a longer delay, which is immediate, nor a longer expiry brings it back. Else
    /// governance could keep old announcements in stock and execute one the day on which it raises their delay.
    function test_S41_AnExpiredCallIsNotRevivedByALongerDelay() public {
        bytes memory call = _grantCall();
        bytes32 id = _announce(call);
        uint256 expiredAt = T0 + DELAY + EXPIRY;
        vm.warp(T0 + 60 days);
        _setDelay(grant, 60 days);
        vm.expectRevert(abi.encodeWithSelector(IOverride.Expired.selector, id, expiredAt));
        _execute(call);
        (, uint256 expiresAt) = engine.overrideOf(id);
        assertEq(expiresAt, expiredAt);
        assertEq(uint256(engine.rankOf(alice)), uint256(Rank.NONE));
    }

    function test_S41_AnExpiredCallIsNotRevivedByALongerExpiry() public {
        bytes memory call = _grantCall();
        bytes32 id = _announce(call);
        uint256 expiredAt = T0 + DELAY + EXPIRY;
        vm.warp(expiredAt);
        _govern(abi.encodeCall(engine.setExpiry, (30 days)));
        vm.expectRevert(abi.encodeWithSelector(IOverride.Expired.selector, id, expiredAt));
        _execute(call);
        bytes memory later = abi.encodeCall(engine.setHolder, (bob, Rank.SENTINEL));
        (, uint256 expiresAt) = engine.overrideOf(_announce(later));
        assertEq(expiresAt, _now() + 30 days);
    }

    /// Cutting the delay of `setDelay` itself, or of the default, costs the longest of those concerned.
    function test_S40_TheDelayOfADelayCannotBeUsedAsAShortcut() public {
        _setDelay(grant, 30 days);
        bytes4 own = engine.setDelay.selector;
        bytes memory shorter = abi.encodeCall(engine.setDelay, (own, 0));
        _govern(shorter);
        assertEq(engine.delayOf(own), 0);
        _mustWait(own, 30 days);
        _setDelay(grant, 0);
        _setDelay(own, 20 days);
        _mustWait(own, 20 days);
        _setDelay(bytes4(0), 0);
    }

    function test_DirtySelectorsAreRefused() public {
        bytes memory dirty = abi.encodeCall(engine.setDelay, (grant, 1));
        dirty[20] = 0x01;
        _announce(dirty);
        vm.expectRevert();
        _execute(dirty);
        assertEq(engine.delayOf(grant), DELAY);
        bytes memory cut = bytes.concat(engine.setDelay.selector, grant);
        _announce(cut);
        vm.expectRevert();
        _execute(cut);
        bytes memory give = abi.encodeCall(engine.abdicate, (grant));
        give[35] = 0x01;
        _announce(give);
        vm.expectRevert();
        _execute(give);
        assertFalse(engine.isAbdicated(grant));
    }

    /// What is set to what it is loosens nothing.
    function test_TheSameAgainNeedNotWait() public {
        _setDelay(grant, DELAY);
        assertEq(engine.delayOf(grant), DELAY);
        vm.prank(governance);
        engine.setExpiry(EXPIRY);
        assertEq(engine.overrideExpiry(), EXPIRY);
    }

    function test_DelaysAreBounded() public {
        vm.expectRevert(abi.encodeWithSelector(IOverride.DelayOutOfBounds.selector, 365 days + 1, 365 days));
        _setDelay(grant, 365 days + 1);
        _setDelay(grant, 365 days);
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setDelay(grant, 365 days);
    }

    /// A selector that the policy gave no delay is open to governance at once, and to nobody else.
    function test_ADelayOfZeroIsADirectCall() public {
        _pause(guardian, Op.WITHDRAW, 60);
        _expectUnauthorised(attacker, Rank.GOVERNANCE);
        vm.prank(attacker);
        engine.unpause(Op.ALL, "");
        _unpause(Op.WITHDRAW);
        host.act(Op.WITHDRAW);
    }

    function test_S41_AbdicationIsForEver() public {
        bytes memory give = abi.encodeCall(engine.abdicate, (grant));
        _mustWait(engine.abdicate.selector, DELAY);
        vm.prank(governance);
        engine.abdicate(grant);
        vm.prank(governance);
        engine.schedule(_grantCall());
        _announce(give);
        vm.expectEmit();
        emit IOverride.Abdicated(grant);
        _execute(give);
        assertTrue(engine.isAbdicated(grant));
        bytes memory call = _grantCall();
        vm.expectRevert(abi.encodeWithSelector(IEngine.SelectorAbdicated.selector, grant));
        _execute(call);
        vm.expectRevert(abi.encodeWithSelector(IEngine.SelectorAbdicated.selector, grant));
        vm.prank(governance);
        engine.setHolder(alice, Rank.SENTINEL);
        vm.prank(governance);
        engine.setHolder(guardian, Rank.NONE);
        bytes memory removal = abi.encodeCall(engine.setHolder, (sentinel, Rank.NONE));
        _govern(removal);
    }

    function test_AbdicationCostsTheDelayOfWhatIsGivenUp() public {
        _setDelay(grant, 20 days);
        _mustWait(engine.abdicate.selector, 20 days);
        vm.prank(governance);
        engine.abdicate(grant);
        _mustWait(engine.abdicate.selector, DELAY);
        vm.prank(governance);
        engine.abdicate(engine.unpause.selector);
    }

    function test_ExpiryShortensAtOnceWithinItsBounds() public {
        assertEq(engine.overrideExpiry(), EXPIRY);
        vm.startPrank(governance);
        _mustWait(engine.setExpiry.selector, DELAY);
        engine.setExpiry(EXPIRY + 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.ExpiryOutOfBounds.selector, 1 hours - 1, 1 hours, 365 days));
        engine.setExpiry(1 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(IOverride.ExpiryOutOfBounds.selector, 0, 1 hours, 365 days));
        engine.setExpiry(0);
        vm.expectEmit();
        emit IOverride.ExpirySet(EXPIRY, 1 hours);
        engine.setExpiry(1 hours);
        vm.stopPrank();
        bytes memory call = abi.encodeCall(engine.setExpiry, (365 days + 1));
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(IOverride.ExpiryOutOfBounds.selector, 365 days + 1, 1 hours, 365 days));
        _execute(call);
        call = abi.encodeCall(engine.setExpiry, (365 days));
        _govern(call);
        assertEq(engine.overrideExpiry(), 365 days);
    }

    function test_AShorterExpiryCountsForPendingCalls() public {
        bytes32 id = _announce(_grantCall());
        vm.prank(governance);
        engine.setExpiry(1 hours);
        skip(1 hours);
        bytes memory call = _grantCall();
        vm.expectRevert(abi.encodeWithSelector(IOverride.Expired.selector, id, T0 + DELAY + 1 hours));
        _execute(call);
    }

    /// S44: steps announced together are executed together or not at all early: none moves another's time.
    function test_S44_ManyStepsInOneBlockWaitLikeOne() public {
        vm.startPrank(governance);
        for (uint256 i; i < 100; ++i) {
            engine.schedule(abi.encodeCall(engine.setExpiry, (EXPIRY + 1 + i)));
        }
        vm.stopPrank();
        vm.warp(T0 + DELAY - 1);
        for (uint256 i; i < 100; ++i) {
            bytes memory call = abi.encodeCall(engine.setExpiry, (EXPIRY + 1 + i));
            vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, keccak256(call), T0 + DELAY));
            _execute(call);
        }
    }
}
