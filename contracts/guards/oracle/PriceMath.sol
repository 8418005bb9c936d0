// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Distances between prices, and the step of a reference that is anchored in time.
library PriceMath {
    uint256 internal constant BPS = 10_000;
    /// @dev The time in which a reference moves by at most its drift, and the most that one step makes up for.
    uint256 internal constant DAY = 1 days;

    /// @return near true when `price` is at most `bps` of `base` away from `base`; both below 2 ** 128
    function within(uint256 price, uint256 base, uint256 bps) internal pure returns (bool near) {
        unchecked {
            return (price > base ? price - base : base - price) * BPS <= base * bps;
        }
    }

    /// @dev Moves `base` towards `price`, and not past it, by at most `driftBps` of itself a day.
    /// @return moved the new base
    /// @return counts false where so little time has passed that no step is possible yet
    function towards(uint256 base, uint256 price, uint256 driftBps, uint256 elapsed)
        internal
        pure
        returns (uint256 moved, bool counts)
    {
        uint256 most = base * driftBps * Math.min(elapsed, DAY) / (BPS * DAY);
        counts = most != 0 || driftBps == 0 || price == base;
        moved = price > base ? Math.min(price, base + most) : Math.max(price, base - Math.min(base, most));
    }
}
