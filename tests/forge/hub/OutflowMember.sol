// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {EmergencyControls} from "../../../contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "../../../contracts/controls/GovernanceControls.sol";
import {MarketControls} from "../../../contracts/controls/MarketControls.sol";
import {OracleControls} from "../../../contracts/controls/OracleControls.sol";
import {ILevel} from "../../../contracts/guards/level/ILevel.sol";
import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {Decision, Guard, Level} from "../../../contracts/guards/Types.sol";
import {OutflowHost, Step} from "../outflow/OutflowHost.sol";

interface IShadow {
    function setShadow(Guard guard, bool shadow) external;
}

/// @notice A hub whose one member has the functions of `OutflowHost`, so that a suite of the limiter runs on it.
function outflowOnHub() returns (OutflowHost host, address hub) {
    address market = address(new MarketControls(address(new OracleControls())));
    OutflowMember member = new OutflowMember(address(new EmergencyControls(address(new GovernanceControls(market)))));
    member.join();
    return (OutflowHost(address(member)), address(member.hub()));
}

/// @dev It governs its hub, which is never sealed. What it does not know goes to the hub.
contract OutflowMember {
    GuardrailHub public immutable hub;
    mapping(address asset => uint256) public outflowBase;

    constructor(address controls) {
        hub = new GuardrailHub(controls, address(this));
    }

    function join() external {
        hub.setMember(address(this), true);
    }

    /// @dev By a level that leaves `share` and closes nothing.
    function setShare(uint256 share, bool inShadow) external {
        uint256 rules;
        for (uint256 i = 1; i <= uint8(Level.FROZEN); ++i) {
            rules |= share << (24 * i + 16);
        }
        ILevel levels = ILevel(address(hub));
        levels.setLevelRules(rules);
        if (levels.level() == Level.NORMAL) levels.raiseLevel(Level.THROTTLED, 0, "");
        IShadow(address(hub)).setShadow(Guard.LEVEL, inShadow);
    }

    function setBase(address asset, uint256 base) external {
        hub.setBaseSource(asset, address(this));
        outflowBase[asset] = base;
    }

    function takeIn(address asset, uint256 amount) external {
        hub.meterIn(asset, amount);
    }

    function payOut(address asset, uint256 amount) external returns (Decision) {
        return hub.meterOut(asset, msg.sender, amount);
    }

    function run(Step[] calldata steps) public returns (Decision[] memory decisions) {
        decisions = new Decision[](steps.length);
        for (uint256 i; i < steps.length; ++i) {
            if (steps[i].inward) hub.meterIn(steps[i].asset, steps[i].amount);
            else decisions[i] = hub.meterOut(steps[i].asset, msg.sender, steps[i].amount);
        }
    }

    function moveAndSync(address asset, uint256 amount) external {
        hub.meterIn(asset, amount);
        IOutflow(address(hub)).syncBase(asset);
    }

    function runAround(Step[] calldata before, bytes calldata change, Step[] calldata afterwards)
        external
        returns (Decision[] memory)
    {
        run(before);
        (bool done,) = address(this).call(change);
        require(done, "change failed");
        return run(afterwards);
    }

    fallback(bytes calldata call) external returns (bytes memory) {
        (bool done, bytes memory returned) = address(hub).call(call);
        if (done) return returned;
        assembly ("memory-safe") {
            revert(add(returned, 32), mload(returned))
        }
    }
}
