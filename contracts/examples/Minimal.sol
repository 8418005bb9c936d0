// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../Guardrails.sol";
import {Op} from "../guards/Types.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title Minimal: the smallest guarded protocol, as the README shows it
/// @dev A claim that ends unpaid is its owner's balance again, whoever ended it.
contract Minimal is Guardrails, ReentrancyGuardTransient {
    address public immutable token;
    uint256 public total;
    mapping(address account => uint256) public balanceOf;

    constructor(address controls, address token_) Guardrails(controls, msg.sender) {
        token = token_;
    }

    function deposit(uint256 amount) external guarded(Op.DEPOSIT) nonReentrant {
        _add(msg.sender, _takeIn(token, msg.sender, amount));
    }

    function withdraw(uint256 amount) external guarded(Op.WITHDRAW) nonReentrant {
        balanceOf[msg.sender] -= amount;
        total -= amount;
        _payOut(token, msg.sender, amount); // pays, queues a claim or refuses, as the policy says
    }

    function _outflowBase(address) internal view override returns (uint256) {
        return total;
    }

    function _afterClaimEnded(uint256, address owner, address, uint256 amount, bool) internal override nonReentrant {
        _add(owner, amount);
    }

    function _add(address account, uint256 amount) private {
        balanceOf[account] += amount;
        total += amount;
    }
}
