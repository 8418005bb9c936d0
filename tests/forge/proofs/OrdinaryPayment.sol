// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TransientNet} from "../../../contracts/guards/outflow/TransientNet.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {OutflowProof} from "./OutflowProof.sol";

/// @title OrdinaryPayment: the payment in assembly does what the whole rule does
/// @custom:bounds three configurations (powers of two, the least, none), for the solver's sake; any used within the
/// ceiling, any credit, times and amounts, no level; the first movement of a transaction, in the mode that queues
contract OrdinaryPayment is OutflowProof {
    function check_sameAsTheRule_binary(uint256 state, uint40 time, uint256 amount) external {
        _same(_binary(), state, time, amount);
    }

    function check_sameAsTheRule_least(uint256 state, uint40 time, uint256 amount) external {
        _same(_least(), state, time, amount);
    }

    function check_sameAsTheRule_nothing(uint256 state, uint40 time, uint256 amount) external {
        _same(_nothing(), state, time, amount);
    }

    // ---------------------------------------------------------------- parts

    /// @dev Whatever the payment lets through, the rule does too, with the same word and the same note.
    function _same(Config memory c, uint256 state, uint256 time, uint256 amount) private {
        vm.assume(state & USED <= _top(c));
        c.word ^= 3 << 253; // the mode that answers: where the other reverts, a refusal would end the path unseen
        vm.warp(time);
        uint256 word = _put(c, state);
        vm.assume(_pay(amount));
        uint256 stored = _stored();
        (int256 net, uint256 start, uint256 share) = TransientNet.load(_limiter(), _limiter().word.creditEnd());

        _put(c, word);
        _nextTransaction();
        bool passed = _meterWithCare(ASSET, address(this), amount, 0) == Decision.PASS;
        assert(passed && _stored() == stored);
        (int256 net2, uint256 start2, uint256 share2) = TransientNet.load(_limiter(), _limiter().word.creditEnd());
        assert(net == net2 && start == start2 && share == share2);
    }
}
