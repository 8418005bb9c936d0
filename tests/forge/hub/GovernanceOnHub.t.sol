// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HubGuarded} from "../../../contracts/HubGuarded.sol";
import {DelayedLooseningTest} from "../override/DelayedLoosening.t.sol";
import {DelaysTest} from "../override/Delays.t.sol";
import {ExecutionTest} from "../override/Execution.t.sol";
import {GovernorsTest} from "../override/Governors.t.sol";
import {OverrideTest} from "../override/Override.t.sol";
import {HeartbeatTest} from "../roles/Heartbeat.t.sol";
import {OnlyTightenTest} from "../roles/OnlyTighten.t.sol";
import {RolesTest} from "../roles/Roles.t.sol";

/// @title Override and roles of `tests/forge/{override,roles}`, of a hub
contract OverrideOnHubTest is OverrideTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract DelaysOnHubTest is DelaysTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract DelayedLooseningOnHubTest is DelayedLooseningTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract ExecutionOnHubTest is ExecutionTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }

    /// @dev A member believes its hub, not itself.
    function test_OnClaimEndedIsTheProtocolsOwn() public override {
        address[4] memory others = [attacker, governance, guardian, address(host)];
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(HubGuarded.NotHub.selector, others[i]));
            vm.prank(others[i]);
            host.onClaimEnded(1, attacker, address(token), LIMIT, true);
        }
    }
}

contract GovernorsOnHubTest is GovernorsTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract RolesOnHubTest is RolesTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract HeartbeatOnHubTest is HeartbeatTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.invariant.runs = 24
/// forge-config: heavy.invariant.runs = 10000
/// forge-config: default.invariant.depth = 60
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: default.isolate = true
contract OnlyTightenOnHubTest is OnlyTightenTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}
