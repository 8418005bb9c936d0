// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGuarded, RankHolder} from "../../response/RankHolder.sol";
import {Level} from "../Types.sol";
import {IBreaker, Threshold, Watch} from "./IBreaker.sol";
import {IBreakerHook} from "./IBreakerHook.sol";
import {IMetric} from "./IMetric.sol";

/// @title Breaker: raises the protocol's level when a number passes a threshold
///
/// Guards: a protocol or hub on which it holds a fast rank, by one number with up to four thresholds. Each has its
/// level, its grace, its hysteresis and its cooldown. Anyone calls `check`; while a threshold is tripped the level is
/// renewed before it ends, as far as the rank's budget goes. Before it halts anything a threshold can ask for a
/// haircut or a slippage bound, which the protocol reads or is told of.
///
/// A number can be moved for the length of one transaction. With a `grace` such a spike trips nothing; with a `calm`
/// a moment of false health neither ends a watch nor clears a trip, unless no check contradicts it for so long.
///
/// Trusts: the metric for its number, with bounded gas and nothing else; the hook with nothing. Nobody configures it:
/// everything is fixed at construction. Another configuration is another breaker; the old one loses its rank.
/// Assumes: somebody calls `check`, at least once a `grace`, a `calm` and half a `duration`.
/// Does not guard: against a number that is false for as long as the grace. That costs the rank's budget, no more.
/// Where governance lowers the level while a threshold is tripped, the next check raises it again: to overrule a
/// breaker, revoke its rank.
contract Breaker is IBreaker, RankHolder {
    uint256 public constant MAX_THRESHOLDS = 4;
    /// @notice The longest grace, calm or cooldown.
    uint256 public constant MAX_TIME = 30 days;
    uint256 public constant METRIC_GAS = 200_000;
    uint256 public constant HOOK_GAS = 100_000;
    /// @notice What a caller of `check` must send along: a check with less could make the metric or the hook fail.
    uint256 public constant CHECK_GAS = 700_000;

    uint256 private constant BPS = 10_000;

    IMetric public immutable metric;
    /// @notice Told of every change of stage; zero for none.
    IBreakerHook public immutable hook;
    /// @notice Seconds for which a level is raised at a time.
    uint256 public immutable duration;
    /// @notice Seconds without a value after which `downLevel` is raised.
    uint256 public immutable downAfter;
    /// @notice NORMAL: a metric without a value trips nothing.
    Level public immutable downLevel;

    struct State {
        uint8 stage;
        uint32 downSince;
        Level wanted;
    }

    State private _state;
    Threshold[] private _thresholds;
    Watch[4] private _watches;

    constructor(
        IGuarded protocol_,
        IMetric metric_,
        IBreakerHook hook_,
        uint256 duration_,
        uint256 downAfter_,
        Level downLevel_,
        Threshold[] memory thresholds_
    ) RankHolder(protocol_) {
        if (thresholds_.length == 0 || thresholds_.length > MAX_THRESHOLDS) {
            revert InvalidThresholdCount(thresholds_.length);
        }
        if (duration_ < 2 || duration_ > MAX_TIME || downAfter_ > MAX_TIME) {
            revert InvalidTiming(duration_, downAfter_);
        }
        for (uint256 i = 0; i < thresholds_.length; ++i) {
            if (!_isValid(thresholds_[i]) || (i != 0 && !_isAtLeast(thresholds_[i], thresholds_[i - 1]))) {
                revert InvalidThreshold(i);
            }
            _thresholds.push(thresholds_[i]);
        }
        (metric, hook, duration) = (metric_, hook_, duration_);
        (downAfter, downLevel) = (downAfter_, downLevel_);
    }

    // ---------------------------------------------------------------- external

    function check() external virtual returns (Level wanted) {
        if (gasleft() < CHECK_GAS) revert NotEnoughGas(gasleft(), CHECK_GAS);
        State memory before = _state;
        (bool known, uint256 value) = _read();
        State memory next = State(before.stage, known ? 0 : before.downSince, Level.NORMAL);
        if (known) {
            if (before.downSince != 0) emit MetricUp(value);
            next.stage = _observe(value);
        } else if (before.downSince == 0) {
            next.downSince = uint32(block.timestamp);
            emit MetricDown(block.timestamp);
        }
        if (next.stage != 0) next.wanted = _thresholds[next.stage - 1].level;
        bool isDown = next.downSince != 0 && block.timestamp >= next.downSince + downAfter;
        if (isDown && downLevel > next.wanted) next.wanted = downLevel;
        wanted = next.wanted;
        bool changed = next.stage != before.stage || next.downSince != before.downSince || wanted != before.wanted;
        if (changed) _state = next;
        if (wanted != Level.NORMAL) _raise(wanted, duration, duration / 2, "circuit breaker");
        if (next.stage != before.stage) _tell(before.stage, next.stage, wanted);
    }

    function stage() external view virtual returns (uint8) {
        return _state.stage;
    }

    function wantedLevel() external view virtual returns (Level) {
        return _state.wanted;
    }

    function haircutBps() external view virtual returns (uint256) {
        uint8 stage_ = _state.stage;
        return stage_ == 0 ? 0 : _thresholds[stage_ - 1].haircutBps;
    }

    function slippageBps() external view virtual returns (uint256) {
        uint8 stage_ = _state.stage;
        return stage_ == 0 ? 0 : _thresholds[stage_ - 1].slippageBps;
    }

    function thresholdCount() external view virtual returns (uint256) {
        return _thresholds.length;
    }

    function threshold(uint256 index) external view virtual returns (Threshold memory) {
        return _thresholds[index];
    }

    function watchOf(uint256 index) external view virtual returns (Watch memory) {
        return _watches[index];
    }

    function downSince() external view virtual returns (uint256) {
        return _state.downSince;
    }

    // ---------------------------------------------------------------- private

    /// @return stage_ the number of the highest tripped threshold, from 1
    function _observe(uint256 value) private returns (uint8 stage_) {
        uint256 count = _thresholds.length;
        for (uint256 i = 0; i < count; ++i) {
            Watch memory watch = _watches[i];
            if (_advance(i, watch, value)) _watches[i] = watch;
            if (watch.tripped) stage_ = uint8(i + 1);
        }
    }

    /// @return changed whether `watch` was
    function _advance(uint256 i, Watch memory watch, uint256 value) private returns (bool changed) {
        Threshold memory t = _thresholds[i];
        bool beyond = t.above ? value > t.bound : value < t.bound;
        bool isBack = watch.tripped ? (t.above ? value <= t.clear : value >= t.clear) : !beyond;
        bool isCalm = watch.calmSince != 0 && block.timestamp >= uint256(watch.calmSince) + t.calm;
        if (isBack) {
            if (!watch.tripped && watch.beyondSince == 0) return false;
            if (isCalm || t.calm == 0) {
                if (watch.tripped) {
                    watch.clearedAt = uint32(block.timestamp);
                    emit Cleared(i, value);
                }
                (watch.tripped, watch.beyondSince, watch.calmSince) = (false, 0, 0);
                return true;
            }
            if (watch.calmSince != 0) return false;
            watch.calmSince = uint32(block.timestamp);
            return true;
        }
        changed = watch.calmSince != 0;
        watch.calmSince = 0;
        if (watch.tripped) return changed;
        if (watch.beyondSince == 0 || isCalm) {
            watch.beyondSince = uint32(block.timestamp);
            changed = true;
        }
        uint256 tripsAt = _later(uint256(watch.beyondSince) + t.grace, uint256(watch.clearedAt) + t.cooldown);
        if (block.timestamp >= tripsAt) {
            watch.tripped = true;
            emit Tripped(i, t.level, value);
            return true;
        }
        if (changed) emit Watching(i, value, tripsAt);
    }

    function _later(uint256 one, uint256 other) private pure returns (uint256) {
        return one > other ? one : other;
    }

    /// @dev Whatever the metric is or does, this costs METRIC_GAS at most and copies one word.
    function _read() private view returns (bool known, uint256 value) {
        bytes4 selector = IMetric.value.selector;
        address from = address(metric);
        assembly ("memory-safe") {
            mstore(0, selector)
            known := staticcall(METRIC_GAS, from, 0, 4, 0, 32)
            known := and(known, eq(returndatasize(), 32))
            value := mload(0)
        }
    }

    function _tell(uint8 previous, uint8 stage_, Level level) private {
        emit StageChanged(previous, stage_, level);
        if (address(hook) == address(0)) return;
        bytes memory message = abi.encodeCall(IBreakerHook.onStage, (previous, stage_));
        address to = address(hook);
        bool done;
        assembly ("memory-safe") {
            done := call(HOOK_GAS, to, 0, add(message, 32), mload(message), 0, 0)
        }
        if (!done) emit HookFailed(stage_);
    }

    function _isValid(Threshold memory t) private pure returns (bool) {
        bool ordered = t.above ? t.clear <= t.bound : t.clear >= t.bound;
        bool timed = t.grace <= MAX_TIME && t.calm <= MAX_TIME && t.cooldown <= MAX_TIME;
        return ordered && timed && t.haircutBps <= BPS && t.slippageBps <= BPS;
    }

    function _isAtLeast(Threshold memory t, Threshold memory milder) private pure returns (bool) {
        return t.level >= milder.level && t.haircutBps >= milder.haircutBps && t.slippageBps >= milder.slippageBps;
    }
}
