// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMetric} from "../IMetric.sol";

/// @title SuppliedMetric: a number that its source supplies, and that grows stale
///
/// Trusts: the source for the number. A number older than `maxAge` is no value.
contract SuppliedMetric is IMetric {
    error NotSource(address caller);
    error Stale(uint256 suppliedAt, uint256 maxAge);

    event Supplied(uint256 previous, uint256 value);

    address public immutable source;
    /// @notice Seconds.
    uint256 public immutable maxAge;
    uint256 public suppliedAt;

    uint256 private _value;

    constructor(address source_, uint256 maxAge_) {
        (source, maxAge) = (source_, maxAge_);
    }

    function supply(uint256 value_) external {
        if (msg.sender != source) revert NotSource(msg.sender);
        emit Supplied(_value, value_);
        (_value, suppliedAt) = (value_, block.timestamp);
    }

    function value() external view returns (uint256) {
        if (suppliedAt == 0 || block.timestamp > suppliedAt + maxAge) revert Stale(suppliedAt, maxAge);
        return _value;
    }
}
