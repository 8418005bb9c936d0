// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {BitingFixture} from "./BitingFixture.sol";

/// @title S14, S24: tokens whose balances change by themselves, or are not true
/// forge-config: default.isolate = true
contract LyingTest is BitingFixture {
    /// S14: what a rebase gives is nobody's; the claims stay what they were.
    function test_S14_ItRebasesUpWhileClaimsWait() public {
        _make(_plain());
        _put(alice, 1000 * one);
        uint256 id = _take(alice, 200 * one);
        biting.rebase(200);
        assertEq(_amount(id), 200 * one);
        assertEq(_available(), 100 * one);
        _backed();
        skip(CLAIM_DELAY);
        engine.settle(id);
        assertEq(biting.balanceOf(alice), 200 * one);
        _backed();
    }

    /// S14, S24: what a rebase takes, claims can lack: who comes last waits, nothing is paid from another asset's.
    function test_S24_ItRebasesDownWhileClaimsWait() public {
        _make(_plain());
        uint256 honest = _claimOf(keeper);
        _put(alice, 200 * one);
        _put(bob, 200 * one);
        uint256 first = _take(alice, 200 * one);
        uint256 last = _take(bob, 200 * one);
        biting.rebase(50);
        skip(CLAIM_DELAY);
        engine.settle(first);
        assertEq(biting.balanceOf(alice), 200 * one);
        vm.expectRevert();
        engine.settle(last);
        assertEq(uint256(engine.claim(last).state), uint256(ClaimState.PENDING));
        engine.settle(honest);
        assertEq(token.balanceOf(keeper), 2 * LIMIT);
        biting.rebase(100);
        biting.mint(address(engine), 200 * one);
        engine.settle(last);
        assertEq(biting.balanceOf(bob), 200 * one);
    }

    /// S14: a transfer that says true and moves nothing is no deposit.
    function test_S14_NothingArrivesAndNothingIsCredited() public {
        _make(_plain());
        biting.mute();
        assertEq(_put(attacker, 1000 * one), 0);
        assertEq(host.balance(address(biting), attacker), 0);
    }

    /// S14: a balance that lies, low or high, is credit for nobody.
    function test_S14_ABalanceThatStandsStillIsNoCredit() public {
        uint256[2] memory said = [uint256(1), type(uint256).max];
        for (uint256 i; i < 2; ++i) {
            _make(_plain());
            biting.lie(address(host), said[i]);
            assertEq(_put(attacker, 1000 * one), 0);
            vm.expectRevert();
            _take(attacker, 1);
        }
    }

    /// S24: a token that invents balances owes claims of itself, and of nothing else.
    function test_S24_ALyingTokenTouchesNoOtherAsset() public {
        _make(_plain());
        uint256 honest = _claimOf(alice);
        _deposit(bob, LIMIT);
        _put(attacker, 1000 * one);
        uint256 fake = _take(attacker, 1000 * one);
        biting.lie(address(engine), type(uint256).max);
        biting.mute();
        skip(CLAIM_DELAY);
        engine.settle(fake);
        assertEq(engine.lockedInClaims(address(token)), 2 * LIMIT);
        assertEq(engine.available(address(token)), LIMIT);
        engine.settle(honest);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        assertEq(_withdraw(bob, LIMIT), 0);
        assertEq(token.balanceOf(attacker), 0);
    }

    /// A claim that was moved by a transfer of nothing would be paid from others': it is refused.
    function test_S24_AClaimThatDidNotMoveIsNotPaidFromOthers() public {
        _make(_plain());
        _put(alice, 200 * one);
        uint256 honest = _take(alice, 200 * one);
        host.setFaulty();
        biting.mute();
        vm.prank(attacker);
        (bool done,) = address(host).call(abi.encodeCall(host.withdraw, (address(biting), 300 * one, attacker)));
        uint256 locked = engine.lockedInClaims(address(biting));
        assertLe(locked, biting.balanceOf(address(engine)), "promised more than there is");
        assertTrue(!done || _amount(honest + 1) == 0);
    }
}
