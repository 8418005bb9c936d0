// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IProRataExit {
    error InvalidTokens();
    error ChallengeOutOfBounds(uint256 challenge, uint256 minimum, uint256 maximum);
    error ClaimPeriodOutOfBounds(uint256 period, uint256 minimum, uint256 maximum);
    error InvalidOwner();
    error NotOwner(address account);
    error InvalidSnapshot();
    error AlreadyOpen(uint256 opensAt);
    error NotOpen(uint256 opensAt);
    error NotInSnapshot(address account, uint256 shares);
    error TokenNotListed(address token);
    error InvalidReceiver(address receiver);
    error SignatureExpired(uint256 deadline);
    error InvalidSignature(address account);
    error NotSweepable(uint256 sweepAt);

    event SnapshotAnnounced(bytes32 indexed root, uint256 totalShares, uint256 opensAt, uint256 sweepAt, string source);
    event SharePaid(address indexed account, address indexed token, address receiver, uint256 amount);
    event ShareFailed(address indexed account, address indexed token, address receiver, uint256 amount);
    event Redirected(address indexed account, address receiver);
    event Swept(address indexed token, address to, uint256 amount);

    /// @notice The owner states who had how much. Opens after the challenge delay; until then another statement
    /// replaces this one and waits the whole delay anew.
    /// @param root of the tree of (account, shares) as OpenZeppelin's StandardMerkleTree builds it; one leaf an account
    /// @param totalShares what the shares of all leaves sum to, in the unit of the shares
    /// @param source where everybody finds the leaves and how they were made
    function announce(bytes32 root, uint256 totalShares, string calldata source) external;

    /// @notice Anyone pays `account` what it may still have of each of `tokens`. A token that fails is skipped
    /// (`ShareFailed`) and can be claimed later; so can the share in what arrives later.
    function claim(address account, uint256 shares, bytes32[] calldata proof, address[] calldata tokens) external;

    /// @notice From now on the caller's share is paid to `receiver`. It can be changed at any time, before the opening
    /// too.
    function redirect(address receiver) external;

    /// @notice The same with a signature of `account` (EIP-712; EIP-1271 for contracts).
    function redirectBySignature(address account, address receiver, uint256 deadline, bytes calldata signature) external;

    /// @notice The owner takes what nobody claimed until `sweepAt`, and tokens that are not listed.
    function sweep(address token, address to) external;

    /// @return opensAt 0 while nothing is announced
    function opensAt() external view returns (uint256 opensAt);

    /// @return sweepAt 0 while nothing is announced
    function sweepAt() external view returns (uint256 sweepAt);

    /// @notice All of `token` that ever arrived, as far as its balance shows.
    function fundedOf(address token) external view returns (uint256);

    /// @notice What was paid of `token` to all.
    function totalPaidOf(address token) external view returns (uint256);

    /// @notice What was paid of `token` for `account`.
    function paidOf(address account, address token) external view returns (uint256);

    /// @notice What `claim` would try to pay now, if the snapshot holds this leaf and the exit is open.
    function claimableOf(address account, uint256 shares, address token) external view returns (uint256);

    /// @notice Who is paid for `account`.
    function receiverOf(address account) external view returns (address);

    /// @notice The listed tokens.
    function tokens() external view returns (address[] memory);
}
