// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {CapCorridor} from "./CapCorridor.sol";
import {CapSource} from "./CapSource.sol";
import {CapWord, Exposure} from "./CapWord.sol";

/// @notice Amounts are in the asset's smallest unit, or whatever unit the protocol counts that exposure in.
interface ICaps {
    error CutOutOfBounds(Exposure kind, uint16 operation);
    error CutNotLower(uint256 amount, uint256 cap);
    error CutIsLive(Exposure kind, address asset, uint256 until);
    error NotCut(Exposure kind, address asset);
    error NotRiskSteward(address caller);
    error InvalidCorridor(Exposure kind, address asset);
    error InvalidCapSource(Exposure kind, address asset);
    error CapOutsideCorridor(uint256 cap, uint256 floor, uint256 ceiling);
    error CapNotMovable(Exposure kind, address asset);
    error StepTooSoon(Exposure kind, address asset, uint256 nextAt);
    error StepOutOfBounds(uint256 amount, uint256 lowest, uint256 highest);
    error NothingToSync(Exposure kind, address asset);
    error GasTooLow(uint256 needed);

    event CapSet(Exposure indexed kind, address indexed asset, uint256 previous, uint256 cap);
    event CapCut(
        Exposure indexed kind,
        address indexed asset,
        Rank indexed rank,
        address by,
        uint256 amount,
        uint256 until,
        string reason
    );
    event CapCutLifted(Exposure indexed kind, address indexed asset, string reason);
    event CapCorridorSet(Exposure indexed kind, address indexed asset, CapCorridor previous, CapCorridor corridor);
    event CapSourceSet(Exposure indexed kind, address indexed asset, CapSource previous, CapSource source);
    event CapStepped(
        Exposure indexed kind, address indexed asset, address indexed steward, uint256 previous, uint256 cap
    );
    event CapSynced(Exposure indexed kind, address indexed asset, uint256 previous, uint256 cap, uint256 volatilityBps);
    event RiskStewardSet(address indexed previous, address indexed steward, address indexed by);

    /// @notice The cap in force now: the lowest of the standing cap and the live cuts. 0 where none is set (nothing may
    /// grow), the largest uint256 for unlimited.
    function capOf(Exposure kind, address asset) external view returns (uint256);

    /// @notice By how much an exposure that is now `total` may grow; in shadow mode without bound.
    function capRoom(Exposure kind, address asset, uint256 total) external view returns (uint256);

    /// @notice The raw word; see `CapWord` for its fields.
    function capWord(Exposure kind, address asset) external view returns (CapWord);

    function capCorridor(Exposure kind, address asset) external view returns (CapCorridor);
    function capSource(Exposure kind, address asset) external view returns (CapSource);
    function riskSteward() external view returns (address);

    /// @notice Sets the standing cap, rounded down to six digits; the largest uint256 for unlimited. Lowering is
    /// immediate and lowers the ceiling of the corridor with it, so that nobody moves the cap up again. Raising, and
    /// the first setting, are a loosening; above the ceiling the corridor must be changed first.
    function setCap(Exposure kind, address asset, uint256 cap) external;

    /// @notice Lowers the cap to `amount` for `duration` seconds, paid from the pause budget of the caller's rank, which
    /// must be allowed to close the operation that the exposure grows by. Never shortens or raises a live cut.
    function cutCap(Exposure kind, address asset, uint256 amount, uint256 duration, string calldata reason)
        external
        returns (uint256 until);

    /// @notice Governance ends all cuts of this cap; a loosening. The budget of their ranks stays spent.
    function liftCut(Exposure kind, address asset, string calldata reason) external;

    /// @notice Immediate when it lets the cap be moved in no respect further than before, otherwise a loosening. The cap
    /// must be within.
    function setCapCorridor(Exposure kind, address asset, CapCorridor corridor) external;

    /// @notice Lets the cap follow a source; needs a corridor that falls at least as fast as it rises. A loosening.
    function setCapSource(Exposure kind, address asset, CapSource source) external;

    /// @notice Names the risk steward, a loosening, or (zero) takes the role away at once.
    function setRiskSteward(address steward) external;

    /// @notice A guardian takes the role of the risk steward away at once.
    function revokeRiskSteward() external;

    /// @notice The risk steward moves a cap by one step of its corridor; once an interval, each cap for itself.
    function stepCap(Exposure kind, address asset, uint256 cap) external;

    /// @notice Anyone moves a cap that follows a source towards it, as far as the time since the last move allows.
    function syncCap(Exposure kind, address asset) external;
}
