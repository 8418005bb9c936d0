// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outflow} from "../../../contracts/guards/outflow/Outflow.sol";
import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision} from "../../../contracts/guards/Types.sol";

/// @notice One step of a transaction: an inflow or an outflow of `amount`.
struct Step {
    bool inward;
    address asset;
    uint256 amount;
}

/// @title The limiter alone, with its hooks within a test's reach
/// @notice What a call does is one transaction: the tests run with forge's isolation on.
contract OutflowHost is Outflow {
    /// @notice Whether the last change of configuration counted as a loosening.
    bool public loosened;
    uint256 private _share = 100;
    bool private _levelInShadow;
    mapping(address asset => uint256) private _bases;

    constructor() {
        _initRoles(msg.sender);
    }

    function setShare(uint256 share, bool inShadow) external {
        (_share, _levelInShadow) = (share, inShadow);
    }

    function setBase(address asset, uint256 base) external {
        _bases[asset] = base;
    }

    function takeIn(address asset, uint256 amount) external {
        _meterIn(asset, amount);
    }

    function payOut(address asset, uint256 amount) external returns (Decision) {
        return _meterOut(asset, msg.sender, amount, _withheld());
    }

    /// @notice Several steps in one transaction.
    function run(Step[] calldata steps) external returns (Decision[] memory decisions) {
        decisions = new Decision[](steps.length);
        for (uint256 i; i < steps.length; ++i) {
            if (steps[i].inward) _meterIn(steps[i].asset, steps[i].amount);
            else decisions[i] = _meterOut(steps[i].asset, msg.sender, steps[i].amount, _withheld());
        }
    }

    function moveAndSync(address asset, uint256 amount) external {
        _meterIn(asset, amount);
        this.syncBase(asset);
    }

    /// @notice Moves, configures and syncs in one transaction.
    function changeAndSync(Step[] calldata before, bytes calldata change, address asset) external {
        this.run(before);
        (bool done,) = address(this).delegatecall(change);
        require(done, "change failed");
        this.syncBase(asset);
    }

    /// @notice Configures in the middle of a transaction, as anyone can who executes a scheduled change.
    function runAround(Step[] calldata before, bytes calldata change, Step[] calldata afterwards)
        external
        returns (Decision[] memory)
    {
        this.run(before);
        (bool done,) = address(this).delegatecall(change);
        require(done, "change failed");
        return this.run(afterwards);
    }

    function _governed(bool loosens) internal override {
        loosened = loosens;
        super._governed(loosens);
    }

    function _withheld() internal view override returns (uint256) {
        return 100 - _share;
    }

    function _withheldInShadow() internal view override returns (bool) {
        return _levelInShadow;
    }

    function _outflowBase(address asset) internal view override returns (uint256) {
        return _bases[asset];
    }
}
