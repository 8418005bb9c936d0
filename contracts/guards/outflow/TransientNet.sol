// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The net flow of an asset within the running transaction, and the credit at its start, in one transient
/// slot an asset.
///
/// bits       field
/// 0..127     net inflow, signed
/// 128..167   end of the credit before this transaction, as in `OutflowWord`
/// 168        set once the slot was written
library TransientNet {
    // the high 96 bits of keccak256("guardrails.outflow.net")
    uint256 private constant TAG = 0x5fb4e82a04077a14091b0960 << 160;
    uint256 private constant WRITTEN = 1 << 168;

    /// @param creditEnd the credit's end now, which is that of the start while nothing was written
    function load(address asset, uint256 creditEnd) internal view returns (int256 net, uint256 creditStart) {
        uint256 slot = TAG | uint160(asset);
        uint256 raw;
        assembly ("memory-safe") {
            raw := tload(slot)
        }
        if (raw == 0) return (0, creditEnd);
        return (int128(uint128(raw)), (raw >> 128) & type(uint40).max);
    }

    /// @dev `net` and `creditStart` as loaded. Amounts are below 2^120; 128 calls of that size would be needed to
    /// overflow, and the addition is checked.
    function add(address asset, int256 net, uint256 creditStart, int256 amount) internal returns (int256) {
        net += amount;
        if (net > type(int120).max) net = type(int120).max;
        uint256 slot = TAG | uint160(asset);
        uint256 raw = uint256(uint128(int128(net))) | creditStart << 128 | WRITTEN;
        assembly ("memory-safe") {
            tstore(slot, raw)
        }
        return net;
    }
}
