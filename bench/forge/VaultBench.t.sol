// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../../tests/forge/base/Test.sol";
import {Vm} from "../../tests/forge/base/Vm.sol";

interface IVault {
    function deposit(uint256 assets, address receiver) external;
    function withdraw(uint256 assets, address receiver, address owner) external;
    function redeem(uint256 shares, address receiver, address owner) external;
    function transfer(address to, uint256 shares) external;
    function totalAssets() external view returns (uint256);
}

interface IBalance {
    function balanceOf(address account) external view returns (uint256);
}

interface IFiles {
    function readFile(string calldata path) external view returns (string memory);
    function parseBytes(string calldata text) external pure returns (bytes memory);
}

/// @title What `bench/fuzz_vault.py` does to the vault, as forge's invariant runner does it
/// @notice The vault is not built again here: the transactions that built it on revm are replayed, so that code,
/// addresses, configuration and balances are the same.
contract VaultHandler {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    enum Kind {
        CREATE,
        CALL,
        CODE
    }

    struct Transaction {
        Kind kind;
        address from;
        address to;
        uint256 nonce;
        uint256 time;
        bytes data;
    }

    error Failed(uint256 index, bytes reason);

    IVault private vault;
    IBalance private token;
    address[] private users;
    uint256 private most;

    constructor() {
        IFiles files = IFiles(address(vm));
        bytes memory world = files.parseBytes(files.readFile(".cache/bench-fuzz/world.hex"));
        Transaction[] memory all;
        (all, vault, token, users, most) = abi.decode(world, (Transaction[], IVault, IBalance, address[], uint256));
        for (uint256 i; i < all.length; ++i) {
            replay(i, all[i]);
        }
    }

    function deposit(uint256 who, uint256 amount) external {
        address user = pick(who);
        vm.prank(user);
        vault.deposit(amount % most, user);
    }

    function withdraw(uint256 who, uint256 amount) external {
        address user = pick(who);
        vm.prank(user);
        vault.withdraw(amount % most, user, user);
    }

    function redeem(uint256 who, uint256 amount) external {
        address user = pick(who);
        vm.prank(user);
        vault.redeem(amount % most, user, user);
    }

    function transfer(uint256 who, uint256 to, uint256 amount) external {
        address receiver = pick(to);
        vm.prank(pick(who));
        vault.transfer(receiver, amount % most);
    }

    function pass(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + time % 3600);
    }

    function check() external view {
        require(token.balanceOf(address(vault)) >= vault.totalAssets(), "Conservation");
    }

    function pick(uint256 who) private view returns (address) {
        return users[who % users.length];
    }

    function replay(uint256 index, Transaction memory one) private {
        vm.warp(one.time);
        if (one.kind == Kind.CODE) {
            vm.etch(one.to, one.data);
            return;
        }
        bytes memory data = one.data;
        if (one.kind == Kind.CREATE) {
            vm.setNonce(one.from, uint64(one.nonce));
            vm.prank(one.from);
            address made;
            assembly ("memory-safe") {
                made := create(0, add(data, 32), mload(data))
            }
            if (made != one.to) revert Failed(index, abi.encode(made));
            return;
        }
        vm.prank(one.from);
        (bool done, bytes memory answer) = one.to.call(data);
        if (!done) revert Failed(index, answer);
    }
}

contract VaultBenchTest is Test {
    VaultHandler private handler;

    function setUp() public {
        handler = new VaultHandler();
        targetContract(address(handler));
    }

    function invariant_holds() public view {
        handler.check();
    }
}
