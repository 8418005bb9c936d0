// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowWord} from "./OutflowWord.sol";

struct Limiter {
    OutflowWord word;
}

/// @notice The net flow of an asset within the running transaction, the credit at its start, and the share
/// at which outflow was charged, in the transient slot that has the number of its limiter's storage slot.
///
/// bits       field
/// 0..119     size of the net flow
/// 127        set when it is an inflow
/// 128..134   100 less the largest share at which something was charged: at it, what comes back is refunded
/// 192..231   end of the credit before this transaction, where `OutflowWord` has it
/// 253        set, but for a plain outflow: all of it at full share, the credit as it was; its size is the whole word
library TransientNet {
    uint256 private constant NOT_PLAIN = 1 << 253;
    uint256 private constant INFLOW = 1 << 127;
    uint256 private constant SIZE_MASK = (1 << 120) - 1;

    /// @param creditEnd the credit's end now, which is that of the start while nothing was written
    function load(Limiter storage limiter, uint256 creditEnd)
        internal
        view
        returns (int256 net, uint256 creditStart, uint256 share)
    {
        uint256 raw;
        assembly ("memory-safe") {
            raw := tload(limiter.slot)
        }
        if (raw == 0) return (0, creditEnd, 0);
        net = int256(raw & SIZE_MASK);
        if (raw & INFLOW == 0) net = -net;
        creditStart = raw & NOT_PLAIN == 0 ? creditEnd : (raw >> 192) & type(uint40).max;
        share = 100 - ((raw >> 128) & 127);
    }

    /// @dev The caller keeps `net` within 2^119 on either side.
    function store(Limiter storage limiter, int256 net, uint256 creditStart, uint256 share) internal {
        uint256 size = net > 0 ? uint256(net) | INFLOW : uint256(-net);
        uint256 raw = size | (100 - share) << 128 | creditStart << 192 | NOT_PLAIN;
        assembly ("memory-safe") {
            tstore(limiter.slot, raw)
        }
    }

    /// @dev True once something was metered in this transaction, whatever its net is now.
    function isWritten(Limiter storage limiter) internal view returns (bool written) {
        assembly ("memory-safe") {
            written := iszero(iszero(tload(limiter.slot)))
        }
    }

    /// @dev The credit of the start was ended by a change of the limit: no later movement brings it back.
    function forgetCredit(Limiter storage limiter) internal {
        assembly ("memory-safe") {
            tstore(limiter.slot, and(tload(limiter.slot), not(shl(192, 0xffffffffff))))
        }
    }

    /// @dev What left is not refunded any more: it was charged under other rules than those that hold now.
    function forgetOutflow(Limiter storage limiter) internal {
        (int256 net,,) = load(limiter, 0);
        if (net < 0) {
            assembly ("memory-safe") {
                tstore(limiter.slot, 0)
            }
        }
    }
}
