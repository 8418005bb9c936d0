// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapAmount} from "../../../contracts/guards/caps/CapAmount.sol";
import {CapCorridor} from "../../../contracts/guards/caps/CapCorridor.sol";
import {CapMode, Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {ICaps} from "../../../contracts/guards/caps/ICaps.sol";
import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {Decision, Guard, Op, Rank} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {CapsTest} from "./CapsTest.sol";

/// @title What a cap refuses, and who sets it when
contract CapsRulesTest is CapsTest {
    function test_GrowthUpToTheCapAndNotOneOver() public {
        _assertCap(BORROW, CAP);
    }

    function test_WithoutACapNothingGrows() public {
        Exposure kind = Exposure.OPEN_INTEREST;
        assertEq(uint256(engine.capWord(kind, asset).mode()), uint256(CapMode.UNSET));
        host.grow(kind, asset, 0);
        vm.expectRevert(abi.encodeWithSelector(IEngine.CapNotSet.selector, kind, asset));
        host.grow(kind, asset, 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.CapNotSet.selector, BORROW, alice));
        host.grow(BORROW, alice, 1);
    }

    function test_ACapOfZeroIsACap() public {
        _set(BORROW, 0);
        _assertCap(BORROW, 0);
        assertEq(uint256(engine.capWord(BORROW, asset).mode()), uint256(CapMode.CAPPED));
    }

    function test_UnlimitedIsExplicit() public {
        _govern(abi.encodeCall(engine.setCap, (SUPPLY, asset, type(uint256).max)));
        host.grow(SUPPLY, asset, type(uint256).max);
        assertEq(engine.capOf(SUPPLY, asset), type(uint256).max);
        _set(SUPPLY, CAP);
        _assertCap(SUPPLY, CAP);
    }

    function test_EachKindAndAssetHasItsOwnCap() public {
        _set(BORROW, 7);
        _assertCap(BORROW, 7);
        _assertCap(SUPPLY, CAP);
        _govern(abi.encodeCall(engine.setCap, (BORROW, alice, 5)));
        assertEq(engine.capOf(BORROW, alice), 5);
        assertEq(engine.capOf(BORROW, asset), 7);
    }

    function test_AccountsHaveACapOfTheirOwn() public {
        Exposure[4] memory own =
            [Exposure.ACCOUNT_SUPPLY, Exposure.ACCOUNT_BORROW, Exposure.ACCOUNT_OPEN_INTEREST, Exposure.ACCOUNT_CUSTOM];
        for (uint8 i; i < 4; ++i) {
            uint256 cap = 10 + i;
            _govern(abi.encodeCall(engine.setCap, (own[i], asset, cap)));
            host.growOf(Exposure(i), asset, alice, cap);
            _expectOver(own[i], cap + 1, cap);
            host.growOf(Exposure(i), asset, alice, cap + 1);
        }
        vm.expectRevert();
        host.growOf(Exposure.ACCOUNT_SUPPLY, asset, alice, 1);
        _assertCap(BORROW, CAP);
    }

    function test_RoomIsWhatIsLeft() public view {
        assertEq(engine.capRoom(BORROW, asset, CAP - 1), 1);
        assertEq(host.room(BORROW, asset, CAP), 0);
        assertEq(engine.capRoom(BORROW, asset, CAP + 1), 0);
        assertEq(engine.capRoom(Exposure.CUSTOM, asset, 0), 0);
    }

    function test_GovernanceLowersAtOnceAndRaisesAfterTheDelay() public {
        vm.expectEmit();
        emit ICaps.CapSet(SUPPLY, asset, CAP, CAP - UNIT);
        _set(SUPPLY, CAP - UNIT);
        _assertCap(SUPPLY, CAP - UNIT);
        _set(SUPPLY, CAP - UNIT);
        _expectDelayed(engine.setCap.selector);
        _set(SUPPLY, CAP);
        bytes memory call = abi.encodeCall(engine.setCap, (SUPPLY, asset, CAP));
        _announce(call);
        vm.expectEmit();
        emit ICaps.CapSet(SUPPLY, asset, CAP - UNIT, CAP);
        _execute(call);
        _assertCap(SUPPLY, CAP);
    }

    /// The first cap, 0 as well, is a loosening: until then growth is refused for want of a decision.
    function test_TheFirstCapIsALoosening() public {
        _expectDelayed(engine.setCap.selector);
        _set(Exposure.CUSTOM, 0);
        _govern(abi.encodeCall(engine.setCap, (Exposure.CUSTOM, asset, 0)));
        _assertCap(Exposure.CUSTOM, 0);
    }

    function test_OnlyGovernanceSets() public {
        address[4] memory others = [attacker, sentinel, guardian, steward];
        for (uint256 i; i < 4; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            engine.setCap(BORROW, asset, 1);
        }
    }

    function test_ACapIsRoundedDownToSixDigits() public {
        _set(SUPPLY, 999.9999 ether + 1);
        assertEq(engine.capOf(SUPPLY, asset), 999.999 ether);
    }

    function test_ACapThatCannotBeHeldIsRefused() public {
        uint256 largest = 1_048_575e31;
        _govern(abi.encodeCall(engine.setCap, (SUPPLY, asset, largest)));
        assertEq(engine.capOf(SUPPLY, asset), largest);
        _govern(abi.encodeCall(engine.setCap, (SUPPLY, asset, type(uint256).max)));
        vm.expectRevert(abi.encodeWithSelector(IEngine.AmountTooLarge.selector, largest + 1e31));
        _set(SUPPLY, largest + 1e31);
    }

    function test_S53_InShadowGrowthIsSaidAndNotRefused() public {
        _govern(abi.encodeCall(engine.setShadow, (Guard.CAPS, true)));
        vm.expectEmit();
        emit GuardStorage.GuardDecision(Guard.CAPS, Decision.REFUSE, address(0), asset, CAP + 1, Op.BORROW, true);
        host.grow(BORROW, asset, CAP + 1);
        vm.expectEmit();
        emit GuardStorage.GuardDecision(Guard.CAPS, Decision.REFUSE, alice, asset, 9, Op.TRADE, true);
        host.growOf(Exposure.OPEN_INTEREST, asset, alice, 9);
        assertEq(host.room(BORROW, asset, CAP), type(uint256).max - CAP);
        vm.recordLogs();
        host.grow(BORROW, asset, CAP);
        assertEq(vm.getRecordedLogs().length, 0);
        vm.prank(governance);
        engine.setShadow(Guard.CAPS, false);
        _assertCap(BORROW, CAP);
    }

    function test_S53_TheOperationOfEachKindIsSaid() public {
        _govern(abi.encodeCall(engine.setShadow, (Guard.CAPS, true)));
        uint16[4] memory operations = [Op.DEPOSIT, Op.BORROW, Op.TRADE, Op.CUSTOM_1];
        for (uint8 i; i < 8; ++i) {
            vm.expectEmit();
            emit GuardStorage.GuardDecision(Guard.CAPS, Decision.REFUSE, address(0), alice, 1, operations[i % 4], true);
            host.grow(Exposure(i), alice, 1);
        }
    }

    /// One cold read: the caps cost no more of the state than their word.
    function test_OneWordIsRead() public virtual {
        vm.record();
        host.grow(BORROW, asset, CAP);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(engine));
        assertEq(reads.length, 1);
        assertEq(writes.length, 0);
    }

    function test_LoweringTheCapLowersTheCeilingForGood() public {
        CapCorridor before = engine.capCorridor(BORROW, asset);
        vm.expectEmit();
        emit ICaps.CapCorridorSet(BORROW, asset, before, before.loweredTo(CapAmount.pack(800 * UNIT)));
        _set(BORROW, 800 * UNIT);
        CapCorridor now_ = engine.capCorridor(BORROW, asset);
        assertEq(now_.ceiling(), 800 * UNIT);
        assertEq(now_.floor(), FLOOR);
        assertEq(now_.upBps(), 1000);
        assertEq(now_.downBps(), 2000);
        assertEq(now_.interval(), INTERVAL);
        _set(BORROW, 100 * UNIT);
        assertEq(engine.capCorridor(BORROW, asset).ceiling(), 100 * UNIT);
        assertEq(engine.capCorridor(BORROW, asset).floor(), 100 * UNIT);
    }

    function test_SettingTheSameCapLeavesTheCorridor() public {
        _set(BORROW, CAP);
        assertEq(engine.capCorridor(BORROW, asset).ceiling(), CEILING);
    }

    function test_RaisingAboveTheCeilingWantsAnotherCorridorFirst() public {
        _govern(abi.encodeCall(engine.setCap, (BORROW, asset, CEILING)));
        assertEq(engine.capCorridor(BORROW, asset).ceiling(), CEILING);
        bytes memory call = abi.encodeCall(engine.setCap, (BORROW, asset, CEILING + UNIT));
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapOutsideCorridor.selector, CEILING + UNIT, FLOOR, CEILING));
        _execute(call);
        call = abi.encodeCall(engine.setCap, (BORROW, asset, type(uint256).max));
        _announce(call);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapOutsideCorridor.selector, type(uint256).max, FLOOR, CEILING));
        _execute(call);
        vm.prank(governance);
        engine.setCapCorridor(BORROW, asset, CapCorridor.wrap(0));
        _execute(call);
        assertEq(engine.capOf(BORROW, asset), type(uint256).max);
    }
}
