// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPatchBounty} from "../../../contracts/response/IPatchBounty.sol";
import {PatchBounty} from "../../../contracts/response/PatchBounty.sol";
import {MoneyTest} from "./MoneyTest.sol";

contract Patched {
    uint256 public immutable VERSION;

    constructor(uint256 version) {
        VERSION = version;
    }
}

/// @title PatchBounty: the earliest author of the code that is adopted is paid, once
contract PatchBountyTest is MoneyTest {
    uint256 private constant PERIOD = 30 days;
    bytes32 private constant SALT = "salt";

    PatchBounty private bounty;
    address[] private patch;
    bytes32 private root;

    function setUp() public override {
        super.setUp();
        bounty = new PatchBounty(token, governance, PERIOD);
        patch.push(address(new Patched(1)));
        patch.push(address(new Patched(2)));
        root = bounty.rootOf(patch);
        _fill(keeper, address(bounty), 1000);
        vm.prank(keeper);
        bounty.offer(INCIDENT, 1000);
    }

    function _commit(address author) private {
        bytes32 commitment = bounty.commitmentOf(author, root, SALT);
        vm.prank(author);
        bounty.commit(commitment);
    }

    function _adopt() private {
        vm.prank(governance);
        bounty.adopt(1, patch);
    }

    function _reveal(address author) private {
        vm.prank(author);
        bounty.reveal(1, root, SALT);
    }

    // ---------------------------------------------------------------- the whole way

    function test_TheEarliestAuthorIsPaid() public {
        _commit(bob);
        vm.warp(T0 + 1);
        _commit(alice);
        vm.warp(T0 + 1 days);
        vm.expectEmit();
        emit IPatchBounty.Adopted(1, root, patch, T0 + 31 days);
        _adopt();
        vm.expectEmit();
        emit IPatchBounty.Revealed(1, alice, T0 + 1);
        _reveal(alice);
        _reveal(bob);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotEarlier.selector, T0 + 1, T0));
        _reveal(alice);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotEarlier.selector, T0, T0));
        _reveal(bob);
        vm.warp(T0 + 31 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotOver.selector, T0 + 31 days));
        bounty.finish(1);
        vm.warp(T0 + 31 days);
        vm.expectEmit();
        emit IPatchBounty.PatchPaid(1, bob, 1000);
        bounty.finish(1);
        assertEq(token.balanceOf(bob), 1000);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NoOffer.selector, 1));
        bounty.finish(1);
    }

    function test_WhoCopiesFromTheChainIsTooLate() public {
        _adopt();
        _commit(alice);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.CommittedTooLate.selector, T0, T0));
        _reveal(alice);
        vm.warp(T0 + 30 days);
        vm.expectEmit();
        emit IPatchBounty.OfferClosed(1, 1000);
        bounty.finish(1);
        assertEq(token.balanceOf(keeper), 1000);
    }

    function test_ACommitmentIsItsAuthorsAndForItsRoot() public {
        _commit(alice);
        vm.warp(T0 + 1);
        _adopt();
        bytes32 none = bounty.commitmentOf(bob, root, SALT);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotCommitted.selector, none));
        _reveal(bob);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.OtherPatch.selector, bytes32(0), root));
        vm.prank(alice);
        bounty.reveal(1, 0, SALT);
        vm.warp(T0 + 1 + 30 days - 1);
        _reveal(alice);
        vm.warp(T0 + 1 + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.RevealOver.selector, T0 + 1 + 30 days));
        _reveal(alice);
    }

    function test_ACommitmentKeepsItsFirstTime() public {
        _commit(alice);
        vm.warp(T0 + 5);
        bytes32 commitment = bounty.commitmentOf(alice, root, SALT);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.AlreadyCommitted.selector, commitment));
        bounty.commit(commitment);
        assertEq(bounty.committedAt(commitment), T0);
    }

    // ---------------------------------------------------------------- offers

    function test_AnUnusedOfferGoesBack() public {
        vm.warp(T0 + PERIOD - 1);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotOver.selector, T0 + PERIOD));
        bounty.expire(1);
        vm.warp(T0 + PERIOD);
        vm.expectEmit();
        emit IPatchBounty.OfferClosed(1, 1000);
        bounty.expire(1);
        assertEq(token.balanceOf(keeper), 1000);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NoOffer.selector, 1));
        bounty.expire(1);
    }

    function test_AnAdoptedOfferNeitherExpiresNorIsAdoptedAgain() public {
        _adopt();
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.Decided.selector, 1));
        _adopt();
        vm.warp(T0 + 365 days);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.Decided.selector, 1));
        bounty.expire(1);
    }

    function test_NothingIsRevealedOrFinishedBeforeAdoption() public {
        _commit(alice);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotDecided.selector, 1));
        _reveal(alice);
        vm.warp(T0 + 365 days);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NotDecided.selector, 1));
        bounty.finish(1);
    }

    function test_OnlyGovernanceAdoptsAndOnlyCode() public {
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.Unauthorised.selector, keeper));
        vm.prank(keeper);
        bounty.adopt(1, patch);
        vm.startPrank(governance);
        vm.expectRevert(IPatchBounty.NoContracts.selector);
        bounty.adopt(1, new address[](0));
        patch.push(alice);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NoCode.selector, alice));
        bounty.adopt(1, patch);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.NoOffer.selector, 2));
        bounty.adopt(2, patch);
    }

    function test_TheRootDependsOnCodeAndOrder() public view {
        address[] memory reversed = new address[](2);
        (reversed[0], reversed[1]) = (patch[1], patch[0]);
        assertNotEq(bounty.rootOf(reversed), root);
    }

    function test_AnOfferHoldsWhatArrivedAndSomething() public {
        vm.startPrank(keeper);
        vm.expectRevert(IPatchBounty.EmptyOffer.selector);
        bounty.offer(INCIDENT, 0);
        token.setFee(1000);
        token.mint(keeper, 100);
        vm.expectEmit();
        emit IPatchBounty.Offered(2, INCIDENT, 90, T0 + PERIOD);
        bounty.offer(INCIDENT, 100);
    }

    function test_PeriodsAreBounded() public {
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.PeriodOutOfBounds.selector, 7 days - 1));
        new PatchBounty(token, governance, 7 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IPatchBounty.PeriodOutOfBounds.selector, 365 days + 1));
        new PatchBounty(token, governance, 365 days + 1);
        new PatchBounty(token, governance, 7 days);
        new PatchBounty(token, governance, 365 days);
    }
}
