// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {Mode} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Step} from "./OutflowHost.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title A limit that follows a base which a caller cannot move (S3, S44)
/// forge-config: default.isolate = true
contract RelativeTest is OutflowTest {
    uint128 private constant BASE = 10_000e18;
    uint16 private constant TENTH = 1000;

    event BaseSynced(address indexed asset, uint256 previousBase, uint256 base, uint256 limit);
    event RelativeLimitSet(address indexed asset, uint256 bps, uint256 growthBps, uint256 base);

    function setUp() public override {
        super.setUp();
        host.setRelativeLimit(token, TENTH, TENTH, BASE);
        host.setBase(token, BASE);
    }

    function _base() private view returns (uint256 base) {
        (,,, base) = host.relativeLimit(token);
    }

    function _sync() private {
        host.syncBase(token);
    }

    function test_TheLimitIsItsShareOfTheBase() public {
        assertEq(host.outflowWord(token).limit(), L);
        _leavesExactly(L);
    }

    /// S3: nine times the deposits in front of the thief do not raise what he may take.
    function test_S3_AnInflatedBaseMovesByTheGrowthOfTheElapsedTimeAlone() public {
        skip(1 hours);
        host.setBase(token, 10 * uint256(BASE));
        uint256 before = host.available(token);
        _sync();
        assertEq(_base(), BASE + uint256(BASE) / 240);
        assertEq(host.available(token), before);
        _leavesExactly(before);
    }

    /// S3: a loan deposited, the base synced, the loan withdrawn, every hour: the base would follow the loan.
    function test_S3_NoSyncInATransactionThatMovedTheAsset() public {
        skip(1 hours);
        bytes memory change = abi.encodeCall(host.syncBase, (token));
        for (int256 first = -1; first <= 1; first += 2) {
            vm.expectRevert("change failed");
            host.runAround(_steps(first), change, _steps(-first));
        }
        // in and out again is nothing net, and the loan may still stand in what is measured
        Step[] memory both = _steps(1, -1);
        vm.expectRevert("change failed");
        host.runAround(both, change, both);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.SyncAfterFlow.selector, token));
        host.moveAndSync(token, 1);
        Step[] memory other = new Step[](1);
        other[0] = _step(address(7), 1);
        host.runAround(other, change, other);
    }

    function test_S3_AFallingBaseFallsBySteps() public {
        skip(W);
        host.setBase(token, 0);
        _sync();
        assertEq(_base(), uint256(BASE) * 9 / 10);
        assertEq(host.outflowWord(token).limit(), L * 9 / 10);
        assertEq(host.available(token), L * 9 / 10);
    }

    function test_AStepCountsOneWindowAtMost() public {
        skip(50 * W);
        host.setBase(token, 10 * uint256(BASE));
        _sync();
        assertEq(_base(), uint256(BASE) * 11 / 10);
    }

    function test_TheBaseStopsAtWhatIsMeasured() public {
        skip(W);
        host.setBase(token, BASE + 7);
        vm.expectEmit(guards);
        emit BaseSynced(token, BASE, BASE + 7, L);
        _sync();
        assertEq(_base(), BASE + 7);
        skip(W);
        host.setBase(token, BASE - 7);
        _sync();
        assertEq(_base(), BASE - 7);
    }

    /// S44: the interval, one second before, at, and one after.
    function test_S44_TheSyncIntervalToTheSecond() public {
        skip(1 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.SyncTooSoon.selector, token, START + 1 hours));
        _sync();
        skip(1);
        _sync();
        vm.expectRevert(abi.encodeWithSelector(IOutflow.SyncTooSoon.selector, token, START + 2 hours));
        _sync();
        skip(1 hours + 1);
        _sync();
    }

    /// S44: a hundred calls in one block are one step, and hourly steps come to e^growth a window.
    function test_S44_ManyStepsAreNoMoreThanTheirTime() public {
        host.setBase(token, 10 * uint256(BASE));
        skip(1 hours);
        _sync();
        uint256 once = _base();
        for (uint256 i; i < 100; ++i) {
            vm.expectPartialRevert(IOutflow.SyncTooSoon.selector);
            _sync();
        }
        assertEq(_base(), once);
        for (uint256 i = 1; i < 24; ++i) {
            skip(1 hours);
            _sync();
        }
        assertGt(_base(), uint256(BASE) * 11_000 / 10_000);
        assertLt(_base(), uint256(BASE) * 11_052 / 10_000);
    }

    /// A sync must not forgive what went out on credit: with live credit that would be a fresh credit every hour.
    function test_ASyncDoesNotForgiveWhatWentOutOnCredit() public {
        Config memory c = _withCredit(10);
        _set(c);
        _in(100 * L);
        _passes(2 * L);
        uint256 out = 2 * L;
        for (uint256 i = 1; i <= 24; ++i) {
            skip(1 hours);
            _sync();
            uint256 more = host.available(token);
            if (more != 0) _passes(more);
            out += more;
            assertLe(out, L + L * i / 24 + L, "beyond the bound");
        }
    }

    /// A base that swings is no way around it either.
    function test_ABaseThatSwingsForgivesNothing() public {
        _set(_withCredit(10));
        uint256 out;
        for (uint256 i; i <= 48; ++i) {
            if (i != 0) skip(1 hours);
            host.setBase(token, i % 2 == 0 ? 10 * uint256(BASE) : 0);
            if (i != 0) _sync();
            _in(100 * L);
            uint256 more = host.available(token);
            if (more != 0) _passes(more);
            out += more;
            assertLe(out, L + L * i / 24 + L * 101 / 100, "beyond the bound of the largest limit");
        }
    }

    /// A sync every hour must not starve a limit of few units: the fraction of a unit is kept.
    function test_S8_ASyncKeepsTheFractionOfAUnit() public {
        Config memory c = _plain();
        (c.mantissa, c.exponent) = (10, 0);
        _set(c);
        host.setRelativeLimit(token, 1, 0, 100_000);
        host.setBase(token, 100_000);
        _passes(10);
        for (uint256 i = 1; i <= 24; ++i) {
            skip(1 hours);
            _sync();
            assertEq(host.available(token), i * 10 / 24);
        }
    }

    function test_ASyncLeavesTheLifeOfTheCredit() public {
        _set(_withCredit(5));
        _in(L);
        skip(W / 2);
        _sync();
        assertEq(host.available(token), L + L / 4);
    }

    /// Governance lowers the limit at once; nobody may raise it again by a sync.
    function test_ALimitThatIsLoweredStaysLowered() public {
        Config memory c = _plain();
        c.mantissa = 100;
        vm.expectEmit(guards);
        emit RelativeLimitSet(token, 100, TENTH, BASE);
        _set(c);
        skip(1 hours);
        _sync();
        assertEq(host.outflowWord(token).limit(), L / 10);
        c.mantissa = 100;
        c.minutes_ = 2880;
        _set(c);
        (uint256 bps,,,) = host.relativeLimit(token);
        assertEq(bps, 100, "a limit that stays the same does not change its share");
    }

    /// The cut to 20 bits is no lowering.
    function test_TheSameLimitLeavesTheShare() public {
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.minutes_) = (1_048_576 - 1, 1, 2880);
        host.setRelativeLimit(token, 10_000, 0, 10_485_759);
        _set(c);
        (uint256 bps,,,) = host.relativeLimit(token);
        assertEq(bps, 10_000);
    }

    /// A limit above its share that is lowered, to one still above, must not raise the share.
    function test_LoweringNeverRaisesTheShare() public {
        Config memory c = _plain();
        c.mantissa = 2000;
        _set(c);
        c.mantissa = 1500;
        _set(c);
        (uint256 bps,,,) = host.relativeLimit(token);
        assertEq(bps, TENTH);
    }

    function test_ABaseThatFellToNothingCanBeConfigured() public {
        host.setRelativeLimit(token, TENTH, 10_000, BASE);
        host.setBase(token, 0);
        skip(W);
        _sync();
        assertEq(_base(), 0);
        assertEq(host.available(token), 0);
        Config memory c = _plain();
        _set(c);
        c.mantissa = 10;
        _set(c);
        assertEq(host.outflowWord(token).limit(), 10 * TOKEN);
    }

    function test_ALimitThatIsRaisedReturnsToItsShare() public {
        Config memory c = _plain();
        c.mantissa = 2000;
        _set(c);
        skip(1 hours);
        _sync();
        assertEq(host.outflowWord(token).limit(), L);
    }

    function test_RevertIf_NothingToFollow() public {
        vm.expectRevert(abi.encodeWithSelector(IOutflow.NotRelative.selector, address(7)));
        host.syncBase(address(7));
        host.setRelativeLimit(token, 0, 0, 0);
        skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.NotRelative.selector, token));
        _sync();
        assertEq(host.outflowWord(token).limit(), L, "the limit stays");
    }

    function test_RevertIf_UnlimitedWithoutAWindow() public {
        Config memory c;
        c.mode = Mode.UNLIMITED;
        for (uint256 i; i < 2; ++i) {
            if (i == 1) (c.mantissa, c.exponent) = (1000, 18); // no lower limit: its share of the base stands
            _set(c);
            skip(1 hours);
            vm.expectRevert(abi.encodeWithSelector(IOutflow.NotRelative.selector, token));
            _sync();
            host.setLimit(token, _word(_plain()));
            host.setRelativeLimit(token, TENTH, TENTH, BASE);
        }
    }

    /// The smallest share that there is, lowered, is none.
    function test_ALoweredShareOfOneBasisPointIsLowered() public {
        host.setRelativeLimit(token, 1, TENTH, BASE);
        assertEq(host.outflowWord(token).limit(), TOKEN);
        Config memory c = _plain();
        c.mantissa = 0;
        _set(c);
        (uint256 bps,,,) = host.relativeLimit(token);
        assertEq(bps, 0);
    }

    function test_RevertIf_ShareOrGrowthAboveOneOrBaseZero() public {
        bytes memory invalid = abi.encodeWithSelector(IOutflow.InvalidLimit.selector, token);
        host.setRelativeLimit(token, 10_000, 10_000, 1);
        vm.expectRevert(invalid);
        host.setRelativeLimit(token, 10_001, 0, BASE);
        vm.expectRevert(invalid);
        host.setRelativeLimit(token, TENTH, 10_001, BASE);
        vm.expectRevert(invalid);
        host.setRelativeLimit(token, TENTH, TENTH, 0);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, address(7)));
        host.setRelativeLimit(address(7), TENTH, TENTH, BASE);
    }

    /// The largest limit that fits, and the first that does not.
    function test_S12_TheLargestBase() public {
        uint256 most = (1 << 118) / W;
        uint256 unit = 10 ** 25;
        uint128 fits = uint128((most / unit) * unit);
        host.setRelativeLimit(token, 10_000, 0, fits);
        assertEq(host.outflowWord(token).limit(), fits);
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, token));
        host.setRelativeLimit(token, 10_000, 0, uint128(fits + unit));
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, token));
        host.setRelativeLimit(token, 10_000, 0, 5e37); // the exponent has five bits, and this wants the sixth
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, token));
        host.setRelativeLimit(token, 10_000, 0, type(uint128).max);
    }

    /// A share is rounded down to the 20 bits of the mantissa, at 2^20 for the first time.
    function test_TheLimitIsRoundedDown() public {
        uint128[4] memory bases = [uint128((1 << 20) - 1), 1 << 20, 10_485_759, 10_485_760];
        uint256[4] memory limits = [uint256((1 << 20) - 1), 1_048_570, 10_485_750, 10_485_700];
        for (uint256 i; i < 4; ++i) {
            host.setRelativeLimit(token, 10_000, 0, bases[i]);
            assertEq(host.outflowWord(token).limit(), limits[i]);
        }
    }

    /// S9: the time of the last sync wraps in 2106 like every other.
    function test_S9_TheIntervalHoldsWhen32BitsWrap() public {
        vm.warp((1 << 32) - 100);
        _sync();
        vm.warp((1 << 32) + 3499);
        vm.expectPartialRevert(IOutflow.SyncTooSoon.selector);
        _sync();
        vm.warp((1 << 32) + 3500);
        _sync();
        vm.warp((1 << 32) + 3501);
        vm.expectPartialRevert(IOutflow.SyncTooSoon.selector);
        _sync();
    }
}
