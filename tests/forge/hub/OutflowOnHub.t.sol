// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BoundInvariantTest, BoundTest} from "../outflow/Bound.t.sol";
import {ConfigurationTest} from "../outflow/Configuration.t.sol";
import {CreditTest} from "../outflow/Credit.t.sol";
import {LevelTest} from "../outflow/Level.t.sol";
import {ModesTest} from "../outflow/Modes.t.sol";
import {NettingTest} from "../outflow/Netting.t.sol";
import {RefillTest} from "../outflow/Refill.t.sol";
import {RelativeTest} from "../outflow/Relative.t.sol";
import {SharedTest} from "../outflow/Shared.t.sol";
import {ViewsTest} from "../outflow/Views.t.sol";
import {OutflowHost} from "../outflow/OutflowHost.sol";
import {outflowOnHub} from "./OutflowMember.sol";

/// @title The limiter of `tests/forge/outflow`, asked by a member of a hub
/// forge-config: default.isolate = true
contract RelativeOnHubTest is RelativeTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract ShareOnHubTest is LevelTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract CreditOnHubTest is CreditTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract SharedOnHubTest is SharedTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract NettingOnHubTest is NettingTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract BoundOnHubTest is BoundTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract BoundInvariantOnHubTest is BoundInvariantTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract LimitConfigurationOnHubTest is ConfigurationTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }

    /// @dev The member of these suites governs its hub; whoever else asks the hub is refused.
    function test_OnlyGovernanceConfigures() public override {
        host = OutflowHost(guards);
        super.test_OnlyGovernanceConfigures();
    }
}

/// forge-config: default.isolate = true
contract RefillOnHubTest is RefillTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract ModesOnHubTest is ModesTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}

/// forge-config: default.isolate = true
contract ViewsOnHubTest is ViewsTest {
    function _makeHost() internal override returns (OutflowHost, address) {
        return outflowOnHub();
    }
}
