// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "./IPriceSource.sol";

/// @notice In whose disfavour a price is capped where it is in doubt: LOW for what is counted for a user (his collateral
/// when he borrows), HIGH for what is counted against him. Liquidation is the other way round: its profit is the
/// liquidator's, so collateral is HIGH and debt LOW.
enum Side {
    LOW,
    HIGH
}

/// @notice Why a price is not simply used, in the order in which it is asked.
enum Fault {
    NONE,
    SEQUENCER, // down, or back for less than its grace
    NO_PRICE, // the source reverts, answers 0 or nonsense
    STALE,
    FUTURE,
    NO_SECOND, // the second source has one of the faults above
    DEVIATION, // the two sources differ
    REFERENCE, // too far from the reference
    TRIPPED
}

/// @notice NORMAL: the reference follows. OUTSIDE: the price was seen too far from it, not yet for long. TRIPPED: it
/// was for long enough. CALMING: it is back, not yet for long. The reference moves in NORMAL only.
enum Trip {
    NORMAL,
    OUTSIDE,
    TRIPPED,
    CALMING
}

/// @notice What every use of a price asks; one word. Times in seconds.
/// @param maxAge a price is usable up to this age
/// @param thresholdBps a price is usable up to this distance from the reference, in 1/10,000 of the reference
/// @param deviationBps the same for the distance from the second source; 0 if and only if there is none
/// @param lastGoodUses operations that go on at the reference while the price is unusable
/// @param capUses operations that go on at the worse, for the user, of a doubtful price and the reference
/// @param asksSequencer refuse while the sequencer is down
struct PriceRule {
    IPriceSource source;
    uint24 maxAge;
    uint16 thresholdBps;
    uint16 deviationBps;
    uint16 lastGoodUses;
    uint16 capUses;
    bool asksSequencer;
}

/// @notice What is asked where there is a second source or a fault; one word. Times in seconds.
/// @param maxSecondAge as `maxAge`, of the second source
/// @param lastGoodAge the reference stands in for a price for this long after it last saw a good one
/// @param liquidationBps liquidation goes on at a fresh price this near to the reference, tripped or not
struct PriceBackup {
    IPriceSource second;
    uint24 maxSecondAge;
    uint24 lastGoodAge;
    uint16 liquidationBps;
}

/// @notice How the reference moves, trips and comes back; one word. Times in seconds.
/// @param driftBps the reference moves towards the price by at most this much of itself a day
/// @param calmBps a trip ends only where the price is this near to the reference ...
/// @param calmTime ... for this long. 0: only governance ends a trip
/// @param tripAfter a price outside the threshold trips when it is seen there this long after it was first seen
struct AnchorRule {
    uint16 driftBps;
    uint16 calmBps;
    uint24 calmTime;
    uint24 tripAfter;
}

/// @notice The reference; one word. Times are Unix seconds.
/// @param followedAt when the reference last saw a good price
/// @param since when `trip` became what it is
/// @param trippedUntil until then tripped by hand
struct PriceState {
    uint128 anchor;
    uint32 anchoredAt;
    uint32 since;
    uint32 trippedUntil;
    Trip trip;
}
