// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../Guardrails.sol";
import {Op} from "../../guards/Types.sol";
import {IConnections, IMessageRecipient} from "./INomad.sol";
import {NomadBridge} from "./NomadBridge.sol";

/// @title GuardedBridge: a Nomad token route with every guard embedded
///
/// Guards: the escrow. Whatever the Replica believes, no more of a token leaves in time T than the policy allows
/// (`Outflow`); what is larger waits as a claim that can be told apart, held and returned (`Settlement`). While
/// withdrawals are closed `handle` reverts, so that the Replica keeps the message unprocessed: it is delivered later
/// and nothing is lost.
/// Trusts: the connection manager for which Replicas are registered; a Replica for nothing but the order of messages;
/// governance to return only stolen claims. A claim that its owner gives up goes back to the escrow and is announced
/// by `RefundOnOrigin`: crediting him on the origin chain is up to those who run it.
/// Assumes: standard tokens born on this domain; all escrow is held here.
/// Does not guard: against minting on the other domain, nor tell a forged message below the limit from an honest one.
contract GuardedBridge is NomadBridge, Guardrails {
    /// @notice A base for a relative limit is not measured here: what the escrow holds can be moved by a donation.
    error NoBase(address token);

    /// @param controls_ the `EmergencyControls` of this chain
    /// @param deployer configures the guards and then calls `seal`
    /// @param remoteRouter_ the sender of every honest message, left-padded
    constructor(
        address controls_,
        address deployer,
        IConnections connections_,
        uint32 remoteDomain_,
        bytes32 remoteRouter_
    ) Guardrails(controls_, deployer) NomadBridge(connections_, remoteDomain_, remoteRouter_) {}

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
