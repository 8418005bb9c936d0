// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level} from "../Types.sol";

/// @notice One bound of the number and what passing it means. In the order of their severity.
struct Threshold {
    bool above; // trips when the number is above `bound`; else below
    Level level; // NORMAL: haircut, slippage and hook only
    uint32 grace; // seconds that the number must stay beyond before it trips; 0: at the first check
    uint32 calm; // seconds for which no check may contradict one that found the number back
    uint32 cooldown; // seconds after it cleared in which it does not trip again
    uint16 haircutBps; // for the protocol to read, 1/10,000
    uint16 slippageBps; // the same
    uint128 bound;
    uint128 clear; // clears at this or on the far side of it: the hysteresis
}

/// @notice What the breaker remembers of one threshold. Unix seconds, 0: not.
struct Watch {
    bool tripped;
    uint32 beyondSince; // not tripped: the number has been seen beyond since
    uint32 calmSince; // it has been seen back since
    uint32 clearedAt;
}

interface IBreaker {
    error InvalidThreshold(uint256 index);
    error InvalidThresholdCount(uint256 count);
    error InvalidTiming(uint256 duration, uint256 downAfter);
    error NotEnoughGas(uint256 left, uint256 needed);

    /// @notice The number was found beyond `index`'s bound; from `tripsAt` on a check that finds it so trips.
    event Watching(uint256 indexed index, uint256 value, uint256 tripsAt);
    event Tripped(uint256 indexed index, Level level, uint256 value);
    event Cleared(uint256 indexed index, uint256 value);
    event StageChanged(uint8 previous, uint8 stage, Level level);
    event HookFailed(uint8 stage);
    event MetricDown(uint256 since);
    event MetricUp(uint256 value);

    /// @notice Anyone: reads the number, decides, and raises the level where it must. Never reverts for what the metric,
    /// the hook or the protocol does; only for too little gas.
    /// @return wanted the level that the tripped thresholds ask for
    function check() external returns (Level wanted);

    /// @notice The number of the highest tripped threshold, from 1; 0 where none is. As of the last check.
    function stage() external view returns (uint8);

    /// @notice The level that the tripped thresholds, or the metric's silence, ask for. As of the last check.
    function wantedLevel() external view returns (Level);

    /// @notice What the protocol should take off values that it pays for or lends against, in this stage.
    function haircutBps() external view returns (uint256);

    /// @notice The slippage bound that the protocol should apply in this stage.
    function slippageBps() external view returns (uint256);

    function thresholdCount() external view returns (uint256);
    function threshold(uint256 index) external view returns (Threshold memory);
    function watchOf(uint256 index) external view returns (Watch memory);

    /// @notice Since when the metric has had no value; 0 while it has one. As of the last check.
    function downSince() external view returns (uint256);
}
