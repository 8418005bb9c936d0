// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The classes of operation that can be closed, one bit each. Sets of operations are the bitwise or.
library Op {
    uint16 internal constant DEPOSIT = 1 << 0;
    uint16 internal constant WITHDRAW = 1 << 1;
    uint16 internal constant BORROW = 1 << 2;
    uint16 internal constant REPAY = 1 << 3;
    uint16 internal constant ADD_COLLATERAL = 1 << 4;
    uint16 internal constant REMOVE_COLLATERAL = 1 << 5;
    uint16 internal constant LIQUIDATE = 1 << 6;
    uint16 internal constant TRADE = 1 << 7;
    uint16 internal constant MINT = 1 << 8;
    uint16 internal constant REDEEM = 1 << 9;
    /// @dev Paying out claims that waited their delay.
    uint16 internal constant SETTLE = 1 << 10;
    uint16 internal constant TRANSFER = 1 << 11;
    uint16 internal constant CUSTOM_1 = 1 << 12;
    uint16 internal constant CUSTOM_2 = 1 << 13;
    uint16 internal constant CUSTOM_3 = 1 << 14;
    uint16 internal constant CUSTOM_4 = 1 << 15;
    uint16 internal constant ALL = type(uint16).max;

    /// @dev Closing either of these closes LIQUIDATE too: nobody is liquidated while he cannot defend himself.
    uint16 internal constant DEFENCE = REPAY | ADD_COLLATERAL;
}

/// @notice Who may act, from the narrowest power to the widest.
enum Rank {
    NONE,
    SENTINEL,
    GUARDIAN,
    GOVERNANCE
}

/// @notice How restricted the protocol is as a whole. Each level restricts at least as much as the one before.
enum Level {
    NORMAL,
    THROTTLED,
    QUEUED,
    EXIT_ONLY,
    FROZEN
}

/// @notice What a guard answers.
enum Decision {
    PASS,
    QUEUE,
    REFUSE
}

/// @notice The guard that took a decision, in `GuardDecision`.
enum Guard {
    PAUSE,
    LEVEL,
    OUTFLOW,
    LOCK,
    ORACLE,
    BLOCKLIST,
    CAPS
}
