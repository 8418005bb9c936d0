// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Mode} from "./OutflowWord.sol";

/// @notice The limiter of one asset. Limit and exemption are mantissa · 10^exponent in the asset's smallest unit.
struct LimitConfig {
    Mode mode;
    uint32 mantissa; // below 2^20
    uint8 exponent; // below 32
    uint16 windowMinutes;
    uint8 creditTenths; // inflow credit, 0 to 10 tenths of the limit
    uint8 reserveTenths; // 0 to 9 tenths of the limit are kept for small amounts
    uint8 exemptionMantissa;
    uint8 exemptionExponent; // below 32
    bool shared; // also draws on the shared budget
}

/// @notice A limit that follows a base, in basis points of it.
struct RelativeConfig {
    uint16 bps;
    /// @dev the base moves at most by this much of itself per window, in basis points
    uint16 growthBps;
    uint32 syncedAt;
    uint128 base;
}

interface IOutflow {
    error AssetNotConfigured(address asset);
    error OutflowLimitExceeded(address asset, uint256 amount, uint256 available, uint256 retryAt);
    error InvalidLimit(address asset);
    error NotRelative(address asset);
    error SyncTooSoon(address asset, uint256 nextAt);

    event LimitSet(address indexed asset, LimitConfig config, uint256 previousWord, uint256 word);
    event RelativeLimitSet(address indexed asset, RelativeConfig previous, RelativeConfig config);
    event BaseSynced(address indexed asset, uint256 previousBase, uint256 base, uint256 limit);
    event UnitRateSet(address indexed asset, uint256 previous, uint256 rate);

    /// @notice What may leave at once, for an amount above the exemption, in the asset's smallest unit.
    function available(address asset) external view returns (uint256);

    /// @notice The same for amounts up to the exemption, which may also use the reserve.
    function availableForSmall(address asset) external view returns (uint256);

    /// @notice A time at which `amount` fits if nothing else leaves, the earliest one where no inflow credit is live;
    /// the largest uint256 for never.
    function retryAt(address asset, uint256 amount) external view returns (uint256);

    /// @notice The raw limiter word; see `OutflowWord` for its fields. The shared budget is at `SHARED_BUDGET`.
    function outflowWord(address asset) external view returns (uint256);

    function relativeLimit(address asset) external view returns (RelativeConfig memory);

    /// @notice Common units per 1e18 smallest units of `asset`.
    function unitRate(address asset) external view returns (uint256);

    /// @notice Immediate when no field lets more out, otherwise a loosening. What is available never rises.
    function setLimit(address asset, LimitConfig calldata config) external;

    /// @notice Makes the limit follow `bps` of a base that starts at `base`; 0 bps ends that. A loosening.
    function setRelativeLimit(address asset, uint16 bps, uint16 growthBps, uint128 base) external;

    /// @notice The value of `asset` in the shared budget, in common units per 1e18 smallest units. A loosening.
    function setUnitRate(address asset, uint256 rate) external;

    /// @notice Anyone may move the base of a relative limit towards what the host measures, by a bounded step, at
    /// most once an hour.
    function syncBase(address asset) external;
}
