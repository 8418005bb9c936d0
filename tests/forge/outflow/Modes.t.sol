// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision, Guard} from "../../../contracts/guards/Types.sol";
import {Vm} from "../base/Vm.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title Unset, zero, unlimited, and what an answer is; extremes; zero amounts (S12, S13, S19)
/// forge-config: default.isolate = true
contract ModesTest is OutflowTest {
    address private unset = makeAddr("unset");

    event GuardDecision(
        Guard indexed guard,
        Decision decision,
        address indexed account,
        address indexed asset,
        uint256 amount,
        uint16 operation,
        bool shadow
    );
    event LimitSet(address indexed asset, OutflowWord previous, OutflowWord word);

    function _mode(Mode mode) private {
        Config memory c = _plain();
        c.mode = mode;
        _set(c);
    }

    function test_S13_UnsetFailsClosed() public {
        assertEq(host.available(unset), 0);
        assertEq(host.retryAt(unset, 1), MAX);
        vm.expectRevert(abi.encodeWithSelector(OutflowCore.AssetNotConfigured.selector, unset));
        host.payOut(unset, 1);
        host.takeIn(unset, MAX);
        assertEq(OutflowWord.unwrap(host.outflowWord(unset)), 0, "what comes in is not metered");
    }

    function test_S13_ZeroRefusesEverything() public {
        Config memory c = _plain();
        c.mantissa = 0;
        _set(c);
        _leavesExactly(0);
        skip(3650 days);
        _refuses(1);
        assertEq(host.retryAt(token, 1), MAX);
        c.mode = Mode.LIMITED_REVERT;
        _set(c);
        vm.expectRevert(abi.encodeWithSelector(OutflowCore.OutflowLimitExceeded.selector, token, 1, 0, MAX));
        _out(1);
    }

    function test_S13_UnlimitedPassesEverythingAndWritesNothing() public {
        _mode(Mode.UNLIMITED);
        bytes32 before = bytes32(OutflowWord.unwrap(host.outflowWord(token)));
        assertEq(host.available(token), MAX);
        assertEq(host.retryAt(token, MAX), _now());
        _passes(MAX);
        _in(MAX);
        skip(1);
        _passes(1);
        assertEq(bytes32(OutflowWord.unwrap(host.outflowWord(token))), before);
        host.setShare(0, false);
        _passes(1);
    }

    function test_RevertModeTellsWhatFitsAndWhen() public {
        _mode(Mode.LIMITED_REVERT);
        _passes(L / 2);
        bytes memory expected =
            abi.encodeWithSelector(OutflowCore.OutflowLimitExceeded.selector, token, L / 2 + 1, L / 2, _now() + 1);
        vm.expectRevert(expected);
        _out(L / 2 + 1);
        _passes(L / 2);
    }

    function test_QueueModeAnswersAndEmits() public {
        vm.expectEmit(guards);
        emit GuardDecision(Guard.OUTFLOW, Decision.QUEUE, address(this), token, L + 1, 0, false);
        assertTrue(host.payOut(token, L + 1) == Decision.QUEUE);
        vm.recordLogs();
        _passes(L);
        assertEq(vm.getRecordedLogs().length, 0, "a plain pass is silent");
    }

    /// S19: neither state nor time nor an event.
    function test_S19_ZeroChangesNothing() public {
        _set(_withCredit(5));
        _in(L / 4);
        _passes(L / 2);
        bytes32 before = bytes32(OutflowWord.unwrap(host.outflowWord(token)));
        skip(100);
        vm.recordLogs();
        _in(0);
        _passes(0);
        assertEq(vm.getRecordedLogs().length, 0);
        host.setShare(0, false);
        vm.recordLogs();
        _passes(0);
        assertTrue(host.payOut(unset, 0) == Decision.PASS);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(bytes32(OutflowWord.unwrap(host.outflowWord(token))), before);
        assertEq(host.retryAt(unset, 0), _now());
    }

    function test_ARefusalChangesNothing() public {
        _passes(L / 2);
        bytes32 before = bytes32(OutflowWord.unwrap(host.outflowWord(token)));
        skip(100);
        _refuses(L);
        assertEq(bytes32(OutflowWord.unwrap(host.outflowWord(token))), before);
    }

    function test_ShadowPassesAndEmitsWhatItWouldHaveDone() public {
        host.setShadow(Guard.OUTFLOW, true);
        assertEq(host.available(token), MAX);
        assertEq(host.retryAt(token, MAX), _now());
        assertEq(host.available(unset), MAX);
        assertEq(host.retryAt(unset, 1), _now());
        vm.expectEmit(guards);
        emit GuardDecision(Guard.OUTFLOW, Decision.QUEUE, address(this), token, 2 * L, 0, true);
        _passes(2 * L);
        vm.expectEmit(guards);
        emit GuardDecision(Guard.OUTFLOW, Decision.REFUSE, address(this), unset, 1, 0, true);
        assertTrue(host.payOut(unset, 1) == Decision.PASS);
        _mode(Mode.LIMITED_REVERT);
        vm.expectEmit(guards);
        emit GuardDecision(Guard.OUTFLOW, Decision.REFUSE, address(this), token, 2 * L, 0, true);
        _passes(2 * L);
        vm.recordLogs();
        _passes(L);
        assertEq(vm.getRecordedLogs().length, 0, "what fits is charged as ever");
        host.setShadow(Guard.OUTFLOW, false);
        assertEq(host.available(token), 0);
    }

    function test_S12_TheLargestConfigurations() public {
        uint256[3][3] memory cases = [[uint256(553_844), 28, 1], [uint256(84_511), 24, 65_535], [uint256(1), 0, 65_535]];
        for (uint256 i; i < 3; ++i) {
            Config memory c = _withCredit(10);
            (c.mantissa, c.exponent, c.minutes_) = (cases[i][0], cases[i][1], cases[i][2]);
            (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (9, 255, 31);
            token = address(uint160(100 + i));
            _set(c);
            uint256 limit = c.mantissa * 10 ** c.exponent;
            _in(MAX);
            assertEq(host.availableForSmall(token), 2 * limit < 255e31 ? 2 * limit : 255e31);
            uint256 most = host.available(token);
            assertEq(most, limit - limit * 9 / 10 + limit);
            _passes(most);
            skip(3650 days);
            _in(MAX);
            _passes(most);
            assertEq(host.outflowWord(token).limit(), limit, "no field ran over");
            assertEq(host.outflowWord(token).window(), c.minutes_ * 60);
            _refuses(MAX);
            host.retryAt(token, MAX);
        }
    }

    function test_S12_RevertIf_TheLimitCouldRunOver() public {
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.minutes_) = (553_845, 28, 1);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, token));
        _set(c);
    }

    function test_SettingALimitTellsBothWords() public {
        OutflowWord previous = host.outflowWord(token);
        Config memory c = _plain();
        c.mantissa = 7;
        uint256 expected = OutflowWord.unwrap(_word(c)) | _now() << 119;
        vm.expectEmit(guards);
        emit LimitSet(token, previous, OutflowWord.wrap(expected));
        _set(c);
    }
}
