// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapCorridor} from "../../../contracts/guards/caps/CapCorridor.sol";
import {CapSource} from "../../../contracts/guards/caps/CapSource.sol";
import {ICaps} from "../../../contracts/guards/caps/ICaps.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {CapsTest, Source} from "./CapsTest.sol";

/// @title A cap that follows volatility: down fast, up slowly, and never up without an answer
/// @dev base 1,000 at 50 %, between 500 and 2,000; in a day up a tenth, down a fifth; answers at most an hour old.
contract CapSourceTest is CapsTest {
    uint256 private constant TARGET = 5000;
    uint256 private constant MAX_AGE = 1 hours;

    function setUp() public override {
        super.setUp();
        _govern(abi.encodeCall(engine.setCapSource, (BORROW, asset, _follow(address(source), CAP, TARGET, MAX_AGE))));
        _say(TARGET);
    }

    function _say(uint256 bps) private {
        source.set(bps, _now());
    }

    function _sync() private {
        vm.prank(keeper);
        engine.syncCap(BORROW, asset);
    }

    /// @dev The volatility is said afresh after the time has passed.
    function _syncAfter(uint256 time, uint256 bps) private returns (uint256) {
        _sayAfter(time, bps);
        _sync();
        return engine.capOf(BORROW, asset);
    }

    function _sayAfter(uint256 time, uint256 bps) private {
        skip(time);
        _say(bps);
    }

    function _expectNothing() private {
        vm.expectRevert(abi.encodeWithSelector(ICaps.NothingToSync.selector, BORROW, asset));
    }

    // ---------------------------------------------------------------- following

    function test_AtTheTargetNothingMoves() public {
        _expectNothing();
        _sync();
    }

    function test_DownFastAndUpSlowly() public {
        _say(10_000);
        vm.expectEmit();
        emit ICaps.CapSynced(BORROW, asset, CAP, 800 * UNIT, 10_000);
        _sync();
        _assertCap(BORROW, 800 * UNIT);
        assertEq(_syncAfter(INTERVAL, 10_000), 640 * UNIT);
        assertEq(_syncAfter(INTERVAL, 10_000), 512 * UNIT);
        assertEq(_syncAfter(INTERVAL, 10_000), FLOOR);
        assertEq(_syncAfter(INTERVAL, TARGET), 550 * UNIT);
        assertEq(_syncAfter(5 * INTERVAL, TARGET), 605 * UNIT);
    }

    function test_ItStopsAtWhatTheSourceAsksFor() public {
        assertEq(_syncAfter(0, 5500), 909.091 ether); // 909.0909…, rounded to where it comes from
        assertEq(_syncAfter(INTERVAL, 5050), 990.099 ether);
        _expectNothing();
        _sync();
    }

    function test_ItStaysInTheCorridor() public {
        for (uint256 i; i < 10; ++i) {
            _syncAfter(INTERVAL, 1);
            if (engine.capOf(BORROW, asset) == CEILING) break;
        }
        _assertCap(BORROW, CEILING);
        _sayAfter(INTERVAL, 1);
        _expectNothing();
        _sync();
        for (uint256 i; i < 10; ++i) {
            if (_syncAfter(INTERVAL, type(uint256).max) == FLOOR) break;
        }
        _assertCap(BORROW, FLOOR);
        _sayAfter(INTERVAL, type(uint256).max);
        _expectNothing();
        _sync();
    }

    /// S44: a hundred syncs in a block are one, and a part of the interval is that part of the step.
    function test_S44_TheMoveIsInProportionToTheTime() public {
        assertEq(_syncAfter(0, 1), 1100 * UNIT);
        for (uint256 i; i < 100; ++i) {
            (bool done,) = address(engine).call(abi.encodeCall(engine.syncCap, (BORROW, asset)));
            assertFalse(done);
        }
        assertEq(_syncAfter(INTERVAL / 2, 1), 1155 * UNIT);
        assertEq(_syncAfter(INTERVAL / 4, 10_000), 1097.25 ether);
        assertEq(engine.capCorridor(BORROW, asset).movedAt(), _now());
    }

    /// Over any time a source raises a cap at most by (1 + up) · e^(up · T / interval), however often it is asked; and
    /// it lowers one by at most `down` of itself an interval. The exponential's bound here is its series, from below.
    function testFuzz_S44_AnyTimeMovesACapWithinItsPace(uint256 seed) public {
        uint256 start = _now();
        uint256 cap = CAP;
        for (uint256 i; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 time = seed % 3 == 0 ? seed >> 8 & 0xff : (seed >> 8) % (2 * INTERVAL);
            uint256 last = engine.capCorridor(BORROW, asset).movedAt();
            skip(time);
            _say(1 + (seed >> 64) % 12_000);
            if (seed >> 90 & 3 == 0) source.set(1, 1);
            bool answered = seed >> 90 & 3 != 0;
            (bool done,) = address(engine).call(abi.encodeCall(engine.syncCap, (BORROW, asset)));
            uint256 now_ = engine.capOf(BORROW, asset);
            assertTrue(done || now_ == cap);
            uint256 elapsed = _now() - last < INTERVAL ? _now() - last : INTERVAL;
            assertLe(now_ * 10 * INTERVAL, cap * (10 * INTERVAL + (answered ? elapsed : 0)));
            assertGe(now_ * 10 * INTERVAL, cap * (10 * INTERVAL - (answered ? 2 : 1) * elapsed));
            cap = now_;
            uint256 x = (_now() - start) * 1e18 / (10 * INTERVAL);
            uint256 series = 1e18 + x + x * x / 2e18 + x * x / 1e18 * x / 6e18;
            uint256 rest = x * x / 1e18 * x / 1e18 * x / 8e18;
            assertLe(cap * 10 / 11, CAP * (series + rest) / 1e18 + 1);
            assertTrue(cap >= FLOOR && cap <= CEILING);
        }
    }

    // ---------------------------------------------------------------- no answer

    /// Without an answer the cap falls at the slow pace; an answer makes it rise again.
    function test_AStaleAnswerLowersSlowly() public {
        _say(1);
        skip(MAX_AGE);
        _sync();
        assertEq(engine.capOf(BORROW, asset), 1100 * UNIT);
        skip(INTERVAL);
        vm.expectEmit();
        emit ICaps.CapSynced(BORROW, asset, 1100 * UNIT, 990 * UNIT, 0);
        _sync();
        source.set(1, _now() - MAX_AGE - 1);
        skip(INTERVAL);
        _sync();
        assertEq(engine.capOf(BORROW, asset), 891 * UNIT);
        assertEq(_syncAfter(INTERVAL, 1), 980.1 ether);
    }

    function test_AnAnswerThatCannotBeUsedLowersSlowly() public {
        uint256 expected = CAP;
        for (uint256 i; i < 6; ++i) {
            skip(INTERVAL);
            _say(1);
            if (i == 0) source.set(1, _now() + 1);
            if (i == 1) source.set(0, _now());
            if (i == 2) source.fail(Source.Fault.REVERTS);
            if (i == 3) source.fail(Source.Fault.BURNS_GAS);
            if (i == 4) source.fail(Source.Fault.SHORT);
            if (i == 5) vm.etch(address(source), "");
            _sync();
            expected = expected * 9 / 10;
            if (expected < FLOOR) expected = FLOOR;
            assertApproxEqAbs(engine.capOf(BORROW, asset), expected, 0.01 ether);
        }
        assertApproxEqAbs(engine.capOf(BORROW, asset), 531.441 ether, 0.01 ether);
        skip(INTERVAL);
        _sync();
        _assertCap(BORROW, FLOOR);
    }

    function test_AnAnswerOfManyWordsIsReadAsTwo() public {
        _say(1);
        source.fail(Source.Fault.LONG);
        _sync();
        assertEq(engine.capOf(BORROW, asset), 1100 * UNIT);
    }

    /// S42: who gives the call too little gas to ask the source cannot make it look dead.
    function test_S42_ACallerCannotStarveTheSource() public {
        _say(1);
        (bool done, bytes memory reason) =
            address(engine).call{gas: 305_000}(abi.encodeCall(engine.syncCap, (BORROW, asset)));
        assertFalse(done);
        assertEq(bytes4(reason), ICaps.GasTooLow.selector);
        for (uint256 gas_ = 20_000; gas_ < 400_000; gas_ += 10_000) {
            (done,) = address(engine).call{gas: gas_}(abi.encodeCall(engine.syncCap, (BORROW, asset)));
            if (done) break;
        }
        assertEq(engine.capOf(BORROW, asset), 1100 * UNIT);
    }

    // ---------------------------------------------------------------- cuts, stewards, governance

    function test_UnderACutItFallsAndDoesNotRise() public {
        uint256 until = _cut(guardian, BORROW, 600 * UNIT, 1 days);
        _say(1);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CutIsLive.selector, BORROW, asset, until));
        _sync();
        _say(10_000);
        _sync();
        assertEq(engine.capWord(BORROW, asset).standing(), 800 * UNIT);
        _assertCap(BORROW, 600 * UNIT);
    }

    function test_ACapFollowsASourceOrAStewardNotBoth() public {
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapNotMovable.selector, BORROW, asset));
        _step(CAP + UNIT);
        _govern(abi.encodeCall(engine.setCapSource, (BORROW, asset, CapSource.wrap(0))));
        _step(CAP + UNIT);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapNotMovable.selector, BORROW, asset));
        _sync();
    }

    function test_GovernanceStopsASourceAtOnce() public {
        vm.prank(governance);
        engine.setCapCorridor(BORROW, asset, CapCorridor.wrap(0));
        _say(10_000);
        vm.expectRevert(abi.encodeWithSelector(ICaps.CapNotMovable.selector, BORROW, asset));
        _sync();
    }

    function test_WhatGovernanceLoweredStaysLowered() public {
        _set(BORROW, 700 * UNIT);
        _sayAfter(INTERVAL, 1);
        _expectNothing();
        _sync();
        _set(BORROW, 0);
        _sayAfter(INTERVAL, 1);
        _expectNothing();
        _sync();
    }

    function test_SettingASourceIsALoosening() public {
        CapSource same = engine.capSource(BORROW, asset);
        CapSource[2] memory settings = [same, CapSource.wrap(0)];
        for (uint256 i; i < 2; ++i) {
            _expectDelayed(engine.setCapSource.selector);
            vm.prank(governance);
            engine.setCapSource(BORROW, asset, settings[i]);
        }
        _expectUnauthorised(guardian, Rank.GOVERNANCE);
        vm.prank(guardian);
        engine.setCapSource(BORROW, asset, CapSource.wrap(0));
        bytes memory call = abi.encodeCall(engine.setCapSource, (BORROW, asset, CapSource.wrap(0)));
        _announce(call);
        vm.expectEmit();
        emit ICaps.CapSourceSet(BORROW, asset, same, CapSource.wrap(0));
        _execute(call);
    }

    function test_ASourceThatMakesNoSenseIsRefused() public {
        address at = address(source);
        CapSource[5] memory bad = [
            _follow(alice, CAP, TARGET, MAX_AGE),
            _follow(at, 0, TARGET, MAX_AGE),
            _follow(at, CAP, 0, MAX_AGE),
            _follow(at, CAP, TARGET, 0),
            CapSource.wrap(CapSource.unwrap(_follow(at, CAP, TARGET, MAX_AGE)) | 1 << 241)
        ];
        for (uint256 i; i < 5; ++i) {
            _refused(abi.encodeCall(engine.setCapSource, (BORROW, asset, bad[i])), ICaps.InvalidCapSource.selector);
        }
        CapSource good = _follow(at, CAP, TARGET, MAX_AGE);
        _refused(abi.encodeCall(engine.setCapSource, (SUPPLY, asset, good)), ICaps.CapNotMovable.selector);
    }

    /// Down is never slower than up, whichever of the two is set last.
    function test_ASourceWantsACorridorThatFallsFaster() public {
        CapCorridor equal = _corridor(FLOOR, CEILING, 2000, 2000, INTERVAL);
        CapCorridor slower = _corridor(FLOOR, CEILING, 2001, 2000, INTERVAL);
        _refused(abi.encodeCall(engine.setCapCorridor, (BORROW, asset, slower)), ICaps.InvalidCorridor.selector);
        _govern(abi.encodeCall(engine.setCapCorridor, (BORROW, asset, equal)));
        _govern(abi.encodeCall(engine.setCapCorridor, (SUPPLY, asset, slower)));
        CapSource good = _follow(address(source), CAP, TARGET, MAX_AGE);
        _refused(abi.encodeCall(engine.setCapSource, (SUPPLY, asset, good)), ICaps.InvalidCorridor.selector);
    }

    function _refused(bytes memory call, bytes4 why) private {
        _announce(call);
        vm.prank(keeper);
        (bool done, bytes memory reason) = address(engine).call(abi.encodeCall(engine.execute, (call)));
        assertFalse(done);
        assertEq(bytes4(reason), why);
    }
}
