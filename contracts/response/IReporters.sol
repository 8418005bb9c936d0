// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IReporters {
    error InvalidBonds(uint256 minBond, uint256 maxSlashBps, uint256 challengePeriod);
    error QuorumOutOfBounds(uint256 quorum, uint256 minimum, uint256 maximum);
    error TooFewReporters(uint256 reporters, uint256 quorum);
    error TooManyReporters(uint256 maximum);
    error NotReporter(address account);
    error StillReporter(address account);
    error BondTooSmall(address reporter, uint256 bond, uint256 minBond);
    error BondLocked(address reporter, uint256 until);

    event ReporterSet(address indexed reporter, bool active);
    event QuorumSet(uint256 previous, uint256 quorum);
    event BondPosted(address indexed reporter, uint256 amount, uint256 bond);
    event BondWithdrawn(address indexed reporter, uint256 amount);

    /// @notice Governance names a reporter, which is a loosening, or removes one, which is immediate: what it signed and
    /// was not attested yet no longer counts.
    function setReporter(address reporter, bool active) external;

    /// @notice Higher is immediate, lower a loosening. Two at least.
    function setQuorum(uint256 quorum) external;

    /// @notice A reporter resigns, at once.
    function resign() external;

    /// @notice A reporter adds to its bond; what arrives counts.
    function postBond(uint256 amount) external;

    /// @notice One who is no reporter any more takes its bond back, `bondLock` after its last report.
    function withdrawBond() external;

    function quorum() external view returns (uint256);
    function reporterCount() external view returns (uint256);
    function isReporter(address account) external view returns (bool);
    function bondOf(address account) external view returns (uint256);

    /// @notice Seconds that a bond stays after its owner's last report.
    function bondLock() external view returns (uint256);
}
