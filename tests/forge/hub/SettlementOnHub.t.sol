// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ClaimsTest} from "../settlement/Claims.t.sol";
import {ConservationTest} from "../settlement/Conservation.t.sol";
import {HoldsTest} from "../settlement/Holds.t.sol";
import {HostileTest} from "../settlement/Hostile.t.sol";

/// @title Claims of `tests/forge/settlement`, which wait in a hub
/// forge-config: default.isolate = true
contract ClaimsOnHubTest is ClaimsTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract HoldsOnHubTest is HoldsTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.invariant.runs = 24
/// forge-config: heavy.invariant.runs = 10000
/// forge-config: default.invariant.depth = 80
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: default.isolate = true
contract ConservationOnHubTest is ConservationTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }
}

/// forge-config: default.isolate = true
contract HostileOnHubTest is HostileTest {
    function _onHub() internal pure override returns (bool) {
        return true;
    }

    /// @dev What a member does not have does not reach the hub: the token says no before the hub could.
    function _expectNotBacked(uint256 amount, uint256 missing) internal override {
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, address(host), amount - missing, amount
            )
        );
    }
}
