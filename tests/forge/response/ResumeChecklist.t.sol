// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ResumeChecklist} from "../../../contracts/response/ResumeChecklist.sol";
import {Test} from "../base/Test.sol";
import {SwitchedCheck} from "./Checks.sol";

/// @title A list of checks: all must say true, each in its gas, and the list only grows
/// forge-config: default.isolate = true
contract ResumeChecklistTest is Test {
    event CheckAdded(uint256 indexed index, address indexed check);

    address private governance = makeAddr("governance");
    address private attacker = makeAddr("attacker");
    SwitchedCheck private first = new SwitchedCheck();
    SwitchedCheck private second = new SwitchedCheck();
    ResumeChecklist private list;

    function setUp() public {
        list = new ResumeChecklist(governance, _two());
    }

    function _two() private view returns (address[] memory checks) {
        checks = new address[](2);
        (checks[0], checks[1]) = (address(first), address(second));
    }

    function _fails(uint256 index, address check) private {
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.CheckFails.selector, index, check));
        list.requireAll();
        assertFalse(list.holds());
    }

    function test_AllHold() public view {
        list.requireAll();
        assertTrue(list.holds());
        (address[] memory checks, bool[] memory held) = list.state();
        assertEq(checks.length, 2);
        assertEq(checks[0], address(first));
        assertTrue(held[0] && held[1]);
    }

    function test_AnEmptyListHolds() public {
        list = new ResumeChecklist(governance, new address[](0));
        list.requireAll();
        assertTrue(list.holds());
    }

    /// The first that fails is named; the state shows each.
    function test_RevertIf_OneDoesNotHold() public {
        second.set(SwitchedCheck.Answer.NO);
        _fails(1, address(second));
        (, bool[] memory held) = list.state();
        assertTrue(held[0]);
        assertFalse(held[1]);
        first.set(SwitchedCheck.Answer.NO);
        _fails(0, address(first));
        first.set(SwitchedCheck.Answer.YES);
        second.set(SwitchedCheck.Answer.YES);
        list.requireAll();
    }

    function test_AnythingButTrueIsFalse() public {
        for (uint8 a = uint8(SwitchedCheck.Answer.REVERTS); a <= uint8(SwitchedCheck.Answer.LITTLE); ++a) {
            first.set(SwitchedCheck.Answer(a));
            _fails(0, address(first));
        }
        first.set(SwitchedCheck.Answer.YES);
        second.set(SwitchedCheck.Answer.LITTLE);
        _fails(1, address(second)); // whatever the answer before left in memory
        second.set(SwitchedCheck.Answer.YES);
        first.set(SwitchedCheck.Answer.BOMB);
        assertTrue(list.holds(), "its first word says true; the rest is not read");
    }

    /// Checks that burn all they get cost a million each, whatever the caller brought.
    function test_ACheckHasItsGasAndNoMore() public {
        SwitchedCheck third = new SwitchedCheck();
        vm.prank(governance);
        list.add(address(third));
        first.set(SwitchedCheck.Answer.BURNS_GAS);
        second.set(SwitchedCheck.Answer.BURNS_GAS);
        (, bool[] memory held) = list.state{gas: 2_300_000}();
        assertFalse(held[0]);
        assertFalse(held[1]);
        assertTrue(held[2]);
    }

    function test_TheOwnerAddsAtOnceAndNobodyElse() public {
        SwitchedCheck third = new SwitchedCheck();
        third.set(SwitchedCheck.Answer.NO);
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.NotOwner.selector, attacker));
        vm.prank(attacker);
        list.add(address(third));
        vm.expectEmit(address(list));
        emit CheckAdded(2, address(third));
        vm.prank(governance);
        list.add(address(third));
        _fails(2, address(third));
    }

    function test_RevertIf_ACheckHasNoCode() public {
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.InvalidCheck.selector, attacker));
        vm.prank(governance);
        list.add(attacker);
        address[] memory checks = _two();
        checks[1] = attacker;
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.InvalidCheck.selector, attacker));
        new ResumeChecklist(governance, checks);
    }

    function test_SixteenChecksAndNoMore() public {
        vm.startPrank(governance);
        for (uint256 i = 2; i < 16; ++i) {
            list.add(address(first));
        }
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.TooManyChecks.selector, 16));
        list.add(address(first));
        list.requireAll();
    }

    function test_AListIsACheckOfAnother() public {
        address[] memory checks = new address[](1);
        checks[0] = address(list);
        ResumeChecklist outer = new ResumeChecklist(address(0), checks);
        outer.requireAll();
        second.set(SwitchedCheck.Answer.REVERTS);
        vm.expectRevert(abi.encodeWithSelector(ResumeChecklist.CheckFails.selector, 0, address(list)));
        outer.requireAll();
    }
}
