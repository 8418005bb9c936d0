// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchTest} from "../blocklist/Batch.t.sol";
import {AccountBlocksTest} from "../blocklist/Blocklist.t.sol";
import {BoundedBlocksTest} from "../blocklist/Bounded.t.sol";
import {CapsRulesTest} from "../caps/Caps.t.sol";
import {CapCutsTest} from "../caps/Cuts.t.sol";
import {CapSourceTest} from "../caps/Source.t.sol";
import {RiskStewardTest} from "../caps/Steward.t.sol";

/// @title Caps and blocklist of `tests/forge/{caps,blocklist}`, answered by a hub
contract CapsRulesOnHubTest is CapsRulesTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract CapCutsOnHubTest is CapCutsTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract RiskStewardOnHubTest is RiskStewardTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract CapSourceOnHubTest is CapSourceTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract AccountBlocksOnHubTest is AccountBlocksTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract BatchOnHubTest is BatchTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

contract BoundedBlocksOnHubTest is BoundedBlocksTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}
