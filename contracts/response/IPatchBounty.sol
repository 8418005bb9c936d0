// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IPatchBounty {
    error Unauthorised(address caller);
    error PeriodOutOfBounds(uint256 period);
    error EmptyOffer();
    error NoOffer(uint256 id);
    error Decided(uint256 id);
    error NotDecided(uint256 id);
    error NotOver(uint256 until);
    error RevealOver(uint256 until);
    error AlreadyCommitted(bytes32 commitment);
    error NotCommitted(bytes32 commitment);
    error CommittedTooLate(uint256 committedAt, uint256 adoptedAt);
    error OtherPatch(bytes32 root, bytes32 adopted);
    error NotEarlier(uint256 committedAt, uint256 bestAt);
    error NoContracts();
    error NoCode(address patched);

    event Offered(uint256 indexed id, bytes32 indexed incidentId, uint256 amount, uint256 until);
    event Committed(bytes32 indexed commitment, address indexed by);
    event Adopted(uint256 indexed id, bytes32 root, address[] patched, uint256 revealUntil);
    event Revealed(uint256 indexed id, address indexed author, uint256 committedAt);
    event PatchPaid(uint256 indexed id, address indexed author, uint256 amount);
    event OfferClosed(uint256 indexed id, uint256 amount);

    /// @notice Anyone offers `amount` for the patch of an incident, until the offer runs out unused.
    function offer(bytes32 incidentId, uint256 amount) external returns (uint256 id);

    /// @notice The root of a patch: of one runtime code hash, or of several in order.
    function rootOf(address[] calldata patched) external view returns (bytes32 root);

    /// @notice Records now that the caller knows a patch, without showing it.
    /// @param commitment see `commitmentOf`
    function commit(bytes32 commitment) external;

    function commitmentOf(address author, bytes32 root, bytes32 salt) external pure returns (bytes32);

    /// @notice Governance says which deployed contracts are the patch; those who committed to their root may now reveal.
    function adopt(uint256 id, address[] calldata patched) external;

    /// @notice The author shows his commitment to the adopted patch. The earliest one counts.
    function reveal(uint256 id, bytes32 root, bytes32 salt) external;

    /// @notice Pays the author of the adopted patch, or gives the offer back where nobody revealed one. Anyone may call it.
    function finish(uint256 id) external;

    /// @notice Gives an offer back that ran out before a patch was adopted. Anyone may call it.
    function expire(uint256 id) external;
}
