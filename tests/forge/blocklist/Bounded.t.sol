// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Op} from "../../../contracts/guards/Types.sol";
import {BlocklistTest} from "./BlocklistTest.sol";

/// @title Whatever fast ranks do: a block never outlasts its bound, and nobody else is concerned
contract BoundedBlocksTest is BlocklistTest {
    uint256 private constant PERIOD = 30 days;
    uint256 private constant BUDGET = 3 days;

    /// @dev The ghost: when alice was blocked by the guardian, second by second, as intervals that do not overlap.
    uint256[] private starts;
    uint256[] private ends;

    function testFuzz_ABlockNeverOutlastsItsBound(uint256 seed) public {
        for (uint256 i; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            skip(seed % 4 == 0 ? (seed >> 8) % 20 days : (seed >> 8) % 1 days);
            vm.prank(guardian);
            (bool alive,) = address(engine).call(abi.encodeCall(engine.heartbeat, ()));
            if (!alive) break;
            _try(seed >> 64);
            assertLe(engine.accountBlockedUntil(alice), _now() + 2 days);
            _act(bob, Op.TRADE);
            _act(alice, Op.REPAY);
        }
        for (uint256 i; i < starts.length; ++i) {
            assertLe(_blockedBetween(starts[i], starts[i] + PERIOD), BUDGET);
        }
    }

    function _try(uint256 random) private {
        uint256 duration = 1 + random % 2 days;
        address[] memory accounts = new address[](1);
        accounts[0] = alice;
        bytes memory call = random >> 64 & 1 == 0
            ? abi.encodeCall(engine.blockAccount, (alice, duration, ""))
            : abi.encodeCall(engine.blockAccounts, (accounts, duration, ""));
        uint256 from = engine.accountBlockedUntil(alice);
        if (from < _now()) from = _now();
        vm.prank(guardian);
        (bool done,) = address(engine).call(call);
        uint256 until = engine.accountBlockedUntil(alice);
        if (!done || until <= from) return;
        starts.push(from);
        ends.push(until);
    }

    function _blockedBetween(uint256 from, uint256 to) private view returns (uint256 total) {
        for (uint256 i; i < starts.length; ++i) {
            uint256 a = starts[i] > from ? starts[i] : from;
            uint256 b = ends[i] < to ? ends[i] : to;
            if (b > a) total += b - a;
        }
    }
}
