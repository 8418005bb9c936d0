// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title What the tests of claims share
abstract contract ClaimsFixture is EngineTest {
    function _hold(address by, uint256 id, uint256 until) internal {
        vm.prank(by);
        engine.hold(_ids(id), until, "suspect");
    }

    function _release(uint256 id) internal {
        vm.prank(governance);
        engine.release(_ids(id), "cleared");
    }

    function _cancel(uint256 id) internal {
        vm.prank(governance);
        engine.cancel(_ids(id), "stolen");
    }

    function _state(uint256 id) internal view returns (uint256) {
        return uint256(engine.claim(id).state);
    }

    function _notReady(uint256 id, uint256 readyAt) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.ClaimNotReady.selector, id, readyAt));
        engine.settle(id);
    }

    function _notWaiting(uint256 id, ClaimState state) internal {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.ClaimNotWaiting.selector, id, state));
    }
}
