// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IIncidents} from "../../../contracts/response/IIncidents.sol";
import {Test} from "../base/Test.sol";
import {Token} from "../mocks/Token.sol";

/// @notice Says of each incident what the test told it.
contract Incidents is IIncidents {
    mapping(bytes32 => bool) public isAttested;

    function set(bytes32 incidentId, bool attested) external {
        isAttested[incidentId] = attested;
    }
}

/// @title Actors, a token and a small Merkle tree for the contracts that pay after an incident
abstract contract MoneyTest is Test {
    uint256 internal constant T0 = 1_800_000_000;
    bytes32 internal constant INCIDENT = keccak256("incident");
    bytes32 internal constant OTHER = keccak256("another incident");

    address internal governance = makeAddr("governance");
    address internal challenger = makeAddr("challenger");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal keeper = makeAddr("keeper");
    Token internal token;
    Incidents internal incidents;

    function setUp() public virtual {
        vm.warp(T0);
        token = new Token();
        incidents = new Incidents();
        incidents.set(INCIDENT, true);
    }

    function _leaf(bytes32 incidentId, address account, uint256 amount) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(incidentId, account, amount))));
    }

    function _node(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _proof(bytes32 sibling) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = sibling;
    }

    function _fill(address from, address spender, uint256 amount) internal {
        token.mint(from, amount);
        vm.prank(from);
        token.approve(spender, type(uint256).max);
    }
}
