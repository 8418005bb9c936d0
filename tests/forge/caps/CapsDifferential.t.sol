// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {Guard} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {Twins} from "../hub/Twins.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {CapsTest} from "./CapsTest.sol";

/// @title S55: caps embedded and on a hub: the same decisions, events and reverts
contract CapsDifferentialTest is CapsTest, Twins {
    function setUp() public override(CapsTest, EngineTest) {
        super.setUp();
        _makeTwin();
    }

    function _configure(IEngine e) internal override(CapsTest, EngineTest) {
        CapsTest._configure(e);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: heavy.fuzz.runs = 2000
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
        if (what < 3) return _sameOfUsers(alice, abi.encodeCall(host.grow, (kind, asset, amount)));
        if (what == 3) {
            bytes memory call = abi.encodeCall(host.growOf, (Exposure(random >> 110 & 3), asset, bob, amount));
            return _sameOfUsers(alice, call);
        }
        if (what == 4) return _sameOfUsers(alice, abi.encodeCall(host.room, (kind, asset, amount)));
        address by = [sentinel, guardian, governance, steward][(random >> 30) % 4];
        bytes memory control;
        if (what < 7) control = abi.encodeCall(engine.cutCap, (kind, asset, amount, (random >> 50) % 2 hours, ""));
        if (what == 7) control = abi.encodeCall(engine.stepCap, (kind, asset, amount));
        if (what == 8) control = abi.encodeCall(engine.setCap, (kind, asset, amount));
        if (what == 9) control = abi.encodeCall(engine.setShadow, (Guard.CAPS, random >> 60 & 1 == 1));
        _sameOfControls(by, control);
    }
}
