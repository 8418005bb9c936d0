// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowProof} from "./OutflowProof.sol";

/// @title NoFlashEffect: what comes in and goes out again in one transaction uses nothing
/// @custom:bounds one configuration (powers of two), for the solver's sake; any used within the ceiling, any credit, times
/// and amounts below 2^112; one inflow and the same outflow. The other way round, and more movements, are fuzzed
contract NoFlashEffect is OutflowProof {
    function check_inAndOut_binary(uint256 state, uint40 time, uint112 amount) external {
        _inAndOut(_binary(), state, time, amount);
    }

    // ---------------------------------------------------------------- parts

    function _inAndOut(Config memory c, uint256 state, uint256 time, uint256 amount) private {
        uint256 word = _begin(c, state, time, amount);
        _meterIn(ASSET, amount);
        vm.assume(_pay(amount));
        _assertNothingUsed(c, word, time);
    }

    function _begin(Config memory c, uint256 state, uint256 time, uint256 amount) private returns (uint256 word) {
        vm.assume(state & USED <= _top(c) && amount != 0);
        vm.warp(time);
        return _put(c, state);
    }

    /// @dev Only time has passed.
    function _assertNothingUsed(Config memory c, uint256 word, uint256 time) private view {
        uint256 stored = _stored();
        assert(stored & USED == _after(word & USED, _elapsed(word, time), c.limit));
        assert(uint32(stored >> 119) == uint32(time) && (stored ^ word) & ~STATE == 0);
    }
}
