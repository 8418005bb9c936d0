// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title DelayedLoosening (S40): the earliest time at which a power can be granted never moves closer
/// @dev After Morpho's EarliestTime. The ghost is the least over the three ways to the grant: what is announced, what
/// could be announced now, and what could be announced under a delay that a pending cut would leave.
contract DelayedLooseningTest is EngineTest {
    bytes4 private grant;
    bytes private call;
    uint256[4] private delays = [uint256(100), 200, 400, 800];
    uint256 private executed;
    uint256 private cuts;

    function _configure(IEngine e) internal override {
        super._configure(e);
        vm.startPrank(deployer);
        e.setExpiry(1 hours);
        e.setDelay(bytes4(0), 300);
        e.setDelay(e.setHolder.selector, 800);
        vm.stopPrank();
    }

    function setUp() public override {
        super.setUp();
        grant = engine.setHolder.selector;
        call = abi.encodeCall(engine.setHolder, (alice, Rank.GUARDIAN));
    }

    function testFuzz_S40_DelayedLoosening(uint256 seed) public {
        _run(seed, 60);
    }

    function test_S40_TheStepsGrantAndCut() public {
        _run(1, 600);
        assertGt(executed, 3);
        assertGt(cuts, 3);
    }

    function _run(uint256 seed, uint256 steps) private {
        for (uint256 i; i < steps; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            skip((random >> 8) % 3 == 0 ? (random >> 16) % 900 : (random >> 16) % 3);
            uint256 earliest = _earliest();
            bool granted = _step(random >> 40);
            if (granted) {
                assertLe(earliest, _now(), "granted too early");
                ++executed;
                vm.prank(governance);
                engine.setHolder(alice, Rank.NONE);
            }
            // an executed announcement is gone: what can be had next is not what was had
            assertTrue(granted || _earliest() >= earliest, "the earliest time moved closer");
        }
    }

    function _step(uint256 random) private returns (bool granted) {
        bytes memory cut = _cut((random >> 8) % 4);
        uint256 kind = random % 8;
        if (kind == 0) _try(governance, abi.encodeCall(engine.schedule, (call)));
        if (kind == 1) return _try(attacker, abi.encodeCall(engine.execute, (call)));
        if (kind == 2) _try(governance, abi.encodeCall(engine.schedule, (cut)));
        if (kind == 3 && _try(attacker, abi.encodeCall(engine.execute, (cut)))) ++cuts;
        if (kind == 4) _try(governance, cut);
        if (kind == 5) _try(guardian, abi.encodeCall(engine.veto, (keccak256((random >> 20) % 4 == 0 ? call : cut))));
        if (kind == 6) return _try(governance, call);
        if (kind == 7) _try(governance, abi.encodeCall(engine.setExpiry, (1 hours + (random >> 20) % 100)));
    }

    function _cut(uint256 index) private view returns (bytes memory) {
        return abi.encodeCall(engine.setDelay, (grant, delays[index]));
    }

    function _try(address by, bytes memory what) private returns (bool done) {
        vm.prank(by);
        (done,) = address(engine).call(what);
    }

    function _earliest() private view returns (uint256 least) {
        uint256 delay = engine.delayOf(grant);
        least = _now() + delay;
        // what is announced is held to the delay of now as well, if that is longer than at the announcement
        (uint256 executableAt, uint256 expiresAt) = engine.overrideOf(keccak256(call));
        if (_now() < expiresAt && executableAt < least) least = executableAt;
        for (uint256 i; i < 4; ++i) {
            (executableAt, expiresAt) = engine.overrideOf(keccak256(_cut(i)));
            if (_now() >= expiresAt || delays[i] >= delay) continue;
            uint256 cutAt = executableAt > _now() ? executableAt : _now();
            if (cutAt + delays[i] < least) least = cutAt + delays[i];
        }
    }
}
