// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IWhiteHatBounty} from "../../../contracts/response/IWhiteHatBounty.sol";
import {WhiteHatBounty} from "../../../contracts/response/WhiteHatBounty.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ITokenHook, Token} from "../mocks/Token.sol";
import {MoneyTest} from "./MoneyTest.sol";

/// @title WhiteHatBounty: a capped share of what comes back, after a review, for an attested incident
contract WhiteHatBountyTest is MoneyTest {
    uint256 private constant REVIEW = 7 days;
    uint256 private constant CAP = 150;

    WhiteHatBounty private bounty;
    address private recovery = makeAddr("recovery");

    function setUp() public override {
        super.setUp();
        bounty = new WhiteHatBounty(incidents, governance, recovery, 1000, REVIEW);
        vm.prank(governance);
        bounty.setCap(address(token), CAP);
        _fill(alice, address(bounty), 10_000);
        _fill(bob, address(bounty), 10_000);
    }

    function _giveBack(address who, uint256 amount) private returns (uint256) {
        vm.prank(who);
        return bounty.giveBack(INCIDENT, address(token), amount, 0);
    }

    function _refuse(bytes memory reason, address who, uint256 id) private {
        vm.expectRevert(reason);
        vm.prank(who);
        bounty.collect(id, who);
    }

    // ---------------------------------------------------------------- the whole way

    function test_WhatComesBackIsRecoveredAndAShareOfItIsEarned() public {
        assertEq(bounty.bountyFor(INCIDENT, address(token), 1009), 100);
        vm.expectEmit();
        emit IWhiteHatBounty.Returned(1, alice, INCIDENT, address(token), 1009, 100);
        assertEq(_giveBack(alice, 1009), 1);
        assertEq(token.balanceOf(recovery), 909);
        vm.warp(T0 + REVIEW);
        vm.expectEmit();
        emit IWhiteHatBounty.BountyPaid(1, bob, 100);
        vm.prank(alice);
        bounty.collect(1, bob);
        assertEq(token.balanceOf(bob), 10_100);
        _refuse(abi.encodeWithSelector(IWhiteHatBounty.NoBounty.selector, 1), alice, 1);
    }

    function test_TheCapIsOfAllWhiteHatsOfAnIncident() public {
        _giveBack(alice, 1000);
        vm.expectEmit();
        emit IWhiteHatBounty.Returned(2, bob, INCIDENT, address(token), 1000, 50);
        _giveBack(bob, 1000);
        assertEq(_giveBack(bob, 1000), 0, "no bounty is left: no id");
        assertEq(token.balanceOf(recovery), 900 + 950 + 1000);
        assertEq(bounty.promised(INCIDENT, address(token)), CAP);
        assertEq(bounty.bountyFor(OTHER, address(token), 1000), 100, "another incident has its own");
    }

    function testFuzz_SlicingEarnsNoMore(uint256 amount, uint256 pieces) public {
        amount = bound(amount, 1, 5000);
        pieces = bound(pieces, 1, 8);
        uint256 whole = bounty.bountyFor(INCIDENT, address(token), amount);
        uint256 left = amount;
        for (uint256 i; i < pieces && left != 0; ++i) {
            uint256 piece = i + 1 == pieces ? left : (amount + pieces - 1) / pieces;
            if (piece > left) piece = left;
            _giveBack(alice, piece);
            left -= piece;
        }
        assertLe(bounty.promised(INCIDENT, address(token)), whole);
        assertEq(token.balanceOf(address(bounty)), bounty.promised(INCIDENT, address(token)));
        assertEq(token.balanceOf(recovery) + token.balanceOf(address(bounty)), amount - left);
    }

    function test_LoweredTermsDoNotTouchAPendingReturn() public {
        _giveBack(alice, 1000);
        vm.expectEmit();
        emit IWhiteHatBounty.CapSet(address(token), CAP, 0);
        vm.prank(governance);
        bounty.setCap(address(token), 0);
        assertEq(bounty.bountyFor(INCIDENT, address(token), 1000), 0);
        vm.warp(T0 + REVIEW);
        vm.prank(alice);
        bounty.collect(1, alice);
        assertEq(token.balanceOf(alice), 9100);
    }

    function test_TermsWorseThanKnownAreRefused() public {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.BountyTooSmall.selector, 100, 101));
        bounty.giveBack(INCIDENT, address(token), 1000, 101);
        bounty.giveBack(INCIDENT, address(token), 1000, 100);
    }

    function test_NothingReturnedIsNoReturn() public {
        vm.expectRevert(IWhiteHatBounty.NothingReturned.selector);
        vm.prank(alice);
        bounty.giveBack(INCIDENT, address(token), 0, 0);
    }

    /// @notice S14: the bounty is a share of what arrived.
    function test_AFeeIsNotRewarded() public {
        token.setFee(5000);
        vm.expectEmit();
        emit IWhiteHatBounty.Returned(1, alice, INCIDENT, address(token), 500, 50);
        _giveBack(alice, 1000);
    }

    // ---------------------------------------------------------------- review

    function test_CollectingWaitsForTheReviewAndTheAttestation() public {
        _giveBack(alice, 1000);
        vm.warp(T0 + REVIEW - 1);
        _refuse(abi.encodeWithSelector(IWhiteHatBounty.UnderReview.selector, T0 + REVIEW), alice, 1);
        vm.warp(T0 + REVIEW);
        incidents.set(INCIDENT, false);
        _refuse(abi.encodeWithSelector(IWhiteHatBounty.NotAttested.selector, INCIDENT), alice, 1);
        incidents.set(INCIDENT, true);
        _refuse(abi.encodeWithSelector(IWhiteHatBounty.Unauthorised.selector, bob), bob, 1);
        vm.prank(alice);
        bounty.collect(1, alice);
    }

    function test_GovernanceDeniesDuringTheReviewOnly() public {
        _giveBack(alice, 1000);
        _giveBack(bob, 1000);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.Unauthorised.selector, alice));
        vm.prank(alice);
        bounty.deny(1, "");
        vm.warp(T0 + REVIEW - 1);
        vm.expectEmit();
        emit IWhiteHatBounty.BountyDenied(1, "the attacker himself");
        vm.prank(governance);
        bounty.deny(1, "the attacker himself");
        assertEq(token.balanceOf(recovery), 900 + 950 + 100);
        assertEq(bounty.promised(INCIDENT, address(token)), 50, "what was denied is free for others");
        _refuse(abi.encodeWithSelector(IWhiteHatBounty.NoBounty.selector, 1), alice, 1);
        vm.warp(T0 + REVIEW);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.ReviewOver.selector, T0 + REVIEW));
        vm.prank(governance);
        bounty.deny(2, "");
    }

    function test_WhatIsNotCollectedLapses() public {
        _giveBack(alice, 1000);
        uint256 until = T0 + REVIEW + 365 days;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.StillClaimable.selector, until));
        bounty.lapse(1);
        vm.warp(until);
        vm.expectEmit();
        emit IWhiteHatBounty.BountyLapsed(1);
        bounty.lapse(1);
        assertEq(token.balanceOf(recovery), 1000);
        assertEq(bounty.promised(INCIDENT, address(token)), 0);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.NoBounty.selector, 1));
        bounty.lapse(1);
    }

    // ---------------------------------------------------------------- who and what

    function test_OnlyGovernanceSetsCaps() public {
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.Unauthorised.selector, alice));
        vm.prank(alice);
        bounty.setCap(address(token), 1);
    }

    function test_TermsAreBounded() public {
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.ShareOutOfBounds.selector, 0));
        new WhiteHatBounty(incidents, governance, recovery, 0, REVIEW);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.ShareOutOfBounds.selector, 2501));
        new WhiteHatBounty(incidents, governance, recovery, 2501, REVIEW);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.PeriodOutOfBounds.selector, 1 days - 1));
        new WhiteHatBounty(incidents, governance, recovery, 1, 1 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.PeriodOutOfBounds.selector, 90 days + 1));
        new WhiteHatBounty(incidents, governance, recovery, 1, 90 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.InvalidRecovery.selector, address(0)));
        new WhiteHatBounty(incidents, governance, address(0), 1, REVIEW);
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectRevert(abi.encodeWithSelector(IWhiteHatBounty.InvalidRecovery.selector, next));
        new WhiteHatBounty(incidents, governance, next, 1, REVIEW);
        new WhiteHatBounty(incidents, governance, recovery, 2500, 1 days);
        new WhiteHatBounty(incidents, governance, recovery, 1, 90 days);
    }

    /// @notice S14: a return inside the callback of a return earns for what arrived, once.
    function test_AReturnInsideAReturn() public {
        Nester nester = new Nester(bounty, token, INCIDENT);
        token.mint(address(nester), 1000);
        token.setHook(address(nester));
        token.setFee(1000);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        nester.start(600, 400);
        token.setHook(address(0));
        vm.prank(address(nester));
        bounty.giveBack(INCIDENT, address(token), 600, 0);
        assertEq(bounty.promised(INCIDENT, address(token)), 54);
        assertEq(token.balanceOf(address(bounty)), 54, "every bounty is held");
    }
}

/// @notice Returns a second amount from inside the transfer of the first.
contract Nester is ITokenHook {
    WhiteHatBounty private immutable BOUNTY;
    Token private immutable TOKEN;
    bytes32 private immutable INCIDENT_ID;
    uint256 private _inner;

    constructor(WhiteHatBounty bounty, Token token, bytes32 incidentId) {
        (BOUNTY, TOKEN, INCIDENT_ID) = (bounty, token, incidentId);
        token.approve(address(bounty), type(uint256).max);
    }

    function start(uint256 outer, uint256 inner) external {
        _inner = inner;
        BOUNTY.giveBack(INCIDENT_ID, address(TOKEN), outer, 0);
    }

    function onToken(address, address to, uint256, bool before) external {
        uint256 inner = _inner;
        if (before || inner == 0 || to != address(BOUNTY)) return;
        _inner = 0;
        BOUNTY.giveBack(INCIDENT_ID, address(TOKEN), inner, 0);
    }
}
