// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {Guard} from "../../../contracts/guards/Types.sol";
import {Vm} from "../base/Vm.sol";
import {HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {CapsTest} from "./CapsTest.sol";

/// @title S55: caps embedded and on a hub: the same decisions, events and reverts
contract CapsDifferentialTest is CapsTest {
    address private member;
    address private hub;
    uint256 private passed;
    uint256 private refused;

    function setUp() public override {
        super.setUp();
        GuardrailHub made = new GuardrailHub(controls, deployer);
        hub = address(made);
        member = address(new HubHost(made));
        _configure(IEngine(hub));
        vm.prank(deployer);
        made.setMember(member, true);
        _seal(IEngine(hub));
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: ci-heavy.fuzz.runs = 2000
    function testFuzz_S55_CapsEmbeddedEqualHub(uint256 seed) public {
        for (uint256 i; i < 30; ++i) {
            _once(uint256(keccak256(abi.encode(seed, i))));
        }
    }

    function test_S55_TheCallsBothPassAndRefuse() public {
        for (uint256 i; i < 300; ++i) {
            _once(uint256(keccak256(abi.encode(i))));
        }
        assertGt(passed, 60);
        assertGt(refused, 80);
    }

    /// In shadow mode a question over the cap leaves an event; strangers cannot.
    function test_AHubAnswersMembersOnlyOverTheCap() public {
        IGuardrailHub(hub).requireUnderCap(BORROW, asset, address(0), CAP);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, address(this)));
        IGuardrailHub(hub).requireUnderCap(BORROW, asset, address(0), CAP + 1);
        vm.expectRevert(abi.encodeWithSelector(IEngine.CapExceeded.selector, BORROW, asset, CAP + 1, CAP));
        vm.prank(member);
        IGuardrailHub(hub).requireUnderCap(BORROW, asset, address(0), CAP + 1);
    }

    function _once(uint256 random) private {
        skip(random % 3 == 0 ? random >> 8 & 0x1ffff : random >> 8 & 0xff);
        uint256 amount = (random >> 40) % (2 * CAP);
        Exposure kind = Exposure((random >> 100) % 2);
        uint256 what = (random >> 24) % 10;
        if (what < 3) return _same(address(host), member, alice, abi.encodeCall(host.grow, (kind, asset, amount)));
        if (what == 3) {
            bytes memory call = abi.encodeCall(host.growOf, (Exposure(random >> 110 & 3), asset, bob, amount));
            return _same(address(host), member, alice, call);
        }
        if (what == 4) return _same(address(host), member, alice, abi.encodeCall(host.room, (kind, asset, amount)));
        address by = [sentinel, guardian, governance, steward][(random >> 30) % 4];
        bytes memory control;
        if (what < 7) control = abi.encodeCall(engine.cutCap, (kind, asset, amount, (random >> 50) % 2 hours, ""));
        if (what == 7) control = abi.encodeCall(engine.stepCap, (kind, asset, amount));
        if (what == 8) control = abi.encodeCall(engine.setCap, (kind, asset, amount));
        if (what == 9) control = abi.encodeCall(engine.setShadow, (Guard.CAPS, random >> 60 & 1 == 1));
        _same(address(engine), hub, by, control);
    }

    function _same(address embedded, address shared, address by, bytes memory call) private {
        vm.recordLogs();
        vm.prank(by);
        (bool done, bytes memory returned) = embedded.call(call);
        bytes32 events = _events(vm.getRecordedLogs());
        vm.recordLogs();
        vm.prank(by);
        (bool hubDone, bytes memory hubReturned) = shared.call(call);
        bytes32 hubEvents = _events(vm.getRecordedLogs());
        assertEq(hubDone, done, "outcome");
        assertEq(hubReturned, returned, "data");
        assertEq(hubEvents, events, "events");
        done ? ++passed : ++refused;
    }

    function _events(Vm.Log[] memory logs) private pure returns (bytes32 hash) {
        for (uint256 i; i < logs.length; ++i) {
            hash = keccak256(abi.encode(hash, logs[i].topics, logs[i].data));
        }
    }
}
