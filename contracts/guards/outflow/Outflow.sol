// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {Decision, Guard} from "../Types.sol";
import {IOutflow, LimitConfig, RelativeConfig} from "./IOutflow.sol";
import {Mode, OutflowWord, OutflowWordLib} from "./OutflowWord.sol";
import {TransientNet} from "./TransientNet.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Outflow: how fast assets may leave
///
/// Guards: everything that the host pays out through `_meterOut`, per asset and (optional) over several assets.
///
/// Bound: over any interval T at most `limit · (1 + T / window) + credit` leaves at once, whatever is deposited and in
/// however many pieces, where credit ≤ creditTenths / 10 · limit. The state is kept in units·seconds, in which the
/// refill is the integer `limit` per second: nothing is rounded, neither lost to dust nor gained by it.
///
/// Inflow raises the ceiling by a credit that is capped, is not replenished by being used, and decays linearly over
/// one window. Flows of one transaction count by their net only (transient storage), so that a flash loan neither
/// uses the budget of others nor leaves credit behind. Under a level, each unit weighs 1 / share.
///
/// Trusts: governance for limits; the host to meter what really moves, and to measure the base of a relative limit in
/// a way that a caller cannot move (its own accounting, not a balance).
/// Assumes: block times that do not go back; fewer than 136 years between two touches of an asset.
/// Does not guard: assets that leave by a path that is not metered, or what queued claims pay after their delay.
abstract contract Outflow is IOutflow, GuardBase {
    /// @custom:storage-location erc7201:guardrails.outflow
    struct OutflowLayout {
        mapping(address asset => OutflowWord) words;
        mapping(address asset => RelativeConfig) relative;
        mapping(address asset => uint256) unitRates;
    }

    /// @notice The pseudo-asset of the shared budget: the last 20 bytes of keccak256("guardrails.shared").
    address public constant SHARED_BUDGET = 0x5E9c9C191b97B9C17d444B1F29f580aBAEc1254c;
    uint256 public constant SYNC_INTERVAL = 1 hours;

    // keccak256(abi.encode(uint256(keccak256("guardrails.outflow")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OUTFLOW_SLOT = 0xb597630f7b3d0972e91a249945c2e621d99036e8e1b7bf37da515dd53b102b00;
    /// @dev Above this no amount fits any configured limit; keeps the arithmetic far from its types' maxima.
    uint256 private constant MAX_AMOUNT = 1 << OutflowWordLib.USED_BITS;
    uint256 private constant RATE_SCALE = 1e18;

    // ---------------------------------------------------------------- external: views

    function available(address asset) public view virtual returns (uint256) {
        return _availableFor(asset, type(uint256).max);
    }

    function availableForSmall(address asset) external view virtual returns (uint256) {
        return Math.min(_outflow().words[asset].exemption(), _availableFor(asset, 0));
    }

    function retryAt(address asset, uint256 amount) public view virtual returns (uint256 at) {
        OutflowWord word = _outflow().words[asset];
        if (amount == 0 || word.mode() == Mode.UNLIMITED) return block.timestamp;
        if (word.mode() == Mode.UNSET || amount >= MAX_AMOUNT) return type(uint256).max;
        at = _retryAt(word, amount, amount);
        if (!word.shared()) return at;
        uint256 shared = _retryAt(_outflow().words[SHARED_BUDGET], _toCommonUnits(asset, amount), type(uint256).max);
        return Math.max(at, shared);
    }

    function outflowWord(address asset) external view virtual returns (uint256) {
        return OutflowWord.unwrap(_outflow().words[asset]);
    }

    function relativeLimit(address asset) external view virtual returns (RelativeConfig memory) {
        return _outflow().relative[asset];
    }

    function unitRate(address asset) external view virtual returns (uint256) {
        return _outflow().unitRates[asset];
    }

    // ---------------------------------------------------------------- external: configuration

    function setLimit(address asset, LimitConfig calldata config) external virtual {
        OutflowLayout storage l = _outflow();
        OutflowWord previous = l.words[asset];
        OutflowWord next = _validated(asset, config);
        _governed(_loosens(previous, next));
        if (config.shared && (l.unitRates[asset] == 0 || l.words[SHARED_BUDGET].mode() == Mode.UNSET)) {
            revert InvalidLimit(asset);
        }
        next = _carriedOver(previous, next);
        l.words[asset] = next;
        emit LimitSet(asset, config, OutflowWord.unwrap(previous), OutflowWord.unwrap(next));
    }

    function setRelativeLimit(address asset, uint16 bps, uint16 growthBps, uint128 base) external virtual {
        _governed(true);
        OutflowLayout storage l = _outflow();
        if (bps > 10_000 || l.words[asset].window() == 0) revert InvalidLimit(asset);
        RelativeConfig memory config = RelativeConfig(bps, growthBps, uint32(block.timestamp), base);
        emit RelativeLimitSet(asset, l.relative[asset], config);
        l.relative[asset] = config;
        if (bps != 0) _applyBase(asset, config);
    }

    function setUnitRate(address asset, uint256 rate) external virtual {
        _governed(true);
        if (rate == 0 || rate > type(uint128).max) revert InvalidLimit(asset);
        emit UnitRateSet(asset, _outflow().unitRates[asset], rate);
        _outflow().unitRates[asset] = rate;
    }

    function syncBase(address asset) external virtual {
        RelativeConfig memory config = _outflow().relative[asset];
        if (config.bps == 0) revert NotRelative(asset);
        uint256 elapsed = block.timestamp - config.syncedAt;
        if (elapsed < SYNC_INTERVAL) revert SyncTooSoon(asset, config.syncedAt + SYNC_INTERVAL);
        uint256 window = _outflow().words[asset].window();
        uint256 step = uint256(config.base) * config.growthBps * Math.min(elapsed, window) / (10_000 * window);
        uint256 measured = _outflowBase(asset);
        uint256 previous = config.base;
        uint256 lowest = previous > step ? previous - step : 0;
        uint256 base = Math.max(lowest, Math.min(measured, previous + step));
        config.base = uint128(Math.min(base, type(uint128).max));
        config.syncedAt = uint32(block.timestamp);
        _outflow().relative[asset] = config;
        uint256 limit = _applyBase(asset, config);
        emit BaseSynced(asset, previous, config.base, limit);
    }

    // ---------------------------------------------------------------- internal

    /// @dev What the limit of `asset` is a share of. Must be the host's own accounting, never a raw balance.
    function _outflowBase(address asset) internal view virtual returns (uint256) {
        revert NotRelative(asset);
    }

    /// @dev Percent of the limits that the live level leaves, and whether that is in shadow mode. 100 without levels.
    function _outflowShare() internal view virtual returns (uint256 share, bool shadow) {
        return (100, false);
    }

    /// @dev Meters what came in. `amount` is what arrived, measured by the caller.
    function _meterIn(address asset, uint256 amount) internal virtual {
        OutflowWord word = _outflow().words[asset];
        Mode mode = word.mode();
        if (amount == 0 || mode == Mode.UNSET || mode == Mode.UNLIMITED) return;
        if (amount > MAX_AMOUNT) amount = MAX_AMOUNT;
        (int256 net, uint256 creditStart) = TransientNet.load(asset, word.creditEnd());
        if (net < 0) {
            uint256 refund = Math.min(amount, uint256(-net));
            word = _refunded(word, refund);
            if (word.shared()) {
                OutflowWord budget = _outflow().words[SHARED_BUDGET];
                _outflow().words[SHARED_BUDGET] = _refunded(budget, _toCommonUnitsDown(asset, refund));
            }
        }
        net = TransientNet.add(asset, net, creditStart, int256(amount));
        uint256 inflow = net > 0 ? uint256(net) : 0;
        _outflow().words[asset] =
            word.withCreditEnd(word.grantedCreditEnd(creditStart, inflow, block.timestamp));
    }

    /// @dev Decides on `amount` leaving now and, when it may, charges it. Reverts where the asset's mode says so.
    /// The guard word is read only when the answer is not a plain pass.
    function _meterOut(address asset, address account, uint256 amount) internal virtual returns (Decision) {
        OutflowWord word = _outflow().words[asset];
        Mode mode = word.mode();
        if (amount == 0 || mode == Mode.UNLIMITED) return Decision.PASS;
        if (mode != Mode.UNSET) {
            (uint256 share, bool levelInShadow) = _outflowShare();
            if (levelInShadow) {
                if (!_fits(word, asset, amount, share)) _emitOver(Guard.LEVEL, mode, account, asset, amount, true);
                share = 100;
            }
            if (_charge(word, asset, amount, share)) return Decision.PASS;
        }
        bool shadow = _word().inShadow(Guard.OUTFLOW);
        if (!shadow && mode == Mode.UNSET) revert AssetNotConfigured(asset);
        if (!shadow && mode == Mode.LIMITED_REVERT) {
            revert OutflowLimitExceeded(asset, amount, _availableFor(asset, amount), retryAt(asset, amount));
        }
        _emitOver(Guard.OUTFLOW, mode, account, asset, amount, shadow);
        return shadow ? Decision.PASS : Decision.QUEUE;
    }

    // ---------------------------------------------------------------- private: metering

    /// @return false, and nothing changed, when it does not fit
    function _charge(OutflowWord word, address asset, uint256 amount, uint256 share) private returns (bool) {
        if (amount >= MAX_AMOUNT) return false;
        (int256 net, uint256 creditStart) = TransientNet.load(asset, word.creditEnd());
        uint256 charged = amount;
        if (net > 0) {
            // what came in during this transaction goes out again: neither charged nor left as credit
            uint256 inflow = uint256(net) > amount ? uint256(net) - amount : 0;
            charged = amount - (uint256(net) - inflow);
            word = word.withCreditEnd(word.grantedCreditEnd(creditStart, inflow, block.timestamp));
        }
        if (charged != 0) {
            bool fits;
            (fits, word) = _consumed(word, charged, amount, share);
            if (!fits) return false;
            if (word.shared() && !_chargeShared(asset, charged, share)) return false;
        }
        TransientNet.add(asset, net, creditStart, -int256(amount));
        _outflow().words[asset] = word;
        return true;
    }

    function _chargeShared(address asset, uint256 amount, uint256 share) private returns (bool fits) {
        OutflowWord budget = _outflow().words[SHARED_BUDGET];
        (fits, budget) = _consumed(budget, _toCommonUnits(asset, amount), type(uint256).max, share);
        if (fits) _outflow().words[SHARED_BUDGET] = budget;
    }

    /// @dev The decision of `_charge` without its effects.
    function _fits(OutflowWord word, address asset, uint256 amount, uint256 share) private view returns (bool fits) {
        if (amount >= MAX_AMOUNT) return false;
        (int256 net, uint256 creditStart) = TransientNet.load(asset, word.creditEnd());
        if (net >= int256(amount)) return true;
        uint256 charged = amount;
        if (net > 0) {
            charged -= uint256(net);
            word = word.withCreditEnd(creditStart);
        }
        (fits,) = _consumed(word, charged, amount, share);
        if (fits && word.shared()) {
            OutflowWord budget = _outflow().words[SHARED_BUDGET];
            (fits,) = _consumed(budget, _toCommonUnits(asset, charged), type(uint256).max, share);
        }
    }

    /// @param size the whole amount, which decides whether it counts as small
    function _consumed(OutflowWord word, uint256 charged, uint256 size, uint256 share)
        private
        view
        returns (bool, OutflowWord)
    {
        if (share == 0 || charged >= MAX_AMOUNT) return (false, word);
        uint256 limit = word.limit();
        uint256 used = word.usedAt(block.timestamp, limit);
        unchecked {
            uint256 cost = charged * word.window();
            if (share != 100) cost = (cost * 100 + share - 1) / share;
            used += cost;
        }
        if (used > word.ceilingFor(size, block.timestamp, limit)) return (false, word);
        return (true, word.withUsed(used, block.timestamp));
    }

    function _refunded(OutflowWord word, uint256 amount) private view returns (OutflowWord) {
        uint256 used = word.usedAt(block.timestamp, word.limit());
        uint256 refund = amount * word.window();
        return word.withUsed(used > refund ? used - refund : 0, block.timestamp);
    }

    function _toCommonUnits(address asset, uint256 amount) private view returns (uint256) {
        return Math.mulDiv(amount, _outflow().unitRates[asset], RATE_SCALE, Math.Rounding.Ceil);
    }

    function _toCommonUnitsDown(address asset, uint256 amount) private view returns (uint256) {
        return Math.mulDiv(amount, _outflow().unitRates[asset], RATE_SCALE);
    }

    function _emitOver(Guard guard, Mode mode, address account, address asset, uint256 amount, bool shadow) private {
        Decision decision = mode == Mode.LIMITED_QUEUE ? Decision.QUEUE : Decision.REFUSE;
        emit GuardDecision(guard, decision, account, asset, amount, 0, shadow);
    }

    // ---------------------------------------------------------------- private: views

    function _availableFor(address asset, uint256 size) private view returns (uint256 amount) {
        OutflowWord word = _outflow().words[asset];
        Mode mode = word.mode();
        if (mode == Mode.UNLIMITED) return type(uint256).max;
        if (_word().inShadow(Guard.OUTFLOW)) return type(uint256).max;
        if (mode == Mode.UNSET) return 0;
        (uint256 share, bool levelInShadow) = _outflowShare();
        if (levelInShadow) share = 100;
        amount = _room(word, size, share);
        if (!word.shared()) return amount;
        uint256 units = _room(_outflow().words[SHARED_BUDGET], type(uint256).max, share);
        return Math.min(amount, Math.mulDiv(units, RATE_SCALE, _outflow().unitRates[asset]));
    }

    function _room(OutflowWord word, uint256 size, uint256 share) private view returns (uint256) {
        uint256 limit = word.limit();
        uint256 used = word.usedAt(block.timestamp, limit);
        uint256 ceiling = word.ceilingFor(size, block.timestamp, limit);
        if (ceiling <= used) return 0;
        return (ceiling - used) * share / (100 * word.window());
    }

    function _retryAt(OutflowWord word, uint256 amount, uint256 size) private view returns (uint256) {
        (uint256 share, bool levelInShadow) = _outflowShare();
        if (levelInShadow) share = 100;
        (bool fits,) = _consumed(word, amount, size, share);
        if (fits) return block.timestamp;
        uint256 limit = word.limit();
        if (share == 0 || limit == 0) return type(uint256).max;
        uint256 cost = Math.ceilDiv(amount * word.window() * 100, share);
        uint256 ceiling = word.withCreditEnd(0).ceilingFor(size, block.timestamp, limit);
        if (cost > ceiling) return type(uint256).max;
        uint256 excess = word.usedAt(block.timestamp, limit) + cost - ceiling;
        return block.timestamp + Math.ceilDiv(excess, limit);
    }

    // ---------------------------------------------------------------- private: configuration

    function _validated(address asset, LimitConfig calldata c) private pure returns (OutflowWord word) {
        bool limited = c.mode == Mode.LIMITED_REVERT || c.mode == Mode.LIMITED_QUEUE;
        if (
            c.mode == Mode.UNSET || c.mantissa >= 1 << 20 || c.exponent >= 32 || c.exemptionExponent >= 32
                || c.creditTenths > 10 || c.reserveTenths > 9 || (limited && c.windowMinutes == 0)
                || (asset == SHARED_BUDGET && (!limited || c.shared || c.creditTenths != 0 || c.reserveTenths != 0))
        ) revert InvalidLimit(asset);
        word = OutflowWordLib.pack(
            c.mode,
            c.mantissa,
            c.exponent,
            c.windowMinutes,
            c.creditTenths,
            c.reserveTenths,
            c.exemptionMantissa,
            c.exemptionExponent,
            c.shared
        );
        if (2 * word.limit() * word.window() >= MAX_AMOUNT) revert InvalidLimit(asset);
    }

    /// @dev Nothing that was not available becomes available by a change of configuration; it refills from there.
    function _carriedOver(OutflowWord previous, OutflowWord next) private view returns (OutflowWord) {
        Mode mode = previous.mode();
        uint256 used;
        if (mode == Mode.LIMITED_REVERT || mode == Mode.LIMITED_QUEUE) {
            uint256 limit = next.limit();
            uint256 free = _room(previous.withCreditEnd(0), 0, 100);
            used = (limit - Math.min(free, limit)) * next.window();
        }
        return next.withUsed(used, block.timestamp);
    }

    function _loosens(OutflowWord a, OutflowWord b) private pure returns (bool) {
        if (b.mode() != a.mode() && !(a.mode() == Mode.UNLIMITED || b.mode() == Mode.LIMITED_REVERT)) return true;
        if (a.mode() == Mode.UNSET) return true;
        if (a.mode() == Mode.UNLIMITED) return false;
        uint256 before = a.limit();
        uint256 next = b.limit();
        bool fasterRefill = next * a.window() > before * b.window();
        bool moreCredit = next * b.creditTenths() > before * a.creditTenths();
        bool lessReserve = next * (10 - b.reserveTenths()) > before * (10 - a.reserveTenths());
        bool moreExempt = b.exemption() > a.exemption();
        return next > before || fasterRefill || moreCredit || lessReserve || moreExempt || (a.shared() && !b.shared());
    }

    /// @dev Sets the limit to its share of the base, rounded down to the 20 bits of the mantissa.
    function _applyBase(address asset, RelativeConfig memory config) private returns (uint256) {
        OutflowWord previous = _outflow().words[asset];
        uint256 mantissa = uint256(config.base) * config.bps / 10_000;
        uint256 exponent;
        while (mantissa >= 1 << 20) {
            mantissa /= 10;
            ++exponent;
        }
        OutflowWord next = previous.withLimit(mantissa, exponent);
        if (exponent >= 32 || 2 * next.limit() * next.window() >= MAX_AMOUNT) revert InvalidLimit(asset);
        _outflow().words[asset] = _carriedOver(previous, next);
        return next.limit();
    }

    function _outflow() private pure returns (OutflowLayout storage l) {
        assembly ("memory-safe") {
            l.slot := OUTFLOW_SLOT
        }
    }
}
