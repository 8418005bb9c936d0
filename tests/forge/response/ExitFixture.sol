// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProRataExit} from "../../../contracts/response/IProRataExit.sol";
import {ProRataExit} from "../../../contracts/response/ProRataExit.sol";
import {Test} from "../base/Test.sol";
import {Token} from "../mocks/Token.sol";
import {HostileToken} from "./HostileToken.sol";

/// @title An escrow of three tokens, the second hostile, and a snapshot of four accounts
abstract contract ExitFixture is Test {
    uint256 internal constant T0 = 1_800_000_000;
    uint256 internal constant CHALLENGE = 3 days;
    uint256 internal constant PERIOD = 180 days;
    uint256 internal constant TOTAL = 1000;

    address internal governance = makeAddr("governance");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");
    address internal dave = makeAddr("dave");
    address internal keeper = makeAddr("keeper");
    address internal attacker = makeAddr("attacker");

    Token internal good;
    HostileToken internal bad;
    Token internal other;
    ProRataExit internal escrow;

    address[] internal accounts;
    uint256[] internal sharesOf;
    bytes32[] internal leaves;

    function setUp() public virtual {
        vm.warp(T0);
        (good, bad, other) = (new Token(), new HostileToken(), new Token());
        escrow = new ProRataExit(governance, _three(), CHALLENGE, PERIOD);
        accounts = [alice, bob, carol, dave];
        sharesOf = [uint256(100), 250, 649, 1];
        _plant();
    }

    function _three() internal view returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (address(good), address(bad), address(other));
    }

    function _one(address token) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = token;
    }

    // ---------------------------------------------------------------- the tree, written from its description

    function _plant() internal {
        delete leaves;
        for (uint256 i; i < 4; ++i) {
            leaves.push(_leaf(accounts[i], sharesOf[i]));
        }
    }

    function _leaf(address account, uint256 shares) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(keccak256(abi.encode(account, shares))));
    }

    function _node(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
    }

    function _root() internal view returns (bytes32) {
        return _node(_node(leaves[0], leaves[1]), _node(leaves[2], leaves[3]));
    }

    function _proof(uint256 i) internal view returns (bytes32[] memory proof) {
        proof = new bytes32[](2);
        proof[0] = leaves[i ^ 1];
        proof[1] = i < 2 ? _node(leaves[2], leaves[3]) : _node(leaves[0], leaves[1]);
    }

    // ---------------------------------------------------------------- what actors do

    function _announce() internal {
        vm.prank(governance);
        escrow.announce(_root(), TOTAL, "ipfs://snapshot");
    }

    function _fund(uint256 amount) internal {
        good.mint(address(escrow), amount);
        bad.mint(address(escrow), amount);
        other.mint(address(escrow), amount);
    }

    function _open() internal {
        _announce();
        _fund(10_000);
        skip(CHALLENGE);
    }

    /// @dev Anyone may: a keeper does.
    function _claim(uint256 i) internal {
        vm.prank(keeper);
        escrow.claim(accounts[i], sharesOf[i], _proof(i), _three());
    }

    function _claimFails(uint256 i, bytes memory refusal) internal {
        vm.expectRevert(refusal);
        escrow.claim(accounts[i], sharesOf[i], _proof(i), _three());
    }

    function _notOpen(uint256 opensAt) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProRataExit.NotOpen.selector, opensAt);
    }
}
