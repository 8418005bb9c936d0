// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapAmount} from "./CapAmount.sol";

/// @notice Where the volatility comes from that a cap follows.
interface IVolatilitySource {
    /// @return bps in basis points, over a horizon that source and policy agree on; 0 counts as no answer
    /// @return updatedAt Unix seconds
    function volatility(address asset) external view returns (uint256 bps, uint256 updatedAt);
}

/// @notice How one cap follows a source: cap = base · target / volatility. Zero: it does not.
///
/// bits       field
/// 0..159     address of the `IVolatilitySource`
/// 160..184   base: the cap at the target volatility, as `CapAmount` packs it
/// 185..208   target volatility, basis points
/// 209..240   maximum age of an answer, seconds
type CapSource is uint256;

using CapSourceLib for CapSource global;

library CapSourceLib {
    function isValid(CapSource s) internal view returns (bool) {
        bool whole = base(s) != 0 && targetBps(s) != 0 && maxAge(s) != 0 && CapSource.unwrap(s) >> 241 == 0;
        return whole && source(s).code.length != 0;
    }

    function isNone(CapSource s) internal pure returns (bool) {
        return CapSource.unwrap(s) == 0;
    }

    function source(CapSource s) internal pure returns (address) {
        return address(uint160(CapSource.unwrap(s)));
    }

    function base(CapSource s) internal pure returns (uint256) {
        return CapAmount.unpack(CapSource.unwrap(s) >> 160);
    }

    function targetBps(CapSource s) internal pure returns (uint256) {
        return (CapSource.unwrap(s) >> 185) & 0xffffff;
    }

    /// @return seconds
    function maxAge(CapSource s) internal pure returns (uint256) {
        return uint32(CapSource.unwrap(s) >> 209);
    }
}
