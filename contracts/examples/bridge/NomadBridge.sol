// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IConnections, IMessageRecipient} from "./INomad.sol";
import {TransferMessage} from "./TransferMessage.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @title NomadBridge: the escrow side of a Nomad token route, without a word on guards
///
/// What it does: takes local tokens in and announces them to the other domain (`send`), and pays them out when a
/// registered Replica delivers a message of the enrolled remote router (`handle`). How assets move is left to two
/// hooks, which is where the guards are: `GuardedBridge` embeds them, `HubBridge` asks a shared hub.
///
/// Assumes: tokens born here, without a fee on transfer. Representations of foreign tokens are out of its scope.
abstract contract NomadBridge is IMessageRecipient {
    error NotReplica(address caller);
    error NotRemoteRouter(uint32 origin, bytes32 sender);
    error NotLocalToken(uint32 domain, address token);
    error EscrowTooSmall(address token, uint256 amount, uint256 escrow);
    error NothingSent();

    event Sent(address indexed token, address indexed from, bytes32 indexed recipient, uint256 amount);
    /// @param claimId 0 when it was paid at once
    event Received(
        uint32 indexed nonce, address indexed token, address indexed recipient, uint256 amount, uint256 claimId
    );
    /// @notice A claim's owner gave it up: the remote side may credit `account` there again. No message is sent; whoever
    /// runs the remote side decides with this event as the record.
    event RefundOnOrigin(uint256 indexed claimId, address indexed account, address indexed token, uint256 amount);
    event ReturnedToEscrow(uint256 indexed claimId, address indexed account, address indexed token, uint256 amount);

    IConnections public immutable connections;
    uint32 public immutable localDomain;
    uint32 public immutable remoteDomain;
    bytes32 public immutable remoteRouter;

    constructor(IConnections connections_, uint32 remoteDomain_, bytes32 remoteRouter_) {
        connections = connections_;
        localDomain = connections_.localDomain();
        remoteDomain = remoteDomain_;
        remoteRouter = remoteRouter_;
    }

    // ---------------------------------------------------------------- internal

    function _receive(uint32 origin, uint32 nonce, bytes32 sender, bytes calldata message) internal {
        if (!connections.isReplica(msg.sender)) revert NotReplica(msg.sender);
        if (origin != remoteDomain || sender != remoteRouter) revert NotRemoteRouter(origin, sender);
        TransferMessage.Transfer memory transfer = TransferMessage.parse(message);
        if (transfer.domain != localDomain) revert NotLocalToken(transfer.domain, transfer.token);
        uint256 free = escrow(transfer.token);
        if (transfer.amount > free) revert EscrowTooSmall(transfer.token, transfer.amount, free);
        uint256 claimId = _release(transfer.token, transfer.recipient, transfer.amount);
        emit Received(nonce, transfer.token, transfer.recipient, transfer.amount, claimId);
    }

    function _dispatch(address token, uint256 amount, bytes32 recipient) internal {
        if (recipient == 0) revert NothingSent();
        uint256 received = _collect(token, msg.sender, amount);
        if (received == 0) revert NothingSent();
        IERC20Metadata t = IERC20Metadata(token);
        bytes32 details = TransferMessage.detailsHash(t.name(), t.symbol(), t.decimals());
        bytes memory message = TransferMessage.encode(localDomain, token, recipient, received, details);
        connections.home().dispatch(remoteDomain, remoteRouter, message);
        emit Sent(token, msg.sender, recipient, received);
    }

    function _claimEnded(uint256 id, address owner, address token, uint256 amount, bool byOwner) internal {
        if (byOwner) emit RefundOnOrigin(id, owner, token, amount);
        else emit ReturnedToEscrow(id, owner, token, amount);
    }

    /// @notice What this contract holds of `token` and does not owe to a waiting claim, in its smallest unit.
    function escrow(address token) public view returns (uint256) {
        return IERC20(token).balanceOf(address(this)) - _owedToClaims(token);
    }

    // ---------------------------------------------------------------- internal: hooks

    /// @return received what arrived
    function _collect(address token, address from, uint256 amount) internal virtual returns (uint256 received);

    /// @return claimId 0 when it was paid at once
    function _release(address token, address to, uint256 amount) internal virtual returns (uint256 claimId);

    function _owedToClaims(address token) internal view virtual returns (uint256);
}
