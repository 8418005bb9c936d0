// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {Vm} from "../base/Vm.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title The test engine twice, embedded and as a member of a hub, under one policy; and the same call to both
abstract contract Twins is EngineTest {
    address internal member;
    address internal hub;
    uint256 internal passed;
    uint256 internal refused;

    /// @dev After the embedded one was set up.
    function _makeTwin() internal {
        GuardrailHub made = new GuardrailHub(controls, deployer);
        hub = address(made);
        member = address(new HubHost(made));
        _configure(IEngine(hub));
        vm.prank(deployer);
        made.setMember(member, true);
        _seal(IEngine(hub));
    }

    /// @dev A call of a host: the same outcome, return or revert data, and the same events of ours.
    function _sameOfUsers(address by, bytes memory call) internal {
        _same(address(host), member, by, call);
    }

    /// @dev A call of the controls.
    function _sameOfControls(address by, bytes memory call) internal {
        _same(address(engine), hub, by, call);
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
        if (done) assertEq(hubEvents, events, "events");
        done ? ++passed : ++refused;
    }

    /// @dev All but the token's own; in order, wherever they were emitted.
    function _events(Vm.Log[] memory logs) private view returns (bytes32 hash) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(token)) continue;
            hash = keccak256(abi.encode(hash, logs[i].topics, logs[i].data));
        }
    }
}
