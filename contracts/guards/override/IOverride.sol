// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IOverride {
    error NotScheduled(bytes32 id);
    error AlreadyScheduled(bytes32 id);
    error NotYetExecutable(bytes32 id, uint256 executableAt);
    error Expired(bytes32 id, uint256 expiredAt);
    error DelayOutOfBounds(uint256 delay, uint256 maximum);
    error ExpiryOutOfBounds(uint256 expiry, uint256 minimum, uint256 maximum);
    error InvalidCall();

    event OverrideScheduled(
        bytes32 indexed id, bytes4 indexed selector, bytes call, uint256 executableAt, uint256 expiresAt, address by
    );
    event OverrideExecuted(bytes32 indexed id, bytes4 indexed selector, bytes call, address by);
    event OverrideVetoed(bytes32 indexed id, address indexed by);
    event DelaySet(bytes4 indexed selector, uint256 previous, uint256 delay);
    event ExpirySet(uint256 previous, uint256 expiry);
    event Abdicated(bytes4 indexed selector);

    /// @notice Governance announces `call`, a call of this contract with its selector. It becomes executable after
    /// the delay of its selector and expires `expiry` later.
    /// @return id keccak256 of `call`
    function schedule(bytes calldata call) external returns (bytes32 id);

    /// @notice Anyone executes an announced call in its time. Only functions of governance can be called this way.
    /// What a governance announced is void once another one has replaced it.
    function execute(bytes calldata call) external;

    /// @notice Governance or a guardian withdraws an announcement. Scheduling it again waits the full delay.
    function veto(bytes32 id) external;

    /// @notice A longer delay counts at once, for pending calls too, but keeps none alive past its announced end. A cut
    /// is a loosening that waits the delay that it cuts. The selector 0 stands for the default.
    function setDelay(bytes4 selector, uint256 delay) external;

    /// @notice How long an announced call stays executable, an hour at least. Shorter is immediate and counts for
    /// pending calls; longer for those announced later. 7 days until set.
    function setExpiry(uint256 expiry) external;

    /// @notice Gives up, for ever, the power to loosen through `selector`. Tightening stays possible. Waits the
    /// delay of the selector, because it cannot be undone.
    function abdicate(bytes4 selector) external;

    /// @notice Seconds that a loosening through `selector` waits.
    function delayOf(bytes4 selector) external view returns (uint256);

    function isAbdicated(bytes4 selector) external view returns (bool);

    /// @notice Seconds that an announced call stays executable.
    function overrideExpiry() external view returns (uint256);

    /// @dev As announced; later where the delay of its selector has grown since.
    /// @return executableAt 0 where `id` is not scheduled
    /// @return expiresAt the first second at which it is too late
    function overrideOf(bytes32 id) external view returns (uint256 executableAt, uint256 expiresAt);
}
