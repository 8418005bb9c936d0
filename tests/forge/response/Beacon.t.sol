// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {Beacon} from "../../../contracts/response/Beacon.sol";
import {IBeacon} from "../../../contracts/response/IBeacon.sol";
import {IGuarded, RankHolder} from "../../../contracts/response/RankHolder.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {BeaconFixture} from "./BeaconFixture.sol";
import {Gateway} from "./Gateway.sol";

/// @title A level goes from chain to chain: what arrives, when, how often, from whom
contract BeaconTest is BeaconFixture {
    // ---------------------------------------------------------------- the way

    function test_ALevelRaisedHereIsRaisedThere() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        uint256 until = _now() + 2 hours;
        vm.chainId(1);
        vm.expectEmit(address(here));
        emit IBeacon.LevelRelayed(keccak256(farAt), 1, Level.QUEUED, until, 0);
        here.relay(farAt);
        assertEq(_levelThere(), 0);
        skip(10 minutes);
        vm.chainId(10);
        vm.expectEmit(address(far));
        emit IBeacon.LevelReceived(keccak256(hereAt), 1, Level.QUEUED, until, bytes32(uint256(1)));
        gateway.deliver(0);
        assertEq(_levelThere(), 2);
        assertEq(_untilThere(), until);
        assertEq(far.useOf(hereAt).received, 1);
        assertEq(here.useOf(farAt).sent, 1);
        vm.warp(until);
        assertEq(_levelThere(), 0);
    }

    function test_TheOtherWayRound() public {
        _raiseThere(guardian, Level.THROTTLED, 1 hours);
        gateway.deliver(_relayBack());
        assertEq(uint256(engine.level()), 1);
    }

    function test_TheGatewaysFeeIsPaidByWhoRelays() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        gateway.setFee(7);
        vm.deal(keeper, 8);
        vm.chainId(1);
        vm.startPrank(keeper);
        vm.expectRevert(abi.encodeWithSelector(Gateway.FeeMissing.selector, 0, 7));
        here.relay(farAt);
        here.relay{value: 7}(farAt);
        assertEq(keeper.balance, 1);
        assertEq(address(gateway).balance, 7);
        assertEq(address(here).balance, 0);
    }

    function test_NothingToRelay() public {
        vm.expectRevert(IBeacon.NothingToRelay.selector);
        here.relay(farAt);
        _raise(guardian, Level.QUEUED, 60);
        skip(60);
        vm.expectRevert(IBeacon.NothingToRelay.selector);
        here.relay(farAt);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NotPeer.selector, hereAt));
        here.relay(hereAt);
    }

    function test_TheHighestLevelAndTheLatestEndAreTold() public {
        _raise(sentinelAnew(), Level.THROTTLED, 1 hours);
        _raise(guardian, Level.QUEUED, 30 minutes);
        _told(Level.QUEUED, _now() + 30 minutes);
        _raise(sentinel, Level.QUEUED, 1 hours);
        _told(Level.QUEUED, _now() + 1 hours);
        _raise(guardian, Level.QUEUED, 2 hours);
        _told(Level.QUEUED, _now() + 2 hours);
        _raise(governance, Level.THROTTLED, 0);
        _told(Level.QUEUED, _now() + 2 hours);
        _raise(governance, Level.FROZEN, 0);
        _told(Level.FROZEN, type(uint64).max);
    }

    /// @dev The sentinel's heartbeat lapsed while the fixture waited for delays.
    function sentinelAnew() private returns (address) {
        bytes memory call = abi.encodeCall(engine.setHolder, (sentinel, Rank.SENTINEL));
        _govern(call);
        return sentinel;
    }

    function _told(Level level, uint256 until) private view {
        (Level found, uint256 foundUntil) = here.levelToRelay();
        assertEq(uint256(found), uint256(level));
        assertEq(foundUntil, until);
    }

    /// A level of governance stands until it is lowered; there it is renewed message by message.
    function test_GovernancesLevelIsRaisedForATime() public {
        _raise(governance, Level.QUEUED, 0);
        gateway.deliver(_relay());
        assertEq(_untilThere(), _now() + MAX_DURATION);
        skip(1 hours);
        gateway.deliver(_relay());
        assertEq(_untilThere(), _now() + MAX_DURATION);
    }

    // ---------------------------------------------------------------- only tightening

    function test_OnlyTightening() public {
        _raiseThere(guardian, Level.FROZEN, 1 days);
        uint256 until = _untilThere();
        _raise(guardian, Level.THROTTLED, 1 hours);
        gateway.deliver(_relay());
        assertEq(_levelThere(), 4);
        assertEq(_untilThere(), until);
    }

    function test_NotAboveThePeersLevel() public {
        _raise(guardian, Level.FROZEN, 1 hours);
        gateway.deliver(_relay());
        assertEq(_levelThere(), 3);
        assertFalse(there.isOpen(Op.DEPOSIT));
        assertTrue(there.isOpen(Op.REPAY));
    }

    /// A level that governance lowered here meanwhile: the later message overtakes the earlier one.
    function test_AnOvertakenMessageIsNotTaken() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        uint256 first = _relay();
        _lower(Level.THROTTLED);
        uint256 second = _relay();
        gateway.deliver(second);
        assertEq(_levelThere(), 1);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.Superseded.selector, 1, 2));
        gateway.deliver(first);
        assertEq(_levelThere(), 1);
    }

    // ---------------------------------------------------------------- replay, age, origin

    function test_AMessageServesOnce() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        uint256 index = _relay();
        gateway.deliver(index);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.Superseded.selector, 1, 1));
        gateway.deliver(index);
        bytes memory payload = gateway.message(index).payload;
        vm.expectRevert(abi.encodeWithSelector(IBeacon.Superseded.selector, 1, 1));
        gateway.forge("another id", hereAt, farAt, payload);
    }

    function test_S38_AMessageGrowsOld() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        uint256 sentAt = _now();
        uint256 index = _relay();
        vm.warp(sentAt + MAX_AGE);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.TooOld.selector, sentAt, MAX_AGE));
        gateway.deliver(index);
        vm.warp(sentAt + MAX_AGE - 1);
        gateway.deliver(index);
        assertEq(_levelThere(), 2);
    }

    function test_S38_WhatIsOverIsNotRaised() public {
        _raise(guardian, Level.QUEUED, 60);
        uint256 until = _now() + 60;
        uint256 index = _relay();
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.AlreadyOver.selector, until));
        gateway.deliver(index);
        vm.warp(until - 1);
        gateway.deliver(index);
        assertEq(_levelThere(), 2);
        assertEq(_untilThere(), until);
    }

    function test_ClocksMayDifferALittle() public {
        uint256 ahead = _now() + 15 minutes;
        vm.expectRevert(abi.encodeWithSelector(IBeacon.FromTheFuture.selector, ahead + 1));
        _forged(1, 2, ahead + 60, ahead + 1);
        _forged(1, 2, ahead + 60, ahead);
        assertEq(_levelThere(), 2);
    }

    function _unauthorised(address by, bytes memory sender) private {
        vm.expectRevert(
            abi.encodeWithSelector(ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, by, sender)
        );
    }

    function test_OnlyThePeerThroughItsGateway() public {
        bytes memory payload = abi.encode(1, 2, _now() + 60, _now());
        _unauthorised(attacker, hereAt);
        vm.prank(attacker);
        far.receiveMessage("", hereAt, payload);
        Gateway other = new Gateway();
        _unauthorised(address(other), hereAt);
        other.forge("", hereAt, farAt, payload);
        bytes[4] memory wrong = [
            InteroperableAddress.formatEvmV1(5, address(here)),
            InteroperableAddress.formatEvmV1(1, attacker),
            InteroperableAddress.formatEvmV1(address(here)),
            abi.encodePacked(hereAt, uint8(0))
        ];
        for (uint256 i = 0; i < 4; ++i) {
            _unauthorised(address(gateway), wrong[i]);
            gateway.forge("", wrong[i], farAt, payload);
        }
        gateway.forge("", hereAt, farAt, payload);
        assertEq(_levelThere(), 2);
    }

    function test_MangledMessages() public {
        uint256 t = _now();
        bytes[4] memory payloads =
            [abi.encode(1, 2, t + 60), abi.encode(1, 2, t + 60, t, 0), abi.encode(1, 0, t + 60, t), bytes("")];
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(IBeacon.InvalidMessage.selector);
            gateway.forge("", hereAt, farAt, payloads[i]);
        }
        vm.expectRevert();
        _forged(1, 5, t + 60, t);
        vm.expectRevert();
        _forged(1 << 64, 2, t + 60, t);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.Superseded.selector, 0, 0));
        _forged(0, 2, t + 60, t);
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.ValueNotAccepted.selector, 1));
        gateway.forge{value: 1}("", hereAt, farAt, abi.encode(1, 2, t + 60, t));
    }

    // ---------------------------------------------------------------- no level keeps itself alive

    function test_WhatMessagesRaisedIsNotRelayedOn() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        gateway.deliver(_relay());
        vm.expectRevert(IBeacon.NothingToRelay.selector);
        far.relay(hereAt);
        skip(30 minutes);
        _raise(guardian, Level.QUEUED, 3 hours);
        gateway.deliver(_relay());
        assertEq(_untilThere(), _now() + 3 hours);
        vm.expectRevert(IBeacon.NothingToRelay.selector);
        far.relay(hereAt);
    }

    /// What somebody raised there himself is told, though a message came before or after it.
    function test_WhatWasRaisedThereIsRelayed() public {
        _raise(guardian, Level.THROTTLED, 2 hours);
        gateway.deliver(_relay());
        _raiseThere(guardian, Level.QUEUED, 1 hours);
        uint256 index = _relayBack();
        gateway.deliver(index);
        assertEq(uint256(engine.level()), 2);
    }

    function test_WhatWasMadeLongerThereIsRelayed() public {
        _raise(guardian, Level.QUEUED, 1 hours);
        gateway.deliver(_relay());
        _raiseThere(guardian, Level.QUEUED, 2 hours);
        gateway.deliver(_relayBack());
        (, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(until, _now() + 2 hours);
    }

    /// S33: what counts is the level, not that the protocol did not complain.
    function test_S33_TheEffectCounts() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        uint256 index = _relay();
        vm.mockCall(address(there), abi.encodeWithSelector(there.raiseLevel.selector), "");
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NotRaised.selector, Level.QUEUED));
        gateway.deliver(index);
        vm.clearMockedCalls();
        gateway.deliver(index);
        assertEq(_levelThere(), 2);
    }

    function test_AMessageThatAddsNothingDoesNotSilence() public {
        _raiseThere(guardian, Level.QUEUED, 2 hours);
        _raise(guardian, Level.THROTTLED, 1 hours);
        gateway.deliver(_relay());
        (Level level,) = far.levelToRelay();
        assertEq(uint256(level), 2);
        _raise(guardian, Level.QUEUED, 4 hours);
        gateway.deliver(_relay());
        (level,) = far.levelToRelay();
        assertEq(uint256(level), 2); // it was raised there before: longer now, and still its own
    }

    // ---------------------------------------------------------------- the rank

    /// What the protocol refuses reverts, so that the gateway can deliver again.
    function test_ARefusedMessageCanBeDeliveredAgain() public {
        _raise(guardian, Level.QUEUED, 2 hours);
        uint256 index = _relay();
        uint256 state = vm.snapshotState();
        vm.prank(governance);
        there.setHolder(address(far), Rank.NONE);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NotRaised.selector, Level.QUEUED));
        gateway.deliver(index);
        vm.revertToState(state);
        _raiseThere(guardian, Level.THROTTLED, 60);
        skip(60);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NotRaised.selector, Level.QUEUED));
        gateway.deliver(index); // the rank's cooldown
        assertEq(far.useOf(hereAt).received, 0);
        assertEq(far.useOf(hereAt).spent, 0);
    }

    function test_TheHeartbeatByAnyone() public {
        (, uint256 aliveUntil) = there.holderOf(address(far));
        vm.warp(aliveUntil - 1);
        vm.prank(attacker);
        far.beat();
        (, uint256 renewed) = there.holderOf(address(far));
        assertEq(renewed, aliveUntil - 1 + 30 days);
    }
}
