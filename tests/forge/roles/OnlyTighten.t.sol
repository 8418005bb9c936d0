// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guard, Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title OnlyTighten: no sequence of calls by hostile fast ranks loosens anything
/// @dev The test is its own handler. Before and after each hostile call everything that could be loosened is read; time
/// does not pass in between, so that whatever became looser was loosened by the call.
/// forge-config: default.invariant.runs = 24
/// forge-config: heavy.invariant.runs = 10000
/// forge-config: default.invariant.depth = 60
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: default.isolate = true
contract OnlyTightenTest is EngineTest {
    struct Seen {
        uint256[16] closedUntil;
        uint256 available;
        uint256[3] lockedUntil;
        uint256[4] readyAt;
        bytes32 fixedParts;
    }

    uint256 public done;
    uint256 public hostileCalls;

    function setUp() public override {
        super.setUp();
        for (uint256 i; i < 3; ++i) {
            _claimOf(alice);
        }
        vm.prank(governance);
        engine.setMinDepositAge(1 hours);
        targetContract(address(this));
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = this.hostile.selector;
        selectors[1] = this.hostile.selector;
        selectors[2] = this.governed.selector;
        selectors[3] = this.used.selector;
        selectors[4] = this.wait.selector;
        targetSelector(address(this), selectors);
    }

    // ---------------------------------------------------------------- steps

    function wait(uint256 time) external {
        skip(time % 5 hours);
        if (time % 3 == 0) return;
        vm.prank(guardian);
        _try(abi.encodeCall(engine.heartbeat, ()));
        vm.prank(sentinel);
        _try(abi.encodeCall(engine.heartbeat, ()));
    }

    /// Governance and a user act now and then, so that there is something to loosen.
    function governed(uint256 random) external {
        uint256 kind = random % 5;
        vm.prank(governance);
        if (kind == 0) _try(abi.encodeCall(engine.pause, (uint16(random >> 8), 1 + (random >> 40) % 3 days, "")));
        if (kind == 1) _try(abi.encodeCall(engine.raiseLevel, (Level(1 + (random >> 8) % 4), 0, "")));
        if (kind == 2) _try(abi.encodeCall(engine.lowerLevel, (Level.NORMAL, "")));
        if (kind == 3) _try(abi.encodeCall(engine.lock, (_subject(random >> 8), 1 + (random >> 40) % 3 days, 0, "")));
        if (kind == 4) _try(abi.encodeCall(engine.schedule, (_loosening(random >> 8))));
    }

    function used(uint256 amount) external {
        vm.prank(alice);
        (bool paid,) = address(host).call(abi.encodeCall(host.withdraw, (address(token), amount % LIMIT, alice)));
        if (paid) ++done;
    }

    function hostile(uint256 random, bytes memory junk) external {
        Seen memory before = _seen();
        address by = [sentinel, guardian, attacker][random % 3];
        bytes memory call = _call(random >> 8, junk);
        vm.prank(by);
        if (_try(call)) ++done;
        ++hostileCalls;
        _isNoLooser(before, _seen());
    }

    function invariant_OnlyTighten() public view {
        assertEq(engine.governance(), governance);
        assertEq(uint256(engine.rankOf(attacker)), 0);
        assertEq(token.balanceOf(attacker) + token.balanceOf(guardian) + token.balanceOf(sentinel), 0);
        assertGe(token.balanceOf(address(engine)), engine.lockedInClaims(address(token)));
    }

    // ---------------------------------------------------------------- what can be called

    function _call(uint256 random, bytes memory junk) private view returns (bytes memory) {
        uint256 kind = random % 12;
        random >>= 8;
        uint256 duration = random % 2 days;
        if (kind < 2) return abi.encodeCall(engine.pause, (uint16(random >> 40), duration, ""));
        if (kind < 4) return abi.encodeCall(engine.raiseLevel, (Level((random >> 40) % 5), duration, ""));
        if (kind == 4) return abi.encodeCall(engine.lock, (_subject(random >> 40), duration, 1, ""));
        if (kind == 5) return abi.encodeCall(engine.hold, (_ids((random >> 40) % 5), random % (T0 * 2), ""));
        if (kind == 6) return abi.encodeCall(engine.cleanUp, (Rank(1 + (random >> 40) % 3)));
        if (kind == 7) return abi.encodeCall(engine.veto, (keccak256(_loosening(random))));
        if (kind == 8) return abi.encodeCall(engine.heartbeat, ());
        if (kind == 9) return _loosening(random);
        if (kind == 10) return abi.encodeCall(engine.schedule, (_loosening(random)));
        return bytes.concat(bytes4(_loosening(random)), junk);
    }

    function _loosening(uint256 random) private view returns (bytes memory) {
        bytes[16] memory calls = [
            abi.encodeCall(engine.unpause, (Op.ALL, "")),
            abi.encodeCall(engine.lowerLevel, (Level.NORMAL, "")),
            abi.encodeCall(engine.unlock, (_subject(random >> 8), "")),
            abi.encodeCall(engine.setHolder, (attacker, Rank.GUARDIAN)),
            abi.encodeCall(engine.setGovernance, (attacker)),
            abi.encodeCall(engine.setRankLimits, (Rank.SENTINEL, _pack(_guardianPowers()))),
            abi.encodeCall(engine.setLimit, (address(token), OutflowWord.wrap(uint256(3) << 253))),
            abi.encodeCall(engine.setDelay, (bytes4(0), 0)),
            abi.encodeCall(engine.setExpiry, (365 days)),
            abi.encodeCall(engine.abdicate, (engine.unpause.selector)),
            abi.encodeCall(engine.setSettlement, (1, MAX_HOLD)),
            abi.encodeCall(engine.release, (_ids((random >> 8) % 5), "")),
            abi.encodeCall(engine.cancel, (_ids((random >> 8) % 5), "")),
            abi.encodeCall(engine.setLevelRules, (0)),
            abi.encodeCall(engine.setMinDepositAge, (0)),
            abi.encodeCall(engine.setShadow, (Guard(random >> 8 & 3), true))
        ];
        return calls[random % 16];
    }

    function _subject(uint256 random) private view returns (bytes32) {
        if (random % 3 == 0) return engine.accountSubject(alice);
        return random % 3 == 1 ? engine.assetSubject(address(token)) : engine.positionSubject(bytes32(0));
    }

    function _try(bytes memory call) private returns (bool ok) {
        (ok,) = address(engine).call(call);
    }

    // ---------------------------------------------------------------- what can be loosened

    function _seen() private view returns (Seen memory s) {
        for (uint256 i; i < 16; ++i) {
            s.closedUntil[i] = engine.pausedUntil(uint16(1 << i));
        }
        s.available = engine.available(address(token));
        for (uint256 i; i < 3; ++i) {
            (s.lockedUntil[i],) = engine.lockOf(_subject(i));
        }
        for (uint256 i; i < 4; ++i) {
            s.readyAt[i] = engine.claim(i).readyAt;
        }
        bytes32 roles = keccak256(abi.encode(engine.governance(), engine.rankOf(attacker), engine.rankOf(alice)));
        RankLimits a = engine.rankLimits(Rank.SENTINEL);
        RankLimits b = engine.rankLimits(Rank.GUARDIAN);
        (uint256 delay, uint256 maxHold) = engine.settlement();
        bytes32 delays = keccak256(abi.encode(engine.delayOf(bytes4(0)), engine.overrideExpiry(), delay, maxHold));
        bytes32 rest = keccak256(abi.encode(engine.levelRules(), engine.minDepositAge(), engine.inShadow(Guard.PAUSE)));
        s.fixedParts = keccak256(abi.encode(roles, a, b, delays, rest, engine.inShadow(Guard.OUTFLOW)));
    }

    function _isNoLooser(Seen memory a, Seen memory b) private view {
        for (uint256 i; i < 16; ++i) {
            assertTrue(b.closedUntil[i] >= a.closedUntil[i] || a.closedUntil[i] <= _now(), "an operation opened");
        }
        assertLe(b.available, a.available, "more is available");
        for (uint256 i; i < 3; ++i) {
            assertGe(b.lockedUntil[i], a.lockedUntil[i], "a lock was shortened");
        }
        for (uint256 i; i < 4; ++i) {
            assertGe(b.readyAt[i], a.readyAt[i], "a claim became ready sooner");
        }
        assertEq(a.fixedParts, b.fixedParts, "the policy changed");
    }
}
