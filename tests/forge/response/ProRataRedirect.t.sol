// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProRataExit} from "../../../contracts/response/IProRataExit.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ExitFixture} from "./ExitFixture.sol";

/// @dev An account that is a contract and accepts one digest.
contract Wallet is IERC1271 {
    bytes32 public accepted;

    function accept(bytes32 digest) external {
        accepted = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == accepted ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @title Only the account decides where its share goes
contract ProRataRedirectTest is ExitFixture {
    event Redirected(address indexed account, address receiver);

    address private refuge = makeAddr("refuge");

    function _digest(address account, address receiver, uint256 nonce, uint256 deadline)
        private
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("ProRataExit"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        bytes32 kind = keccak256("Redirect(address account,address receiver,uint256 nonce,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(kind, account, receiver, nonce, deadline));
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    function _sign(string memory name, address receiver, uint256 nonce, uint256 deadline)
        private
        returns (bytes memory)
    {
        (address account, uint256 key) = makeAddrAndKey(name);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(account, receiver, nonce, deadline));
        return abi.encodePacked(r, s, v);
    }

    function test_TheAccountRedirectsByItsOwnCall() public {
        assertEq(escrow.receiverOf(alice), alice);
        vm.expectEmit(address(escrow));
        emit Redirected(alice, refuge);
        vm.prank(alice);
        escrow.redirect(refuge);
        assertEq(escrow.receiverOf(alice), refuge);
        assertEq(escrow.receiverOf(bob), bob);
        _open();
        _claim(0);
        assertEq(good.balanceOf(refuge), 1000);
        assertEq(good.balanceOf(alice), 0);
        assertEq(escrow.paidOf(alice, address(good)), 1000);
    }

    /// S39: a receiver that its token blocks names another one; nothing is lost and nothing paid twice.
    function test_S39_ABlockedAccountIsPaidElsewhere() public {
        _open();
        good.setBlocked(alice, true);
        _claim(0);
        assertEq(other.balanceOf(alice), 1000);
        assertEq(escrow.paidOf(alice, address(good)), 0);
        vm.prank(alice);
        escrow.redirect(refuge);
        _claim(0);
        assertEq(good.balanceOf(refuge), 1000);
        assertEq(other.balanceOf(refuge), 0);
    }

    function test_ASignatureRedirectsOnce() public {
        uint256 deadline = T0 + 1 days;
        bytes memory signature = _sign("alice", refuge, 0, deadline);
        vm.warp(deadline);
        vm.prank(keeper);
        escrow.redirectBySignature(alice, refuge, deadline, signature);
        assertEq(escrow.receiverOf(alice), refuge);
        assertEq(escrow.nonces(alice), 1);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidSignature.selector, alice));
        escrow.redirectBySignature(alice, refuge, deadline, signature);
    }

    function test_RevertIf_TheSignatureIsLateOrSaysAnother() public {
        uint256 deadline = T0 + 1 days;
        bytes memory signature = _sign("alice", refuge, 0, deadline);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidSignature.selector, alice));
        escrow.redirectBySignature(alice, attacker, deadline, signature);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidSignature.selector, bob));
        escrow.redirectBySignature(bob, refuge, deadline, signature);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidSignature.selector, alice));
        escrow.redirectBySignature(alice, refuge, deadline + 1, signature);
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.SignatureExpired.selector, deadline));
        escrow.redirectBySignature(alice, refuge, deadline, signature);
        assertEq(escrow.receiverOf(alice), alice);
    }

    function test_AContractSignsByERC1271() public {
        Wallet wallet = new Wallet();
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidSignature.selector, wallet));
        escrow.redirectBySignature(address(wallet), refuge, T0, "");
        wallet.accept(_digest(address(wallet), refuge, 0, T0));
        escrow.redirectBySignature(address(wallet), refuge, T0, "");
        assertEq(escrow.receiverOf(address(wallet)), refuge);
    }

    function test_RevertIf_TheReceiverIsNobodyOrTheEscrow() public {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidReceiver.selector, address(0)));
        escrow.redirect(address(0));
        vm.expectRevert(abi.encodeWithSelector(IProRataExit.InvalidReceiver.selector, escrow));
        escrow.redirect(address(escrow));
        escrow.redirect(refuge);
        escrow.redirect(alice);
        assertEq(escrow.receiverOf(alice), alice);
    }
}
