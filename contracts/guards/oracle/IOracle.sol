// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../Types.sol";
import {Fault, AnchorRule, PriceBackup, PriceRule, PriceState, Side, Trip} from "./PriceTypes.sol";

interface IOracle {
    error InvalidOracle(address asset);
    error InvalidAnchor(address asset, uint256 anchor);
    error NotTighter(address asset);
    error GraceTooLong(uint256 grace, uint256 maximum);

    event OracleSet(address indexed asset, PriceRule rule, PriceBackup backup, AnchorRule follow);
    event OracleTightened(address indexed asset, PriceRule previous, PriceRule rule);
    event ReferenceMoved(address indexed asset, uint256 previous, uint256 anchor, uint256 price);
    event ReferenceSet(address indexed asset, uint256 previous, uint256 anchor);
    event OracleTripChanged(address indexed asset, Trip previous, Trip trip, uint256 price);
    event OracleTripped(address indexed asset, Rank indexed rank, address indexed by, uint256 until, string reason);
    event SequencerFeedSet(address indexed previous, address indexed feed, uint256 grace);

    /// @notice Anyone brings the reference of `asset` up to date: moves it towards a good price by at most its drift,
    /// trips on a price that is outside, ends a trip after enough calm. Somebody should call it often: at least as
    /// often as the market moves by the threshold.
    /// @return trip what it is then
    function syncReference(address asset) external returns (Trip trip);

    /// @notice Nobody may use prices of `asset` for `duration` seconds, but as its policy says of a trip. Extends the
    /// trip of the caller's rank, never shortens one; charged like a lock.
    function tripOracle(address asset, uint256 duration, string calldata reason) external returns (uint256 until);

    /// @notice Configures the oracle of `asset` and starts it at `anchor`; ends its trips except by hand. A
    /// loosening. The reference is given, not read: whoever executes the call chooses the moment, and so the price.
    /// @param anchor in the source's unit, times 1e18
    function setOracle(
        address asset,
        PriceRule calldata rule,
        PriceBackup calldata backup,
        AnchorRule calldata follow,
        uint256 anchor
    ) external;

    /// @notice Narrows what a usable price of `asset` is. No value may be larger than before. Immediate, but a loosening
    /// where some operation goes on at the reference instead.
    function tightenOracle(address asset, uint24 maxAge, uint16 thresholdBps, uint16 deviationBps) external;

    /// @notice Governance ends every trip of `asset`, by hand too, at `anchor`. A loosening.
    function resetOracle(address asset, uint256 anchor) external;

    /// @notice The uptime feed of the chain's sequencer, and for how long prices stay unusable after it is back.
    /// A loosening. Without a feed, what asks for the sequencer is refused.
    function setSequencerFeed(address feed, uint256 grace) external;

    /// @notice The price as the guard answers; reverts where it may not be used.
    /// @param operation what it is used for
    function priceOf(address asset, uint16 operation, Side side) external view returns (uint256 price);

    /// @notice What is wrong with the price of `asset` now.
    /// @return fault NONE where it may be used for everything
    /// @return price as the source says, times 1e18; 0 where it says none
    function priceFault(address asset) external view returns (Fault fault, uint256 price);

    function oracleOf(address asset)
        external
        view
        returns (PriceRule memory rule, PriceBackup memory backup, AnchorRule memory follow);

    function referenceOf(address asset) external view returns (PriceState memory state);

    function sequencerFeed() external view returns (address feed, uint256 grace);
}
