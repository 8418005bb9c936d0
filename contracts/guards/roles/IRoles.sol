// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {RankLimits} from "./RankLimits.sol";

interface IRoles {
    error AlreadySealed();
    error InvalidRank(Rank rank);
    error InvalidRankLimits(Rank rank);
    error HolderIsGovernance(address account);
    error DurationOutOfBounds(uint256 duration, uint256 maximum);
    error CoolingDown(uint256 until);
    error BudgetExhausted(uint256 wanted, uint256 left);

    event HolderSet(address indexed account, Rank previous, Rank rank, uint256 aliveUntil);
    event RankLimitsSet(Rank indexed rank, RankLimits previous, RankLimits limits);
    event Sealed(address indexed governance);
    event Heartbeat(address indexed account, uint256 aliveUntil);

    function governance() external view returns (address);

    /// @notice False while the deployer still configures; every operation is closed until then.
    function isSealed() external view returns (bool);

    /// @notice The rank whose powers `account` has now: NONE when its heartbeat expired.
    function rankOf(address account) external view returns (Rank);

    /// @return rank as granted, expired or not
    /// @return aliveUntil when the heartbeat expires; the largest uint32 where it never does
    function holderOf(address account) external view returns (Rank rank, uint256 aliveUntil);

    function rankLimits(Rank rank) external view returns (RankLimits);

    /// @notice Seconds of restriction that `rank` can still impose at this moment.
    function pauseBudgetLeft(Rank rank) external view returns (uint256);

    /// @notice Ends the configuration by the deployer: hands over to `governance` and opens the operations.
    function seal(address governance) external;

    /// @notice Grants, changes or (with NONE) revokes a fast rank. Revoking is immediate, all else is a loosening.
    function setHolder(address account, Rank rank) external;

    /// @notice Immediate when no field gives the rank more than before, otherwise a loosening.
    function setRankLimits(Rank rank, RankLimits limits) external;

    /// @notice A loosening, always.
    function setGovernance(address governance) external;

    /// @notice A holder of a fast rank proves that it is alive. One that has lapsed must be granted anew.
    function heartbeat() external;
}
