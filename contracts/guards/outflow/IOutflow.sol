// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowWord} from "./OutflowWord.sol";

interface IOutflow {
    error InvalidLimit(address asset);
    error NotRelative(address asset);
    error SyncTooSoon(address asset, uint256 nextAt);
    error SyncAfterFlow(address asset);

    event LimitSet(address indexed asset, OutflowWord previous, OutflowWord word);
    event RelativeLimitSet(address indexed asset, uint256 bps, uint256 growthBps, uint256 base);
    event BaseSynced(address indexed asset, uint256 previousBase, uint256 base, uint256 limit);
    event UnitRateSet(address indexed asset, uint256 previous, uint256 rate);

    /// @notice What may leave at once, for an amount above the exemption, in the asset's smallest unit.
    function available(address asset) external view returns (uint256);

    /// @notice The same for amounts up to the exemption, which may also use the reserve.
    function availableForSmall(address asset) external view returns (uint256);

    /// @notice A time at which `amount` fits if nothing else leaves, the earliest one where no inflow credit is live;
    /// the largest uint256 for never.
    function retryAt(address asset, uint256 amount) external view returns (uint256);

    /// @notice The raw limiter word; see `OutflowWord` for its fields. The shared budget is at `sharedBudget()`.
    function outflowWord(address asset) external view returns (OutflowWord);

    /// @return bps the limit in basis points of the base; 0 where the limit is absolute
    /// @return growthBps by how much of itself the base moves per window, in basis points
    /// @return syncedAt Unix seconds
    /// @return base in the asset's smallest unit
    function relativeLimit(address asset)
        external
        view
        returns (uint256 bps, uint256 growthBps, uint256 syncedAt, uint256 base);

    /// @notice Common units per 1e18 smallest units of `asset`.
    function unitRate(address asset) external view returns (uint256);

    /// @notice Immediate when no field lets more out, otherwise a loosening. What is available never rises, and inflow
    /// credit ends. A limit that is lowered lowers its share of a base too, so that no sync raises it again.
    /// @param config the configuration fields of an `OutflowWord`; its state fields must be zero
    function setLimit(address asset, OutflowWord config) external;

    /// @notice Makes the limit follow `bps` of a base that starts at `base`, not 0; 0 bps ends that. A loosening.
    /// @param growthBps by how much of itself the base moves per window, in either direction, at most 10,000; over many
    /// syncs this compounds, to e^growth a window at most. A base that fell to 0 stays there until it is set again.
    function setRelativeLimit(address asset, uint16 bps, uint16 growthBps, uint128 base) external;

    /// @notice The value of `asset` in the shared budget, in common units per 1e18 smallest units. A loosening.
    function setUnitRate(address asset, uint256 rate) external;

    /// @notice Anyone may move the base of a relative limit towards what the host measures, by a bounded step, at
    /// most once an hour, and not in a transaction that moved the asset: its base would be that of a loan. Neither what is used nor the life of the credit changes by it.
    function syncBase(address asset) external;
}
