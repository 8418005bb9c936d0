// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOverride} from "../../../contracts/guards/override/IOverride.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title What the tests of the override share
abstract contract OverrideFixture is EngineTest {
    bytes internal call;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        call = abi.encodeCall(engine.setHolder, (alice, Rank.GUARDIAN));
        id = keccak256(call);
    }

    function _schedule() internal {
        vm.prank(governance);
        assertEq(engine.schedule(call), id);
    }

    function _expectTooEarly(uint256 executableAt) internal {
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotYetExecutable.selector, id, executableAt));
    }

    function _expectUnknown() internal {
        vm.expectRevert(abi.encodeWithSelector(IOverride.NotScheduled.selector, id));
    }
}
