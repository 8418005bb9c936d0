// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Outflow} from "../../../contracts/guards/outflow/Outflow.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";

/// @notice The limiter with its metering open to a test, several steps in one transaction.
contract LimiterHarness is Outflow {
    uint256 private _share = 100;
    uint256 public base;

    constructor() {
        _initRoles(msg.sender);
    }

    function setShare(uint256 share) external {
        _share = share;
    }

    function setBase(uint256 base_) external {
        base = base_;
    }

    /// @param amounts positive for an inflow, negative for an outflow
    /// @return decisions that of each step; 0 for an inflow
    function run(address asset, int256[] calldata amounts) external returns (uint256[] memory decisions) {
        decisions = new uint256[](amounts.length);
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (amounts[i] >= 0) _meterIn(asset, uint256(amounts[i]));
            else decisions[i] = uint256(_meterOut(asset, msg.sender, uint256(-amounts[i]), _withheld()));
        }
    }

    function _withheld() internal view override returns (uint256) {
        return 100 - _share;
    }

    function _outflowBase(address) internal view override returns (uint256) {
        return base;
    }
}
