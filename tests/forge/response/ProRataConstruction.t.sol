// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProRataExit} from "../../../contracts/response/IProRataExit.sol";
import {ProRataExit} from "../../../contracts/response/ProRataExit.sol";
import {Token} from "../mocks/Token.sol";
import {ExitFixture} from "./ExitFixture.sol";

/// @title The bounds within which an escrow can be made
contract ProRataConstructionTest is ExitFixture {
    function test_ConstructionAcceptsTheBounds() public {
        ProRataExit shortest = new ProRataExit(governance, _three(), 1 days, 90 days);
        assertEq(shortest.owner(), governance);
        assertEq(shortest.challenge(), 1 days);
        assertEq(shortest.tokens().length, 3);
        assertEq(shortest.tokens()[2], address(other));
        ProRataExit longest = new ProRataExit(governance, _many(32), 90 days, 3650 days);
        assertEq(longest.claimPeriod(), 3650 days);
    }

    function test_RevertIf_ConstructedOutOfBounds() public {
        _refusedTimes(1 days - 1, 90 days, IProRataExit.ChallengeOutOfBounds.selector);
        _refusedTimes(90 days + 1, 90 days, IProRataExit.ChallengeOutOfBounds.selector);
        _refusedTimes(1 days, 90 days - 1, IProRataExit.ClaimPeriodOutOfBounds.selector);
        _refusedTimes(1 days, 3650 days + 1, IProRataExit.ClaimPeriodOutOfBounds.selector);
        address[] memory list = _many(33);
        _refusedTokens(list);
        _refusedTokens(_many(0));
        list = _three();
        list[2] = list[0];
        _refusedTokens(list);
        list[2] = attacker;
        _refusedTokens(list);
        list[2] = address(other);
        vm.expectRevert(IProRataExit.InvalidOwner.selector);
        new ProRataExit(address(0), list, CHALLENGE, PERIOD);
    }

    function _refusedTimes(uint256 challenge, uint256 period, bytes4 refusal) private {
        address[] memory list = _three();
        vm.expectPartialRevert(refusal);
        new ProRataExit(governance, list, challenge, period);
    }

    function _refusedTokens(address[] memory list) private {
        vm.expectRevert(IProRataExit.InvalidTokens.selector);
        new ProRataExit(governance, list, CHALLENGE, PERIOD);
    }

    function _many(uint256 count) private returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = address(new Token());
        }
    }
}
