// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmergencyControls} from "../../../contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "../../../contracts/controls/GovernanceControls.sol";
import {Guardrails} from "../../../contracts/Guardrails.sol";
import {Guard, Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title What a protocol does not implement is delegated; the contracts delegated to are nobody's
contract DelegationTest is EngineTest {
    function test_UnknownSelectorsAndEtherAreRefused() public {
        bytes[4] memory calls = [abi.encodeWithSignature("nothing()"), bytes(hex"11"), hex"00000000", ""];
        for (uint256 i; i < 4; ++i) {
            (bool done,) = address(host).call(calls[i]);
            assertFalse(done);
        }
        vm.deal(address(this), 1 ether);
        (bool paid,) = address(host).call{value: 1}("");
        assertFalse(paid);
        (paid,) = address(host).call{value: 1}(abi.encodeCall(engine.level, ()));
        assertFalse(paid);
        (paid,) = controls.call{value: 1}("");
        assertFalse(paid);
    }

    function test_ControlsAreWhereTheyWerePut() public {
        assertEq(host.controls(), controls);
        address next = EmergencyControls(payable(controls)).governanceControls();
        assertGt(next.code.length, 0);
        vm.expectRevert(abi.encodeWithSelector(Guardrails.ControlsHaveNoCode.selector, alice));
        new Host(alice, deployer);
        vm.expectRevert(abi.encodeWithSelector(Guardrails.ControlsHaveNoCode.selector, alice));
        new EmergencyControls(alice);
    }

    /// Called directly, the controls have no governance, no holders, and no way to get one.
    function test_TheControlsThemselvesCannotBeSeized() public {
        address second = EmergencyControls(payable(controls)).governanceControls();
        address[3] memory all = [controls, second, GovernanceControls(payable(second)).marketControls()];
        for (uint256 i; i < all.length; ++i) {
            IEngine e = IEngine(all[i]);
            assertEq(e.governance(), address(0));
            vm.startPrank(attacker);
            _inert(e, abi.encodeCall(e.seal, (attacker)));
            _inert(e, abi.encodeCall(e.setHolder, (attacker, Rank.GUARDIAN)));
            _inert(e, abi.encodeCall(e.setGovernance, (attacker)));
            _inert(e, abi.encodeCall(e.schedule, (abi.encodeCall(e.setGovernance, (attacker)))));
            _inert(e, abi.encodeCall(e.execute, (abi.encodeCall(e.setGovernance, (attacker)))));
            _inert(e, abi.encodeCall(e.veto, (bytes32(0))));
            _inert(e, abi.encodeCall(e.settle, (1)));
            _inert(e, abi.encodeCall(e.withdrawClaim, (1)));
            _inert(e, abi.encodeCall(e.hold, (_ids(1), 1, "")));
            _inert(e, abi.encodeCall(e.pause, (Op.ALL, 1, "")));
            _inert(e, abi.encodeCall(e.raiseLevel, (Level.FROZEN, 1, "")));
            _inert(e, abi.encodeCall(e.lock, (bytes32(0), 1, 0, "")));
            _inert(e, abi.encodeCall(e.blockAccount, (alice, 1, "")));
            _inert(e, abi.encodeCall(e.blockSelector, (bytes4(0), 1, "")));
            _inert(e, abi.encodeCall(e.unblockAccount, (alice, "")));
            _inert(e, abi.encodeCall(e.cleanUpBlocks, ()));
            _inert(e, abi.encodeCall(e.setShadow, (Guard.PAUSE, true)));
            _inert(e, abi.encodeCall(e.setLevelRules, (0)));
            _inert(e, abi.encodeCall(e.setResumeGate, (controls)));
            _inert(e, abi.encodeCall(e.heartbeat, ()));
            _inert(e, abi.encodeCall(e.cleanUp, (Rank.GUARDIAN)));
            _inert(e, abi.encodeCall(e.syncBase, (address(token))));
            _inert(e, abi.encodeCall(host.onClaimEnded, (1, attacker, address(token), 1, true)));
            vm.stopPrank();
            assertEq(e.governance(), address(0));
        }
    }

    function _inert(IEngine e, bytes memory call) private {
        (bool done,) = address(e).call(call);
        assertFalse(done, "the controls accepted a call of their own");
    }

    function test_ShadowIsGovernancesAndEnteringItWaits() public {
        for (uint8 g; g <= uint8(type(Guard).max); ++g) {
            vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, engine.setShadow.selector, DELAY));
            vm.prank(governance);
            engine.setShadow(Guard(g), true);
            bytes memory call = abi.encodeCall(engine.setShadow, (Guard(g), true));
            _announce(call);
            vm.expectEmit();
            emit IEngine.ShadowChanged(Guard(g), false, true);
            _execute(call);
            assertTrue(engine.inShadow(Guard(g)));
            _expectUnauthorised(guardian, Rank.GOVERNANCE);
            vm.prank(guardian);
            engine.setShadow(Guard(g), false);
            vm.expectEmit();
            emit IEngine.ShadowChanged(Guard(g), true, false);
            vm.prank(governance);
            engine.setShadow(Guard(g), false);
            assertFalse(engine.inShadow(Guard(g)));
        }
    }
}
