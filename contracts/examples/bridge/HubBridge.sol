// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HubGuarded} from "../../HubGuarded.sol";
import {IGuardrailHub} from "../../IGuardrailHub.sol";
import {Op} from "../../guards/Types.sol";
import {IConnections, IMessageRecipient} from "./INomad.sol";
import {NomadBridge} from "./NomadBridge.sol";

/// @title HubBridge: the same route, guarded by a shared `GuardrailHub`
///
/// Guards, trusts, assumes: as `GuardedBridge`; the line of inheritance and the constructor are all that differs.
/// Claims wait in the hub, together with their tokens. The hub's governance must admit this contract (`setMember`).
contract HubBridge is NomadBridge, HubGuarded {
    /// @notice A base for a relative limit is not measured here: what the escrow holds can be moved by a donation.
    error NoBase(address token);

    /// @param hub_ the hub of this protocol
    /// @param remoteRouter_ the sender of every honest message, left-padded
    constructor(IGuardrailHub hub_, IConnections connections_, uint32 remoteDomain_, bytes32 remoteRouter_)
        HubGuarded(hub_)
        NomadBridge(connections_, remoteDomain_, remoteRouter_)
    {}

    // ---------------------------------------------------------------- external

    /// @inheritdoc IMessageRecipient
    function handle(uint32 origin, uint32 nonce, bytes32 sender, bytes calldata message)
        external
        virtual
        guarded(Op.WITHDRAW)
    {
        _receive(origin, nonce, sender, message);
    }

    /// @notice Moves `amount` (smallest unit) of a token born here to `recipient` on the other domain.
    function send(address token, uint256 amount, bytes32 recipient) external virtual guarded(Op.DEPOSIT) {
        _dispatch(token, amount, recipient);
    }

    // ---------------------------------------------------------------- internal

    function _collect(address token, address from, uint256 amount) internal virtual override returns (uint256) {
        return _takeIn(token, from, amount);
    }

    function _release(address token, address to, uint256 amount) internal virtual override returns (uint256) {
        return _payOut(token, to, amount);
    }

    function _owedToClaims(address token) internal view virtual override returns (uint256) {
        return _lockedHere(token);
    }

    function _outflowBase(address token) internal view virtual override returns (uint256) {
        revert NoBase(token);
    }

    function _afterClaimEnded(uint256 id, address owner, address token, uint256 amount, bool byOwner)
        internal
        virtual
        override
    {
        _claimEnded(id, owner, token, amount, byOwner);
    }
}
