// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {Beacon} from "../../../contracts/response/Beacon.sol";
import {IBeacon, Peer} from "../../../contracts/response/IBeacon.sol";
import {IGuarded} from "../../../contracts/response/RankHolder.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @title What a peer may: its budget, and who says so
contract PeersTest is BeaconFixture {
    uint64 private _number;

    /// @dev A message of now, for `duration` seconds.
    function _say(uint256 level, uint256 duration) private {
        _forged(++_number, level, _now() + duration, _now());
    }

    function _exhausted(uint256 spent) private {
        vm.expectRevert(abi.encodeWithSelector(IBeacon.OriginBudgetExhausted.selector, hereAt, spent, BUDGET));
    }

    // ---------------------------------------------------------------- the budget

    function test_OneMessageAtMostThePeersDuration() public {
        _say(2, MAX_DURATION + 1);
        assertEq(_untilThere(), _now() + MAX_DURATION);
        assertEq(far.useOf(hereAt).spent, MAX_DURATION);
    }

    function test_WhatIsCoveredCostsNothingAgain() public {
        _say(1, 1 hours);
        _say(2, 1 hours);
        _say(2, 30 minutes);
        assertEq(far.useOf(hereAt).spent, 1 hours);
        assertEq(far.useOf(hereAt).coveredUntil, _now() + 1 hours);
        skip(20 minutes);
        _say(2, 1 hours);
        assertEq(far.useOf(hereAt).spent, 80 minutes);
        assertEq(_untilThere(), _now() + 1 hours);
    }

    /// S28: a lying gateway at every expiry: the budget of a day holds, to the second.
    function test_S28_TheBudgetOfADay() public {
        uint256 start = _now();
        _say(2, 6 hours);
        skip(5 hours);
        _say(2, 6 hours);
        assertEq(_untilThere(), start + BUDGET);
        assertEq(far.useOf(hereAt).spent, BUDGET);
        vm.warp(start + BUDGET - 1);
        _say(2, 6 hours);
        assertEq(_untilThere(), start + BUDGET);
        vm.warp(start + BUDGET);
        _exhausted(BUDGET);
        _say(2, 6 hours);
        vm.warp(start + BUDGET + 1 days - 1);
        _exhausted(BUDGET);
        _say(2, 6 hours);
        vm.warp(start + BUDGET + 1 days);
        _say(2, 6 hours);
        assertEq(far.useOf(hereAt).spent, 6 hours);
        assertEq(_levelThere(), 2);
    }

    /// Less than it has spent: what is covered stays so, nothing is added.
    function test_ABudgetThatWasLowered() public {
        _say(2, 6 hours);
        uint256 until = _now() + 6 hours;
        Peer memory p = _terms();
        p.budget = 1 hours;
        vm.prank(governance);
        far.setPeer(hereAt, p);
        skip(1 hours);
        _say(2, 6 hours);
        assertEq(_untilThere(), until);
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.OriginBudgetExhausted.selector, hereAt, 6 hours, 1 hours));
        _forged(_number + 1, 2, _now() + 60, _now());
    }

    function testFuzz_S28_NoMoreThanTheBudgetInAnyDay(uint256 seed) public {
        Peer memory p = _terms();
        p.budget = 3 hours;
        vm.prank(governance);
        far.setPeer(hereAt, p);
        uint256[64] memory from;
        uint256[64] memory to;
        uint256 n;
        for (uint256 i = 0; i < 64; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            skip(seed % 8 == 0 ? 1 days : seed % 2 hours);
            uint256 before = far.useOf(hereAt).coveredUntil;
            bytes memory payload = abi.encode(i + 1, 1 + seed % 3, _now() + 1 + (seed >> 8) % 5 hours, _now());
            try gateway.forge("", hereAt, farAt, payload) {
                uint256 covered = far.useOf(hereAt).coveredUntil;
                (from[n], to[n]) = (before > _now() ? before : _now(), covered);
                if (covered > before) ++n;
            } catch {}
        }
        for (uint256 i = 0; i < n; ++i) {
            uint256 sum;
            for (uint256 j = i; j < n && from[j] < from[i] + 1 days; ++j) {
                uint256 end = to[j] < from[i] + 1 days ? to[j] : from[i] + 1 days;
                if (end > from[j]) sum += end - from[j];
            }
            assertLe(sum, 3 hours);
        }
        assertGt(n, 0);
    }

    function test_EachOriginHasItsBudget() public {
        bytes memory third = InteroperableAddress.formatEvmV1(137, alice);
        _governFar(abi.encodeCall(far.setPeer, (third, _terms())));
        _say(2, 6 hours);
        gateway.forge("", third, farAt, abi.encode(1, 2, _now() + 1 hours, _now()));
        assertEq(far.useOf(third).spent, 1 hours);
        assertEq(far.useOf(hereAt).spent, 6 hours);
    }

    // ---------------------------------------------------------------- who says so

    function _governFar(bytes memory call) private {
        vm.prank(governance);
        far.schedule(call);
        skip(1 days);
        far.execute(call);
    }

    function test_NarrowingIsImmediateWideningWaits() public {
        for (uint256 i = 0; i < 4; ++i) {
            Peer memory p = _terms();
            if (i == 0) p.maxLevel = Level.FROZEN;
            if (i == 1) p.maxDuration++;
            if (i == 2) p.budget++;
            if (i == 3) p.gateway = attacker;
            vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, far.setPeer.selector, 1 days));
            vm.prank(governance);
            far.setPeer(hereAt, p);
        }
        Peer memory less = Peer(address(gateway), Level.QUEUED, MAX_DURATION - 1, BUDGET - 1);
        vm.expectEmit(address(far));
        emit IBeacon.PeerSet(keccak256(hereAt), hereAt, _terms(), less);
        vm.prank(governance);
        far.setPeer(hereAt, less);
        assertEq(far.peerOf(hereAt).budget, BUDGET - 1);
        vm.prank(governance);
        far.setPeer(hereAt, less);
        _governFar(abi.encodeCall(far.setPeer, (hereAt, _terms())));
        assertEq(far.peerOf(hereAt).budget, BUDGET);
    }

    /// Removed at once, whatever its other terms say; what it had sent does not serve when it is admitted again.
    function test_RemovedAtOnce() public {
        _say(2, 60);
        Peer memory none = Peer(address(0), Level.FROZEN, 30 days, 30 days);
        vm.prank(governance);
        far.setPeer(hereAt, none);
        vm.expectRevert();
        _forged(2, 2, _now() + 60, _now());
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NotPeer.selector, hereAt));
        far.relay(hereAt);
        _governFar(abi.encodeCall(far.setPeer, (hereAt, _terms())));
        vm.expectRevert(abi.encodeWithSelector(IBeacon.Superseded.selector, 1, 1));
        _forged(1, 2, _now() + 60, _now());
    }

    function test_OnlyGovernanceNamesPeers() public {
        address[3] memory others = [attacker, guardian, deployer];
        for (uint256 i = 0; i < 3; ++i) {
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            vm.prank(others[i]);
            far.setPeer(hereAt, Peer(address(0), Level.NORMAL, 0, 0));
        }
    }

    function test_OnlyWholeAddressesAreNamed() public {
        bytes[6] memory wrong = [
            bytes(""),
            abi.encodePacked(hereAt, uint8(0)),
            InteroperableAddress.formatEvmV1(1),
            InteroperableAddress.formatEvmV1(address(here)),
            bytes(hex"0002000001011400000000000000000000000000000000000000ff"),
            farAt // itself
        ];
        vm.chainId(10);
        for (uint256 i = 0; i < 6; ++i) {
            bytes memory call = abi.encodeCall(far.setPeer, (wrong[i], _terms()));
            vm.prank(governance);
            far.schedule(call);
            skip(1 days);
            vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidPeer.selector, wrong[i]));
            far.execute(call);
        }
        // the same account on another chain, and a chain that is no EVM, are peers like others
        _governFar(abi.encodeCall(far.setPeer, (InteroperableAddress.formatEvmV1(1, address(far)), _terms())));
        bytes memory other = InteroperableAddress.formatV1(0x0002, hex"0102", hex"010203");
        _governFar(abi.encodeCall(far.setPeer, (other, _terms())));
    }

    function test_NothingBeforeTheSeal() public {
        Beacon young = new Beacon(IGuarded(address(there)), deployer, MAX_AGE);
        vm.prank(deployer);
        young.setPeer(hereAt, _terms());
        _raiseThere(guardian, Level.QUEUED, 60);
        vm.expectRevert(IBeacon.NotSealed.selector);
        young.relay(hereAt);
        bytes memory to = InteroperableAddress.formatEvmV1(10, address(young));
        vm.expectRevert(IBeacon.NotSealed.selector);
        gateway.forge("", hereAt, to, abi.encode(1, 2, _now() + 60, _now()));
    }

    function test_TheConstructorsBounds() public {
        assertEq(new Beacon(IGuarded(address(there)), deployer, 7 days).maxAge(), 7 days);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidMaxAge.selector, 7 days + 1, 7 days));
        new Beacon(IGuarded(address(there)), deployer, 7 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidMaxAge.selector, 0, 7 days));
        new Beacon(IGuarded(address(there)), deployer, 0);
    }
}
