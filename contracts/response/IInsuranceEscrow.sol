// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IInsuranceEscrow {
    error Unauthorised(address caller);
    /// @notice An escrow that nobody governs would keep for ever what it is funded with.
    error InvalidGovernance(address governance);
    error PeriodOutOfBounds(uint256 period);
    error NotAttested(bytes32 incidentId);
    error PayoutExists(bytes32 incidentId);
    error NoPayout(bytes32 incidentId);
    error EmptyPayout();
    error NotFunded(uint256 wanted, uint256 available);
    error ChallengeOver(uint256 openAt);
    error NotOpen(uint256 openAt, uint256 closesAt);
    error StillOpen(uint256 closesAt);
    error AlreadyClaimed(bytes32 incidentId, address account);
    error InvalidProof(bytes32 incidentId, address account, uint256 amount);
    error NothingAnnounced();
    error NotWithdrawable(uint256 from, uint256 until);

    event Funded(address indexed by, uint256 amount);
    event PayoutProposed(bytes32 indexed incidentId, bytes32 root, uint256 total, uint256 openAt, uint256 closesAt);
    event PayoutCancelled(bytes32 indexed incidentId, address indexed by);
    event PaidOut(bytes32 indexed incidentId, address indexed account, address to, uint256 amount);
    event PayoutClosed(bytes32 indexed incidentId, uint256 unclaimed);
    event WithdrawalAnnounced(uint256 amount, uint256 from, uint256 until);
    event Withdrawn(uint256 amount);

    /// @notice What no payout has reserved, in the token's smallest unit.
    function available() external view returns (uint256);

    /// @notice Adds to the escrow; for good, except by `withdraw`.
    function fund(uint256 amount) external;

    /// @notice Governance proposes who gets what for an attested incident, and reserves `total` for it.
    /// @param root of a Merkle tree with the leaves (bytes32 incidentId, address account, uint256 amount), hashed twice
    /// each as OpenZeppelin's StandardMerkleTree does
    function propose(bytes32 incidentId, bytes32 root, uint256 total) external;

    /// @notice Governance or the challenger ends a proposed payout before it opens; it can be proposed anew.
    function cancel(bytes32 incidentId) external;

    /// @notice Pays `account` its amount. Anyone may call it.
    function claim(bytes32 incidentId, address account, uint256 amount, bytes32[] calldata proof) external;

    /// @notice Pays the caller's amount to `to`, for accounts that the token does not pay.
    function claimTo(bytes32 incidentId, address to, uint256 amount, bytes32[] calldata proof) external;

    /// @notice Anyone frees what was not claimed in time.
    function close(bytes32 incidentId) external;

    /// @notice Governance says that it will take `amount` out; a later announcement replaces it, 0 withdraws it.
    function announceWithdrawal(uint256 amount) external;

    /// @notice Governance takes out what it announced, as far as no payout has reserved it.
    function withdraw() external;
}
