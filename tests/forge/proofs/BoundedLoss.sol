// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {OutflowProof} from "./OutflowProof.sol";

/// @title BoundedLoss: over any time T at most limit · (1 + T / window) + credit leaves, whatever is deposited
/// @custom:bounds three configurations (powers of two, the least, none), because a solver cannot multiply by any other
/// in time; any used within the ceiling, any credit, times and amounts; each payment, and any two of two transactions
contract BoundedLoss is OutflowProof {
    function check_oneStep_binary(uint256 state, uint40 time, uint256 amount) external {
        _oneStep(_binary(), state, time, amount);
    }

    function check_oneStep_least(uint256 state, uint40 time, uint256 amount) external {
        _oneStep(_least(), state, time, amount);
    }

    /// Without a limit nothing leaves and nothing changes.
    function check_oneStep_nothing(uint256 state, uint40 time, uint256 amount) external {
        Config memory c = _nothing();
        c.word ^= 3 << 253; // the mode that answers, where the other reverts
        uint256 word = _begin(c, state, time);
        assert(amount == 0 || !_pay(amount));
        assert(_stored() == word);
    }

    function check_twoSteps_binary(uint256 state, uint32[2] calldata time, uint256[2] calldata amount) external pure {
        _twoSteps(_binary(), state, time, amount);
    }

    function check_twoSteps_least(uint256 state, uint32[2] calldata time, uint256[2] calldata amount) external pure {
        _twoSteps(_least(), state, time, amount);
    }

    // ---------------------------------------------------------------- theorems

    /// @dev `used` falls by exactly the limit a second, a payment adds exactly amount · window, and the ceiling holds.
    function _oneStep(Config memory c, uint256 state, uint256 time, uint256 amount) private {
        uint256 word = _begin(c, state, time);
        vm.assume(amount != 0 && _pay(amount));
        uint256 used = _stored() & USED;
        bool kept = (_stored() ^ word) & ~STATE == 0;
        unchecked {
            uint256 expected = _after(word & USED, _elapsed(word, time), c.limit) + amount * c.window;
            assert(_all(amount <= USED, used == expected, used <= _top(c), kept));
        }
        assert(uint32(_stored() >> 119) == uint32(time));
    }

    /// @dev Two payments of two transactions, by the rule of the limiter's word: together within the bound.
    function _twoSteps(Config memory c, uint256 state, uint32[2] calldata time, uint256[2] calldata amount)
        private
        pure
    {
        vm.assume(time[1] >= time[0] && state & USED <= _top(c));
        OutflowWord word = OutflowWord.wrap(c.word | (state & STATE));
        OutflowWord first = word.consumed(amount[0], amount[0], 100, time[0]);
        vm.assume(!first.isZero());
        // the configuration is as it was; written from what is known, for the solver's sake
        bool kept = (OutflowWord.unwrap(first) ^ OutflowWord.unwrap(word)) & ~STATE == 0;
        first = OutflowWord.wrap(c.word | (OutflowWord.unwrap(first) & STATE));
        OutflowWord second = first.consumed(amount[1], amount[1], 100, time[1]);
        vm.assume(!second.isZero());
        unchecked {
            uint256 paid = (amount[0] + amount[1]) * c.window;
            uint256 bound = _top(c) + (uint256(time[1]) - time[0]) * c.limit;
            assert(
                _all(
                    kept,
                    amount[0] <= USED && amount[1] <= USED,
                    paid <= bound,
                    OutflowWord.unwrap(second) & USED <= _top(c)
                )
            );
        }
    }

    // ---------------------------------------------------------------- parts

    /// @dev Without the branches of `&&`.
    function _all(bool a, bool b, bool c, bool d) private pure returns (bool all) {
        assembly ("memory-safe") {
            all := and(and(a, b), and(c, d))
        }
    }

    function _begin(Config memory c, uint256 state, uint256 time) private returns (uint256 word) {
        vm.assume(state & USED <= _top(c));
        vm.warp(time);
        return _put(c, state);
    }
}
