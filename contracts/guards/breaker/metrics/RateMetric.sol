// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMetric} from "../IMetric.sol";

/// @title RateMetric: events of the last window, pushed by the protocol, in one word
///
/// Counts in two buckets of a window each; what the former one counted fades evenly over the present one. So `value`
/// lies between nothing and the events of the last two windows, is exact for an even flow, and never misses a burst:
/// what was counted within the present bucket counts in full.
///
/// Trusts: its sources to count. Assumes: they call `count` on each event; it never reverts for them, it saturates.
contract RateMetric is IMetric {
    error NotSource(address caller);
    error InvalidWindow(uint256 window);

    uint256 public constant MAX_WINDOW = 30 days;

    uint256 public immutable window;
    mapping(address account => bool) public isSource;

    uint32 private _bucket; // time / window
    uint112 private _present;
    uint112 private _former;

    /// @param window_ seconds
    constructor(uint256 window_, address[] memory sources) {
        if (window_ == 0 || window_ > MAX_WINDOW) revert InvalidWindow(window_);
        window = window_;
        for (uint256 i = 0; i < sources.length; ++i) {
            isSource[sources[i]] = true;
        }
    }

    /// @notice A source tells of `events` more.
    function count(uint256 events) external {
        if (!isSource[msg.sender]) revert NotSource(msg.sender);
        (uint256 present, uint256 former) = _now();
        uint256 room = type(uint112).max - present;
        _present = uint112(present + (events < room ? events : room));
        _former = uint112(former);
        _bucket = uint32(block.timestamp / window);
    }

    function value() external view returns (uint256) {
        (uint256 present, uint256 former) = _now();
        uint256 left = window - block.timestamp % window;
        return present + (former * left + window - 1) / window;
    }

    function _now() private view returns (uint256 present, uint256 former) {
        uint256 passed = block.timestamp / window - _bucket;
        if (passed == 0) return (_present, _former);
        if (passed == 1) return (0, _present);
    }
}
