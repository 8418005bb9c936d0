// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {Attestation} from "../../../contracts/response/Attestation.sol";
import {IAttestation, Incident} from "../../../contracts/response/IAttestation.sol";
import {IReporters} from "../../../contracts/response/IReporters.sol";
import {RankHolder} from "../../../contracts/response/RankHolder.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {AttestationFixture} from "./AttestationFixture.sol";

/// @title From reports to the quorum, and what the quorum does
/// forge-config: default.isolate = true
contract AttestationTest is AttestationFixture {
    // ---------------------------------------------------------------- the quorum

    function test_TheQuorumRaisesTheLevel() public {
        Incident memory incident = _incident();
        bytes32 digest = attestation.digestOf(incident);
        _attest(incident, 0, 2);
        assertEq(attestation.reportsOf(digest), 2);
        assertFalse(attestation.isAttested(ID));
        assertEq(_level(), 0);
        vm.expectEmit(address(attestation));
        emit IAttestation.Reported(ID, digest, reporters[2]);
        vm.expectEmit(address(attestation));
        emit IAttestation.IncidentAttested(ID, digest, 3, "seen");
        _attest(incident, 2, 3);
        assertTrue(attestation.isAttested(ID));
        assertEq(_level(), 2);
        (, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(until, _now() + 6 hours);
        assertEq(attestation.attested(ID).attestedAt, _now());
        assertEq(attestation.attested(ID).digest, digest);
        assertTrue(attestation.attested(ID).raised);
        assertFalse(attestation.attested(ID).held);
    }

    function test_AllAtOnce() public {
        _attest(_incident(), 1, 4);
        assertEq(_level(), 2);
    }

    /// S63: reporters who disagree are different texts; only equal ones add up, and only one text of an id has effect.
    function test_S63_TextsDoNotAddUp() public {
        Incident memory one = _incident();
        Incident memory other = _incident();
        other.duration++;
        _attest(one, 0, 2);
        _attest(other, 2, 4);
        assertFalse(attestation.isAttested(ID));
        _attest(other, 0, 1);
        (, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(until, _now() + 6 hours + 1);
        (address[] memory who, bytes[] memory signatures) = _reports(one, 2, 3);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.AlreadyAttested.selector, ID));
        attestation.attest(one, who, signatures);
    }

    function test_NobodyCountsTwice() public {
        Incident memory incident = _incident();
        _attest(incident, 0, 2);
        _attest(incident, 0, 2);
        assertEq(attestation.reportsOf(attestation.digestOf(incident)), 2);
        (address[] memory who, bytes[] memory signatures) = _reports(incident, 0, 3);
        (who[1], signatures[1]) = (who[0], signatures[0]);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NotAscending.selector, who[0]));
        attestation.attest(incident, who, signatures);
        (who, signatures) = _reports(incident, 0, 3);
        (who[1], who[2], signatures[1], signatures[2]) = (who[2], who[1], signatures[2], signatures[1]);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NotAscending.selector, who[2]));
        attestation.attest(incident, who, signatures);
    }

    /// What a front-runner handed in already hinders nobody.
    function test_ReportsOnRecordArePassedOver() public {
        Incident memory incident = _incident();
        _attest(incident, 0, 1);
        _attest(incident, 0, 3);
        assertTrue(attestation.isAttested(ID));
    }

    function test_EveryWordOfTheTextIsSigned() public {
        Incident memory signed = _incident();
        signed.claims = _ids(1);
        bytes memory signature = _sign(signed, reporters[0]);
        for (uint256 i = 0; i < 7; ++i) {
            Incident memory changed = _incident();
            changed.claims = _ids(i == 0 ? 2 : 1);
            if (i == 1) changed.id = "incident 2";
            if (i == 2) changed.level = Level.THROTTLED;
            if (i == 3) changed.duration++;
            if (i == 4) changed.holdFor++;
            if (i == 5) changed.deadline--;
            if (i == 6) changed.evidence = "other";
            _refusesSignature(changed, reporters[0], signature);
        }
    }

    function _refusesSignature(Incident memory incident, address reporter, bytes memory signature) private {
        address[] memory who = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        (who[0], signatures[0]) = (reporter, signature);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.InvalidSignature.selector, reporter));
        attestation.attest(incident, who, signatures);
    }

    function test_TheDigestIsThatOfEip712() public {
        Incident memory incident = _incident();
        incident.claims = new uint256[](2);
        (incident.claims[0], incident.claims[1]) = (7, 9);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Guardrails Attestation"),
                keccak256("1"),
                block.chainid,
                address(attestation)
            )
        );
        bytes32 text = keccak256(
            abi.encode(
                keccak256(
                    "Incident(bytes32 id,uint8 level,uint32 duration,uint32 holdFor,uint64 deadline,bytes32 evidence,uint256[] claims)"
                ),
                ID,
                uint8(2),
                incident.duration,
                incident.holdFor,
                incident.deadline,
                incident.evidence,
                keccak256(abi.encode(uint256(7), uint256(9)))
            )
        );
        assertEq(attestation.digestOf(incident), keccak256(abi.encodePacked(hex"1901", domain, text)));
    }

    function test_SignaturesForAnotherChainOrContract() public {
        Incident memory incident = _incident();
        bytes memory signature = _sign(incident, reporters[0]);
        vm.chainId(block.chainid + 1);
        _refusesSignature(incident, reporters[0], signature);
        vm.chainId(block.chainid);
        Attestation other = _new(3, _bounds(), _bonds());
        signature = _signed(keyOf[reporters[0]], other.digestOf(incident));
        vm.chainId(31_337);
        _refusesSignature(incident, reporters[0], signature);
    }

    function test_AnothersSignatureOrAMangledOne() public {
        Incident memory incident = _incident();
        bytes memory signature = _sign(incident, reporters[0]);
        _refusesSignature(incident, reporters[1], signature);
        signature[5] ^= 0x01;
        _refusesSignature(incident, reporters[0], signature);
        _refusesSignature(incident, reporters[0], "");
    }

    function test_AStrangerIsNoReporter() public {
        (address stranger, uint256 key) = makeAddrAndKey("stranger");
        Incident memory incident = _incident();
        address[] memory who = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        (who[0], signatures[0]) = (stranger, _signed(key, attestation.digestOf(incident)));
        vm.expectRevert(abi.encodeWithSelector(IReporters.NotReporter.selector, stranger));
        attestation.attest(incident, who, signatures);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.LengthsDiffer.selector, 1, 2));
        attestation.attest(incident, who, new bytes[](2));
    }

    // ---------------------------------------------------------------- time

    function test_S38_ReportsExpire() public {
        Incident memory incident = _incident();
        _attest(incident, 0, 2);
        (address[] memory who, bytes[] memory signatures) = _reports(incident, 2, 3);
        uint256 state = vm.snapshotState();
        vm.warp(incident.deadline - 1);
        attestation.attest(incident, who, signatures);
        assertTrue(attestation.isAttested(ID));
        vm.revertToState(state);
        vm.warp(incident.deadline);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.ReportExpired.selector, ID, incident.deadline));
        attestation.attest(incident, who, signatures);
        assertFalse(attestation.isAttested(ID));
    }

    /// Nobody keeps a signature for years: a deadline is near, or the report is not taken.
    function test_TheDeadlineIsNear() public {
        Incident memory incident = _incident();
        incident.deadline++;
        (address[] memory who, bytes[] memory signatures) = _reports(incident, 0, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IAttestation.DeadlineTooFar.selector, incident.deadline, incident.deadline - 1)
        );
        attestation.attest(incident, who, signatures);
        skip(1);
        attestation.attest(incident, who, signatures);
        assertTrue(attestation.isAttested(ID));
    }

    // ---------------------------------------------------------------- bounds

    function _outOfBounds(Incident memory incident) private {
        (address[] memory who, bytes[] memory signatures) = _reports(incident, 0, 3);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.IncidentOutOfBounds.selector, ID));
        attestation.attest(incident, who, signatures);
    }

    function test_NothingBeyondTheBounds() public {
        Incident memory incident = _incident();
        incident.level = Level.FROZEN;
        _outOfBounds(incident);
        (incident.level, incident.duration) = (Level.EXIT_ONLY, 12 hours + 1);
        _outOfBounds(incident);
        (incident.duration, incident.holdFor) = (12 hours, 5 days + 1);
        _outOfBounds(incident);
        (incident.holdFor, incident.claims) = (5 days, new uint256[](51));
        _outOfBounds(incident);
        incident.claims = new uint256[](50);
        _attest(incident, 0, 3);
        assertEq(_level(), 3);
    }

    function test_TheRanksOwnBoundsCount() public {
        Powers memory p = _guardianPowers();
        (p.maxLevel, p.maxPause) = (1, 1 hours);
        vm.prank(governance);
        engine.setRankLimits(Rank.GUARDIAN, _pack(p));
        Incident memory incident = _incident();
        vm.expectEmit(address(attestation));
        emit RankHolder.LevelNotRaised(Level.QUEUED, Level.THROTTLED, "");
        _attest(incident, 0, 3);
        (Level level, uint256 until) = engine.levelOf(Rank.GUARDIAN);
        assertEq(uint256(level), 1);
        assertEq(until, _now() + 1 hours);
        // one effect: nobody extends it by asking again
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NothingToDo.selector, ID));
        attestation.act(incident);
    }

    // ---------------------------------------------------------------- claims

    function _withClaims() private returns (Incident memory incident) {
        uint256 first = _claimOf(alice);
        uint256 second = _claimOf(bob);
        incident = _incident();
        incident.level = Level.NORMAL;
        incident.claims = new uint256[](2);
        (incident.claims[0], incident.claims[1]) = (first, second);
    }

    function test_TheQuorumHoldsClaims() public {
        Incident memory incident = _withClaims();
        vm.expectEmit(address(attestation));
        emit IAttestation.ClaimsHeld(ID, _now() + 4 days);
        _attest(incident, 0, 3);
        for (uint256 i = 0; i < 2; ++i) {
            assertEq(_state(incident.claims[i]), uint256(ClaimState.SUSPECT));
            assertEq(engine.claim(incident.claims[i]).readyAt, _now() + 4 days);
        }
        assertEq(_level(), 0);
        assertTrue(attestation.attested(ID).held);
        assertFalse(attestation.attested(ID).raised);
    }

    function test_AHoldEndsByTheProtocolsRules() public {
        Incident memory incident = _withClaims();
        vm.prank(governance);
        engine.setSettlement(CLAIM_DELAY * 2, MAX_HOLD);
        _attest(incident, 0, 3);
        vm.warp(_now() + 4 days - 1);
        _notReady(incident.claims[0], _now() + 1);
        skip(1);
        engine.settle(incident.claims[0]);
        assertEq(_state(incident.claims[0]), uint256(ClaimState.PAID));
    }

    // ---------------------------------------------------------------- once, and again

    /// The protocol refuses (no rank): anyone tries again until the deadline, and each part is done once.
    function test_WhatWasRefusedCanBeTriedAgain() public {
        Incident memory incident = _withClaims();
        incident.level = Level.QUEUED;
        vm.prank(governance);
        engine.setHolder(address(attestation), Rank.NONE);
        bytes memory error = abi.encodeWithSelector(IEngine.Unauthorised.selector, address(attestation), Rank.SENTINEL);
        bytes32 digest = attestation.digestOf(incident);
        (address[] memory who, bytes[] memory signatures) = _reports(incident, 0, 3);
        vm.expectEmit(address(attestation));
        emit IAttestation.IncidentAttested(ID, digest, 3, "seen");
        vm.expectEmit(address(attestation));
        emit RankHolder.LevelNotRaised(
            Level.QUEUED, Level.NORMAL, abi.encodeWithSelector(RankHolder.NoFastRank.selector)
        );
        vm.expectEmit(address(attestation));
        emit IAttestation.ClaimsNotHeld(ID, error);
        attestation.attest(incident, who, signatures);
        assertTrue(attestation.isAttested(ID));
        assertFalse(attestation.attested(ID).raised);
        assertFalse(attestation.attested(ID).held);
        bytes memory grant = abi.encodeCall(engine.setHolder, (address(attestation), Rank.GUARDIAN));
        vm.prank(governance);
        engine.schedule(grant);
        vm.warp(incident.deadline);
        engine.execute(grant);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.ReportExpired.selector, ID, incident.deadline));
        attestation.act(incident);
        vm.warp(incident.deadline - 1);
        vm.prank(keeper);
        attestation.act(incident);
        assertEq(_level(), 2);
        assertEq(_state(incident.claims[0]), uint256(ClaimState.SUSPECT));
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NothingToDo.selector, ID));
        attestation.act(incident);
    }

    /// S33: what counts is the level, not that the protocol did not complain.
    function test_S33_TheEffectCounts() public {
        Incident memory incident = _incident();
        vm.mockCall(address(engine), abi.encodeWithSelector(engine.raiseLevel.selector), "");
        _attest(incident, 0, 3);
        assertFalse(attestation.attested(ID).raised);
        vm.clearMockedCalls();
        attestation.act(incident);
        assertTrue(attestation.attested(ID).raised);
        assertEq(_level(), 2);
    }

    /// Only the part that was refused is done again.
    function test_ThePartsAreDoneApart() public {
        Incident memory incident = _withClaims();
        (incident.level, incident.duration) = (Level.QUEUED, 12 hours);
        for (uint256 i = 0; i < 3; ++i) {
            _pause(guardian, Op.TRADE, 1 days);
            skip(1 days - 1);
        }
        skip(2 + 6 hours);
        attestation.beat();
        assertLt(engine.pauseBudgetLeft(Rank.GUARDIAN), 10);
        _pause(guardian, Op.TRADE, engine.pauseBudgetLeft(Rank.GUARDIAN));
        skip(20);
        incident.deadline = uint64(_now() + VALIDITY);
        _attest(incident, 0, 3);
        assertFalse(attestation.attested(ID).raised);
        assertTrue(attestation.attested(ID).held);
        vm.recordLogs();
        attestation.act(incident);
        assertEq(vm.getRecordedLogs().length, 1);
        assertFalse(attestation.attested(ID).raised);
    }

    function test_ActingNeedsTheTextThatWasAttested() public {
        Incident memory incident = _incident();
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NotAttested.selector, ID));
        attestation.act(incident);
        _attest(incident, 0, 3);
        bytes32 digest = attestation.digestOf(incident);
        incident.duration++;
        vm.expectRevert(
            abi.encodeWithSelector(IAttestation.DigestDiffers.selector, ID, digest, attestation.digestOf(incident))
        );
        attestation.act(incident);
    }

    /// An attestation that asks for nothing is one: insurance can pay on it.
    function test_AnIncidentWithoutEffect() public {
        Incident memory incident = _incident();
        incident.level = Level.NORMAL;
        _attest(incident, 0, 3);
        assertTrue(attestation.isAttested(ID));
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NothingToDo.selector, ID));
        attestation.act(incident);
    }

    // ---------------------------------------------------------------- before `seal`, construction

    function test_NothingBeforeTheSeal() public {
        attestation = _new(2, _bounds(), _bonds());
        vm.expectRevert(IAttestation.NotSealed.selector);
        attestation.attest(_incident(), new address[](0), new bytes[](0));
    }

    function test_TheConstructorsBounds() public {
        Attestation.Bounds memory b = _bounds();
        (b.maxDuration, b.maxHold, b.validity) = (90 days, 90 days, 30 days);
        assertEq(_new(2, b, _bonds()).maxHold(), 90 days);
        for (uint256 i = 0; i < 4; ++i) {
            b = _bounds();
            if (i == 0) b.maxDuration = 90 days + 1;
            if (i == 1) b.maxHold = 90 days + 1;
            if (i == 2) b.validity = 30 days + 1;
            if (i == 3) b.validity = 0;
            vm.expectRevert(
                abi.encodeWithSelector(
                    IAttestation.InvalidBounds.selector, b.maxLevel, b.maxDuration, b.maxHold, b.validity
                )
            );
            _new(2, b, _bonds());
        }
    }
}
