// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {FuzzToken} from "../../../../contracts/testing/FuzzToken.sol";
import {Call, FlashLender, Loan, Thief} from "../../../../contracts/testing/Thief.sol";
import {Test} from "../../../forge/base/Test.sol";
import {Vm} from "../../../forge/base/Vm.sol";
import {Cast, Seeded} from "../contracts/Seeded.sol";

/// @title What the handlers share: the same money, actors, time and thief's tools as the Python targets
abstract contract Stage {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    FuzzToken internal immutable coin = new FuzzToken();
    FlashLender internal immutable lender = new FlashLender();
    Thief internal immutable thiefs;
    /// @dev alice, bob, thief and his contract; then governance, guardian, sentinel.
    address[7] internal actors;
    address[4] internal users;

    /// @dev Those who act: alice, bob, the thief, and the insiders of the fault.
    address[] private crew;

    modifier as_(uint256 who) {
        vm.prank(crew[who % crew.length]);
        _;
    }

    constructor() {
        (actors[0], actors[1], actors[2]) = (named("alice"), named("bob"), named("thief"));
        thiefs = new Thief(actors[2], lender);
        (actors[3], actors[4]) = (address(thiefs), named("governance"));
        (actors[5], actors[6]) = (named("guardian"), named("sentinel"));
        coin.prepare("COIN", 6, address(this));
        for (uint256 i; i < 4; ++i) {
            users[i] = actors[i];
            coin.mint(users[i], 1000e6);
            if (i < 3) crew.push(users[i]);
        }
        coin.mint(address(lender), 1e32);
    }

    /// @notice Time passes; half of the time little of it.
    function pass(uint256 time) public virtual {
        vm.warp(vm.getBlockTimestamp() + (time % 2 == 0 ? bound(time, 1, 10) : long(time)));
    }

    /// @dev Reverts with the name of the property that does not hold.
    function check() external view virtual;

    function cast() internal view returns (Cast memory) {
        return Cast(actors[4], actors[5], actors[6], users);
    }

    function money() internal view returns (IERC20) {
        return IERC20(address(coin));
    }

    /// @dev Holders of roles who have gone bad.
    function insiders(bool governance, bool guardian, bool sentinel) internal {
        if (governance) crew.push(actors[4]);
        if (guardian) crew.push(actors[5]);
        if (sentinel) crew.push(actors[6]);
    }

    /// @dev Everybody approves the protocol, which gets its opening.
    function open(address host, uint256 opening) internal {
        coin.mint(host, opening);
        for (uint256 i; i < 3; ++i) {
            vm.prank(users[i]);
            coin.approve(host, type(uint256).max);
        }
        Call[] memory calls = new Call[](1);
        calls[0] = Call(address(coin), 0, abi.encodeCall(coin.approve, (host, type(uint256).max)), false);
        vm.prank(users[2]);
        thiefs.attack(new Loan[](0), calls, new Call[](0));
    }

    /// @dev The thief does three calls in one transaction with a loan, and a fourth out of the first callback.
    function attack(address host, uint256 loan, bytes[4] memory calls) internal {
        Loan[] memory loans = new Loan[](loan == 0 ? 0 : 1);
        if (loan != 0) loans[0] = Loan(address(coin), loan);
        Call[] memory first = new Call[](3);
        Call[] memory back = new Call[](1);
        for (uint256 i; i < 3; ++i) {
            first[i] = Call(host, 0, calls[i], true);
        }
        back[0] = Call(host, 0, calls[3], false);
        vm.prank(users[2]);
        thiefs.attack(loans, first, back);
    }

    function elapsed(Seeded host) internal view returns (uint256) {
        return vm.getBlockTimestamp() - host.started();
    }

    function one(uint256 who) internal view returns (address) {
        return actors[who % 7];
    }

    function some(uint256 amount) internal pure returns (uint256) {
        return bound(amount, 0, 2000e6);
    }

    function long(uint256 time) internal pure returns (uint256) {
        return bound(time, 0, 31 days);
    }

    function named(string memory name) private pure returns (address) {
        return address(uint160(uint256(keccak256(bytes(name)))));
    }

    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        if (x >= low && x <= high) return x;
        return low + x % (high - low + 1);
    }
}

/// @title The invariant run of one fault; of its twin with SEEDED_SOUND=1 in the environment
abstract contract SeededTest is Test {
    Stage private stage;

    function setUp() public {
        stage = build(vm.envOr("SEEDED_SOUND", uint256(0)) == 1);
        targetContract(address(stage));
    }

    function invariant_holds() public view {
        stage.check();
    }

    function build(bool sound) internal virtual returns (Stage);
}
