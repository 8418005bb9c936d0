// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {AdapterTest} from "./AdapterTest.sol";

/// @title S24: whatever is withdrawn, claimed, held and cancelled through the adapter, nothing is lost or made
/// forge-config: default.isolate = true
contract AdapterConservationTest is AdapterTest {
    uint256 private constant HAD = 1000 * LIMIT;

    function setUp() public override {
        super.setUp();
        _hadPut(alice, HAD);
        _hadPut(bob, HAD);
    }

    /// forge-config: default.fuzz.runs = 48
    /// forge-config: heavy.fuzz.runs = 2000
    function testFuzz_S24_NothingIsLostOrMade(uint256 seed) public {
        for (uint256 i; i < 40; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
            _check();
        }
        skip(MAX_HOLD);
        for (uint256 i; i < 3; ++i) {
            _tryClaim(alice);
            _tryClaim(bob);
        }
        assertEq(engine.lockedInClaims(address(token)), 0, "every claim ends");
        assertEq(adapter.claimsOf(alice, address(token), 0).length, 0);
        assertEq(adapter.claimsOf(bob, address(token), 0).length, 0);
        _check();
    }

    function test_S24_TheStepsReachEveryEnd() public {
        bool[6] memory seen;
        for (uint256 i; i < 200; ++i) {
            _step(uint256(keccak256(abi.encode(i))));
            if (i % 10 != 0) continue;
            for (uint256 id = 1; id <= engine.claimCount(); ++id) {
                seen[uint256(engine.claim(id).state)] = true;
            }
        }
        assertTrue(seen[uint256(ClaimState.PENDING)], "waits");
        assertTrue(seen[uint256(ClaimState.PAID)], "paid");
        assertTrue(seen[uint256(ClaimState.SUSPECT)], "held");
        assertTrue(seen[uint256(ClaimState.RETURNED)], "returned");
    }

    function _step(uint256 random) private {
        address user = random % 2 == 0 ? alice : bob;
        uint256 id = 1 + (random >> 32) % (engine.claimCount() + 1);
        uint256 kind = (random >> 8) % 8;
        skip((random >> 16) % 10 hours);
        if (kind < 4) {
            _take(user, (random >> 64) % (2 * LIMIT));
        } else if (kind == 4) {
            _tryClaim(user);
        } else if (kind == 5) {
            try engine.settle(id) {} catch {}
        } else if (kind == 6) {
            _hold(id, _now() + (random >> 64) % 3 days);
        } else {
            _cancel(id);
        }
    }

    function _hold(uint256 id, uint256 until) private {
        vm.prank(governance); // a guardian's heartbeat would end on the way
        engine.hold(_ids(id), until, "suspect");
    }

    function _cancel(uint256 id) private {
        vm.prank(governance);
        engine.cancel(_ids(id), "stolen");
    }

    function _tryClaim(address account) private {
        try adapter.claimLockedFunds(address(token), account) {} catch {}
    }

    function _check() private view {
        uint256 locked = engine.lockedInClaims(address(token));
        assertEq(token.balanceOf(address(adapter)), 0, "the adapter keeps nothing");
        assertEq(token.balanceOf(address(hub)), locked, "each claim is backed");
        assertEq(token.balanceOf(address(bank)) + locked + _paid(alice) + _paid(bob), 2 * HAD, "the sum");
        uint256 owed = bank.balance(address(token), alice) + bank.balance(address(token), bob);
        assertGe(token.balanceOf(address(bank)), owed, "the bank can pay what it owes");
    }
}
