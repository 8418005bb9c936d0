// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../../../contracts/guards/Types.sol";
import {Attestation} from "../../../contracts/response/Attestation.sol";
import {IAttestation, Incident} from "../../../contracts/response/IAttestation.sol";
import {IReporters} from "../../../contracts/response/IReporters.sol";
import {Reporters} from "../../../contracts/response/Reporters.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ITokenHook, Token} from "../mocks/Token.sol";
import {AttestationFixture} from "./AttestationFixture.sol";

/// @dev Posts 100, and 100 more before the first 100 move.
contract Poster is ITokenHook {
    Attestation private immutable ATTESTATION;
    bool private inside;

    constructor(Attestation attestation, Token token) {
        ATTESTATION = attestation;
        token.approve(address(attestation), type(uint256).max);
        token.setHook(address(this));
    }

    function post() external {
        ATTESTATION.postBond(100);
    }

    function onToken(address, address, uint256, bool) external {
        if (inside) return;
        inside = true;
        ATTESTATION.postBond(100);
    }
}

/// @title Who reports, how many must, what it costs to be wrong
contract ReportersTest is AttestationFixture {
    function _mustBeScheduled(bytes4 selector) private {
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, 1 days));
        vm.prank(governance);
    }

    // ---------------------------------------------------------------- the list

    function test_NamingWaitsRemovingDoesNot() public {
        address fifth = makeAddr("fifth");
        _mustBeScheduled(attestation.setReporter.selector);
        attestation.setReporter(fifth, true);
        _governAttestation(abi.encodeCall(attestation.setReporter, (fifth, true)));
        assertTrue(attestation.isReporter(fifth));
        assertEq(attestation.reporterCount(), 5);
        vm.expectEmit(address(attestation));
        emit IReporters.ReporterSet(fifth, false);
        vm.prank(governance);
        attestation.setReporter(fifth, false);
        assertFalse(attestation.isReporter(fifth));
        assertEq(attestation.reporterCount(), 4);
        vm.prank(governance);
        attestation.setReporter(fifth, false);
        assertEq(attestation.reporterCount(), 4);
    }

    function test_OnlyGovernanceChoosesAndAGuardianVetoes() public {
        address[3] memory others = [attacker, vetoer, reporters[0]];
        for (uint256 i = 0; i < 3; ++i) {
            vm.startPrank(others[i]);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            attestation.setReporter(attacker, true);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            attestation.setReporter(reporters[1], false);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            attestation.setQuorum(4);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            attestation.reject(ID);
            _expectUnauthorised(others[i], Rank.GOVERNANCE);
            attestation.slash(ID, reporters[1], 1);
            vm.stopPrank();
        }
        bytes memory call = abi.encodeCall(attestation.setReporter, (attacker, true));
        vm.prank(governance);
        bytes32 id = attestation.schedule(call);
        vm.prank(vetoer);
        attestation.veto(id);
        skip(1 days);
        vm.expectRevert();
        attestation.execute(call);
    }

    function test_TheQuorumRisesAtOnceAndFallsLater() public {
        vm.expectEmit(address(attestation));
        emit IReporters.QuorumSet(3, 4);
        vm.prank(governance);
        attestation.setQuorum(4);
        vm.prank(governance);
        attestation.setQuorum(4); // as it is: nothing becomes looser
        _mustBeScheduled(attestation.setQuorum.selector);
        attestation.setQuorum(3);
        _governAttestation(abi.encodeCall(attestation.setQuorum, (2)));
        assertEq(attestation.quorum(), 2);
        vm.expectRevert(abi.encodeWithSelector(IReporters.QuorumOutOfBounds.selector, 256, 2, 255));
        vm.prank(governance);
        attestation.setQuorum(256);
        vm.prank(governance);
        attestation.setQuorum(255);
    }

    function test_AQuorumOfTwoAtLeast() public {
        assertEq(_new(2, _bounds(), _bonds()).quorum(), 2);
        vm.expectRevert(abi.encodeWithSelector(IReporters.QuorumOutOfBounds.selector, 1, 2, 255));
        _new(1, _bounds(), _bonds());
    }

    function test_NoSealWithoutAQuorum() public {
        attestation = _new(2, _bounds(), _bonds());
        vm.startPrank(deployer);
        attestation.setReporter(alice, true);
        attestation.setReporter(alice, true);
        vm.expectRevert(abi.encodeWithSelector(IReporters.TooFewReporters.selector, 1, 2));
        attestation.seal(governance);
        vm.expectRevert(abi.encodeWithSelector(IReporters.NotReporter.selector, address(0)));
        attestation.setReporter(address(0), true);
        attestation.setReporter(bob, true);
        attestation.seal(governance);
    }

    function test_NoMoreThanTheBitsOfAWord() public {
        attestation = _new(2, _bounds(), _bonds());
        vm.startPrank(deployer);
        for (uint160 i = 1; i <= 255; ++i) {
            attestation.setReporter(address(i), true);
        }
        attestation.setReporter(address(1), false);
        vm.expectRevert(abi.encodeWithSelector(IReporters.TooManyReporters.selector, 255));
        attestation.setReporter(address(256), true);
        attestation.setReporter(address(1), true);
        assertEq(attestation.reporterCount(), 255);
    }

    /// What one signed who was removed since does not count; when it is named again it does.
    function test_OnlyPresentReportersCount() public {
        Incident memory incident = _incident();
        bytes32 digest = attestation.digestOf(incident);
        _attest(incident, 0, 2);
        vm.prank(governance);
        attestation.setReporter(reporters[0], false);
        assertEq(attestation.reportsOf(digest), 1);
        _attest(incident, 2, 3);
        assertFalse(attestation.isAttested(ID));
        (address[] memory who, bytes[] memory signatures) = _reports(incident, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IReporters.NotReporter.selector, reporters[0]));
        attestation.attest(incident, who, signatures);
        _governAttestation(abi.encodeCall(attestation.setReporter, (reporters[0], true)));
        assertEq(attestation.reportsOf(digest), 3);
        assertFalse(attestation.isAttested(ID));
        attestation.attest(incident, new address[](0), new bytes[](0));
        assertTrue(attestation.isAttested(ID));
    }

    function test_AReporterResigns() public {
        vm.prank(reporters[0]);
        attestation.resign();
        assertFalse(attestation.isReporter(reporters[0]));
        assertEq(attestation.reporterCount(), 3);
        vm.expectRevert(abi.encodeWithSelector(IReporters.NotReporter.selector, reporters[0]));
        vm.prank(reporters[0]);
        attestation.resign();
    }

    // ---------------------------------------------------------------- bonds

    function test_TheBondToTheUnit() public {
        _governAttestation(abi.encodeCall(attestation.setReporter, (alice, true)));
        (address fifth, uint256 key) = makeAddrAndKey("fifth");
        keyOf[fifth] = key;
        _governAttestation(abi.encodeCall(attestation.setReporter, (fifth, true)));
        _post(fifth, MIN_BOND - 1);
        Incident memory incident = _incident();
        address[] memory who = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        (who[0], signatures[0]) = (fifth, _sign(incident, fifth));
        vm.expectRevert(abi.encodeWithSelector(IReporters.BondTooSmall.selector, fifth, MIN_BOND - 1, MIN_BOND));
        attestation.attest(incident, who, signatures);
        _mintAndApprove(fifth, 1);
        vm.expectEmit(address(attestation));
        emit IReporters.BondPosted(fifth, 1, MIN_BOND);
        vm.prank(fifth);
        attestation.postBond(1);
        attestation.attest(incident, who, signatures);
        assertEq(attestation.reportsOf(attestation.digestOf(incident)), 1);
    }

    function _mintAndApprove(address reporter, uint256 amount) private {
        bond.mint(reporter, amount);
        vm.prank(reporter);
        bond.approve(address(attestation), amount);
    }

    /// S14: what arrives counts.
    function test_S14_ABondWithAFeeOnTransfer() public {
        bond.setFee(100);
        _post(reporters[0], 1000);
        assertEq(attestation.bondOf(reporters[0]), MIN_BOND + 990);
        assertEq(bond.balanceOf(address(attestation)), 4 * MIN_BOND + 990);
    }

    /// A second bond posted inside the first one's transfer counts once.
    function test_ABondTokenThatCallsBack() public {
        Poster poster = new Poster(attestation, bond);
        _governAttestation(abi.encodeCall(attestation.setReporter, (address(poster), true)));
        bond.mint(address(poster), 200);
        poster.post();
        assertEq(attestation.bondOf(address(poster)), 200);
        assertEq(bond.balanceOf(address(attestation)), 4 * MIN_BOND + 200);
    }

    function test_OnlyReportersPost() public {
        _mintAndApprove(alice, 5);
        vm.expectRevert(abi.encodeWithSelector(IReporters.NotReporter.selector, alice));
        vm.prank(alice);
        attestation.postBond(5);
    }

    function test_S38_TheBondComesBackAfterItsLock() public {
        address reporter = reporters[0];
        _attest(_incident(), 0, 1);
        uint256 until = _now() + 3 * CHALLENGE;
        assertEq(attestation.bondLock(), 3 * CHALLENGE);
        vm.expectRevert(abi.encodeWithSelector(IReporters.StillReporter.selector, reporter));
        vm.prank(reporter);
        attestation.withdrawBond();
        vm.startPrank(reporter);
        attestation.resign();
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IReporters.BondLocked.selector, reporter, until));
        attestation.withdrawBond();
        vm.warp(until);
        vm.expectEmit(address(attestation));
        emit IReporters.BondWithdrawn(reporter, MIN_BOND);
        attestation.withdrawBond();
        attestation.withdrawBond();
        vm.stopPrank();
        assertEq(bond.balanceOf(reporter), MIN_BOND);
        assertEq(bond.balanceOf(address(attestation)), 3 * MIN_BOND);
    }

    // ---------------------------------------------------------------- rejection and slash

    function _rejected() private {
        _attest(_incident(), 0, 3);
        vm.expectEmit(address(attestation));
        emit IAttestation.IncidentRejected(ID);
        vm.prank(governance);
        attestation.reject(ID);
    }

    function _slash(address reporter, uint256 amount) private {
        _governAttestation(abi.encodeCall(attestation.slash, (ID, reporter, amount)));
    }

    function test_ARejectedIncidentIsNotAttested() public {
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NotAttested.selector, ID));
        vm.prank(governance);
        attestation.reject(ID);
        _rejected();
        assertFalse(attestation.isAttested(ID));
        assertEq(attestation.attested(ID).rejectedAt, _now());
        Incident memory incident = _incident();
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NotAttested.selector, ID));
        attestation.act(incident);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.AlreadyAttested.selector, ID));
        attestation.attest(incident, new address[](0), new bytes[](0));
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.AlreadyRejected.selector, ID));
        vm.prank(governance);
        attestation.reject(ID);
    }

    function test_ASlashWithinItsBoundsGoesToTheTreasury() public {
        _rejected();
        skip(CHALLENGE);
        _slash(reporters[0], MIN_BOND / 2);
        assertEq(bond.balanceOf(treasury), MIN_BOND / 2);
        assertEq(attestation.bondOf(reporters[0]), MIN_BOND / 2);
        assertEq(attestation.bondOf(reporters[1]), MIN_BOND);
        _expectNotSlashable(reporters[0], 1);
        _slash(reporters[1], 1);
        assertEq(attestation.bondOf(reporters[1]), MIN_BOND - 1);
    }

    function _expectNotSlashable(address reporter, uint256 amount) private {
        bytes memory call = abi.encodeCall(attestation.slash, (ID, reporter, amount));
        vm.prank(governance);
        attestation.schedule(call);
        skip(1 days);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.NotSlashable.selector, ID, reporter));
        attestation.execute(call);
    }

    function test_S38_TheChallengePeriodToTheSecond() public {
        _rejected();
        uint256 until = _now() + CHALLENGE;
        bytes memory call = abi.encodeCall(attestation.slash, (ID, reporters[0], 1));
        vm.prank(governance);
        attestation.schedule(call);
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.ChallengeRuns.selector, ID, until));
        attestation.execute(call);
        vm.warp(until);
        vm.expectEmit(address(attestation));
        emit IAttestation.Slashed(ID, reporters[0], 1, MIN_BOND - 1);
        attestation.execute(call);
    }

    function test_TheMostThatASlashTakes() public {
        _rejected();
        skip(CHALLENGE);
        bytes memory call = abi.encodeCall(attestation.slash, (ID, reporters[0], MIN_BOND / 2 + 1));
        vm.prank(governance);
        attestation.schedule(call);
        skip(1 days);
        vm.expectRevert(abi.encodeWithSelector(IAttestation.SlashOutOfBounds.selector, MIN_BOND / 2 + 1, MIN_BOND / 2));
        attestation.execute(call);
    }

    function test_ASlashWaitsItsDelay() public {
        _rejected();
        skip(CHALLENGE);
        _mustBeScheduled(attestation.slash.selector);
        attestation.slash(ID, reporters[0], 1);
    }

    function test_OnlyWhoReportedARejectedIncidentIsSlashed() public {
        _attest(_incident(), 0, 3);
        _expectNotSlashable(reporters[0], 1);
        vm.prank(governance);
        attestation.reject(ID);
        skip(CHALLENGE);
        _expectNotSlashable(reporters[3], 1);
        _expectNotSlashable(attacker, 1);
        // one that resigned since is not out of reach
        vm.prank(reporters[0]);
        attestation.resign();
        _slash(reporters[0], 2);
    }

    function test_TheConstructorsBonds() public {
        Reporters.Bonds memory b = _bonds();
        (b.challengePeriod, b.maxSlashBps) = (30 days, 10_000);
        _new(2, _bounds(), b);
        b.challengePeriod = 1 days;
        _new(2, _bounds(), b);
        for (uint256 i = 0; i < 6; ++i) {
            b = _bonds();
            if (i == 0) b.challengePeriod = 30 days + 1;
            if (i == 1) b.challengePeriod = 1 days - 1;
            if (i == 2) b.maxSlashBps = 10_001;
            if (i == 3) b.minimum = 0;
            if (i == 4) b.slashedTo = address(0);
            if (i == 5) b.token = IERC20(address(0));
            vm.expectRevert(
                abi.encodeWithSelector(IReporters.InvalidBonds.selector, b.minimum, b.maxSlashBps, b.challengePeriod)
            );
            _new(2, _bounds(), b);
        }
    }

    /// Bonds are optional: without a token nobody needs one.
    function test_WithoutBonds() public {
        Reporters.Bonds memory none;
        attestation = _new(2, _bounds(), none);
        vm.startPrank(deployer);
        attestation.setReporter(reporters[0], true);
        attestation.setReporter(reporters[1], true);
        attestation.seal(governance);
        vm.stopPrank();
        _attest(_incident(), 0, 2);
        assertTrue(attestation.isAttested(ID));
    }
}
