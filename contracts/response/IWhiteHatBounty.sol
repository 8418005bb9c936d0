// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IWhiteHatBounty {
    error Unauthorised(address caller);
    error ShareOutOfBounds(uint256 bps);
    error PeriodOutOfBounds(uint256 period);
    error InvalidRecovery(address recovery);
    error NothingReturned();
    error BountyTooSmall(uint256 bounty, uint256 wanted);
    error NoBounty(uint256 id);
    error UnderReview(uint256 until);
    error ReviewOver(uint256 until);
    error NotAttested(bytes32 incidentId);
    error StillClaimable(uint256 until);

    event CapSet(address indexed token, uint256 previous, uint256 cap);
    event Returned(
        uint256 indexed id,
        address indexed whiteHat,
        bytes32 indexed incidentId,
        address token,
        uint256 returned,
        uint256 bounty
    );
    event BountyPaid(uint256 indexed id, address to, uint256 amount);
    event BountyDenied(uint256 indexed id, string reason);
    event BountyLapsed(uint256 indexed id);

    /// @notice Governance bounds the bounties of one incident in `token`, all white hats together. Returns that were made
    /// keep their bounty.
    function setCap(address token, uint256 cap) external;

    /// @notice What returning `amount` would earn now.
    function bountyFor(bytes32 incidentId, address token, uint256 amount) external view returns (uint256);

    /// @notice Gives rescued funds back: the caller's bounty stays here for review, the rest goes to the recovery address.
    /// @param minBounty the terms as the caller knew them; less is refused
    /// @return id of the return; 0 where no bounty is due
    function giveBack(bytes32 incidentId, address token, uint256 amount, uint256 minBounty)
        external
        returns (uint256 id);

    /// @notice The white hat takes his bounty: after the review, once the incident is attested.
    function collect(uint256 id, address to) external;

    /// @notice Governance denies a bounty during the review, to one who was no white hat; it goes to the recovery address.
    function deny(uint256 id, string calldata reason) external;

    /// @notice Anyone sends a bounty that was not collected in time to the recovery address.
    function lapse(uint256 id) external;
}
