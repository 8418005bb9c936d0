// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A Chainlink aggregator of the fuzz lab: the environment says the price, and when it was said
/// @notice Its code is put at the address that a policy or a constructor names; `prepare` says what it is.
contract PriceFeed {
    uint8 public decimals;
    address public environment;
    uint80 private round;
    int256 private answer;
    uint256 private updatedAt;
    bool private fresh;

    error OnlyTheEnvironment(address caller);

    /// @notice Once. `answer_` is the price in units of 10^-decimals.
    function prepare(uint8 decimals_, int256 answer_, address environment_) external {
        if (environment != address(0)) revert OnlyTheEnvironment(msg.sender);
        (decimals, environment, round, answer, fresh) = (decimals_, environment_, 1, answer_, true);
    }

    /// @notice A new price. `updatedAt_` in seconds; 0: always just now.
    function set(int256 answer_, uint256 updatedAt_) external {
        if (msg.sender != environment) revert OnlyTheEnvironment(msg.sender);
        ++round;
        (answer, updatedAt, fresh) = (answer_, updatedAt_, updatedAt_ == 0);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint256 when = fresh ? block.timestamp : updatedAt;
        return (round, answer, when, when, round);
    }

    /// @notice The same price as a source of the oracle guard: in units of 1e-18, and when it was said.
    function price() external view returns (uint256, uint256) {
        uint256 when = fresh ? block.timestamp : updatedAt;
        return (answer < 0 ? 0 : uint256(answer) * 10 ** (18 - decimals), when);
    }
}
