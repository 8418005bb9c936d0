// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BitingTest} from "./Biting.t.sol";
import {LyingTest} from "./Lying.t.sol";

/// @title The same tokens where the protocol is a member of a hub
/// forge-config: default.isolate = true
contract BitingOnHubTest is BitingTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract LyingOnHubTest is LyingTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}
