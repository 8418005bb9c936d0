// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {IOutflow} from "./IOutflow.sol";
import {OutflowCore} from "./OutflowCore.sol";
import {Mode, OutflowWord} from "./OutflowWord.sol";
import {TransientNet} from "./TransientNet.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Outflow: how fast assets may leave
///
/// Guards: everything that the host pays out through `_meterOut`, per asset and (optional) over several assets.
///
/// Bound: over any interval T at most `limit · (1 + T / window) + credit` leaves at once, whatever is deposited and in
/// however many pieces, where credit ≤ creditTenths / 10 · limit. The state is kept in units·seconds, in which the
/// refill is the integer `limit` per second: nothing is rounded, neither lost to dust nor gained by it. What leaves
/// is the net of each transaction; `limit` is the largest in force during T.
///
/// Inflow raises the ceiling by a credit that is capped, is not replenished by being used, and decays linearly over
/// one window. Flows of one transaction count by their net only (transient storage), so that a flash loan neither
/// uses the budget of others nor leaves credit behind. Under a level, each unit weighs 1 / share.
///
/// Trusts: governance for limits; the host to meter what really moves, and to measure the base of a relative limit in
/// a way that a caller cannot move (its own accounting, not a balance).
/// Assumes: block times that do not go back; fewer than 136 years between two touches of an asset.
/// Does not guard: assets that leave by a path that is not metered, or what queued claims pay after their delay; nor
/// an outflow that is matched in its own transaction by somebody else's inflow.
abstract contract Outflow is IOutflow, OutflowCore, GuardBase {
    uint256 public constant SYNC_INTERVAL = 1 hours;

    // ---------------------------------------------------------------- external: views

    /// @notice The pseudo-asset under which the shared budget is configured and seen.
    function sharedBudget() external pure virtual returns (address) {
        return SHARED_BUDGET;
    }

    function available(address asset) external view virtual returns (uint256) {
        return _availableFor(asset, type(uint256).max);
    }

    function availableForSmall(address asset) external view virtual returns (uint256) {
        return Math.min(_limiter(asset).word.exemption(), _availableFor(asset, 0));
    }

    function retryAt(address asset, uint256 amount) external view virtual returns (uint256) {
        return _retryAt(asset, amount);
    }

    function outflowWord(address asset) external view virtual returns (OutflowWord) {
        return _limiter(asset).word;
    }

    function relativeLimit(address asset)
        external
        view
        virtual
        returns (uint256 bps, uint256 growthBps, uint256 syncedAt, uint256 base)
    {
        RelativeLimit storage r = _outflow().relative[asset];
        return (r.bps, r.growthBps, r.syncedAt, r.base);
    }

    function unitRate(address asset) external view virtual returns (uint256) {
        return _outflow().unitRates[asset];
    }

    // ---------------------------------------------------------------- external: configuration

    function setLimit(address asset, OutflowWord config) external virtual {
        OutflowLayout storage l = _outflow();
        OutflowWord previous = _limiter(asset).word;
        _governed(previous.isExceededBy(config));
        bool ownRulesHold = config.isValid() && (asset != SHARED_BUDGET || config.isPlain());
        bool hasBudget = l.unitRates[asset] != 0 && _limiter(SHARED_BUDGET).word.mode() != Mode.UNSET;
        if (!ownRulesHold || (config.shared() && !hasBudget)) revert InvalidLimit(asset);
        if (config.shared() && !previous.shared()) TransientNet.forgetOutflow(_limiter(asset));
        TransientNet.forgetCredit(_limiter(asset));
        if (config.limit() < previous.limit()) _lowerShareOfBase(asset, config.limit());
        // without this cap, a limit cut to a hundredth would repay old credit for a hundred windows
        config = config.withUsed(Math.min(_carriedOver(previous, config), config.mostUsed()), block.timestamp);
        _limiter(asset).word = config;
        emit LimitSet(asset, previous, config);
    }

    function setRelativeLimit(address asset, uint16 bps, uint16 growthBps, uint128 base) external virtual {
        _governed(true);
        OutflowLayout storage l = _outflow();
        bool valid = bps <= 10_000 && growthBps <= 10_000 && (bps == 0 || base != 0);
        if (!valid || _limiter(asset).word.window() == 0) revert InvalidLimit(asset);
        l.relative[asset] = RelativeLimit(bps, growthBps, uint32(block.timestamp), base);
        emit RelativeLimitSet(asset, bps, growthBps, base);
        if (bps != 0) _applyBase(asset, base, bps);
    }

    function setUnitRate(address asset, uint256 rate) external virtual {
        _governed(true);
        if (rate == 0 || rate > type(uint128).max) revert InvalidLimit(asset);
        TransientNet.forgetOutflow(_limiter(asset));
        emit UnitRateSet(asset, _outflow().unitRates[asset], rate);
        _outflow().unitRates[asset] = rate;
    }

    function syncBase(address asset) external virtual {
        RelativeLimit storage r = _outflow().relative[asset];
        uint256 window = _limiter(asset).word.window();
        if (r.bps == 0 || window == 0) revert NotRelative(asset);
        uint256 elapsed;
        unchecked {
            elapsed = uint32(block.timestamp - r.syncedAt); // 32-bit wrap
        }
        if (elapsed < SYNC_INTERVAL) revert SyncTooSoon(asset, block.timestamp - elapsed + SYNC_INTERVAL);
        if (TransientNet.isWritten(_limiter(asset))) revert SyncAfterFlow(asset);
        uint256 previous = r.base;
        uint256 step = previous * r.growthBps * Math.min(elapsed, window) / (10_000 * window);
        uint256 lowest = previous > step ? previous - step : 0;
        uint256 base = Math.max(lowest, Math.min(_outflowBase(asset), previous + step));
        base = Math.min(base, type(uint128).max);
        r.base = uint128(base);
        r.syncedAt = uint32(block.timestamp);
        emit BaseSynced(asset, previous, base, _applyBase(asset, base, r.bps));
    }

    // ---------------------------------------------------------------- internal

    /// @dev What the limit of `asset` is a share of. Must be the host's own accounting, never a raw balance.
    function _outflowBase(address asset) internal view virtual returns (uint256) {
        revert NotRelative(asset);
    }

    // ---------------------------------------------------------------- private

    /// @dev A limit that governance lowers stays lowered: the next sync must not raise it again.
    function _lowerShareOfBase(address asset, uint256 limit) private {
        RelativeLimit storage r = _outflow().relative[asset];
        if (r.bps == 0 || r.base == 0) return;
        uint256 bps = Math.min(r.bps, limit * 10_000 / r.base);
        r.bps = uint16(bps);
        emit RelativeLimitSet(asset, bps, r.growthBps, r.base);
    }

    /// @dev What counts as used under `next` so that nothing becomes available, to large or small, that was not; it
    /// refills from there. Exact in units·seconds, so that no sync drops a fraction; what went out on credit is used
    /// beyond the limit and stays so.
    function _carriedOver(OutflowWord previous, OutflowWord next) private view returns (uint256) {
        if (!previous.isLimited()) return 0;
        return Math.max(_keptFree(previous, next, 0), _keptFree(previous, next, MAX_AMOUNT));
    }

    /// @return what must be used of `next` so that not more is free for a withdrawal of `size` than was
    function _keptFree(OutflowWord previous, OutflowWord next, uint256 size) private view returns (uint256) {
        uint256 used = previous.usedAt(block.timestamp, previous.limit());
        uint256 ceiling = previous.withCreditEnd(0).ceilingFor(size, block.timestamp, previous.limit());
        // what small ones took of the reserve is not held against large ones
        if (size != 0) used = Math.min(used, ceiling);
        uint256 wanted = next.withCreditEnd(0).ceilingFor(size, block.timestamp, next.limit()) * previous.window();
        wanted += used * next.window();
        return Math.ceilDiv(Math.saturatingSub(wanted, ceiling * next.window()), previous.window());
    }

    /// @dev Sets the limit to its share of the base, rounded down to the 20 bits of the mantissa.
    function _applyBase(address asset, uint256 base, uint256 bps) private returns (uint256) {
        OutflowWord previous = _limiter(asset).word;
        uint256 mantissa = base * bps / 10_000;
        uint256 exponent;
        while (mantissa >= 1 << 20) {
            mantissa /= 10;
            ++exponent;
        }
        if (exponent >= 32) revert InvalidLimit(asset);
        OutflowWord next = previous.withLimit(mantissa, exponent);
        if (2 * next.limit() * next.window() >= MAX_AMOUNT) revert InvalidLimit(asset);
        _limiter(asset).word = next.withUsed(_carriedOver(previous, next), block.timestamp);
        return next.limit();
    }
}
