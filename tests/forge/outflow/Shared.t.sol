// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {Mode} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";
import {OutflowHost, Step} from "./OutflowHost.sol";

/// @title Several assets under one budget in a common unit (S15, S17)
/// forge-config: default.isolate = true
contract SharedTest is OutflowTest {
    address private usdc = makeAddr("6 decimals");
    address private wbtc = makeAddr("8 decimals");
    address private dai = makeAddr("18 decimals");
    address private ray = makeAddr("27 decimals");
    address private alone = makeAddr("not shared");

    event UnitRateSet(address indexed asset, uint256 previous, uint256 rate);

    /// @dev Each asset: 1,000 of its tokens a day, each worth one dollar of 18 decimals. The budget: 1,500 dollars.
    function setUp() public override {
        super.setUp();
        host.setUnitRate(BUDGET, 1e18);
        _configure(BUDGET, 1500, 18, false);
        _share(usdc, 6);
        _share(wbtc, 8);
        _share(dai, 18);
        _share(ray, 27);
        _configure(alone, 1000, 18, false);
    }

    function _share(address asset, uint256 decimals) private {
        host.setUnitRate(asset, 10 ** (36 - decimals));
        _configure(asset, 1000, decimals, true);
    }

    function _configure(address asset, uint256 mantissa, uint256 exponent, bool shared) private {
        Config memory c = _plain();
        (c.mantissa, c.exponent, c.shared) = (mantissa, exponent, shared);
        host.setLimit(asset, _word(c));
    }

    function _pays(address asset, uint256 amount) private returns (bool) {
        return host.payOut(asset, amount) == Decision.PASS;
    }

    function _spent() private view returns (uint256) {
        return host.outflowWord(BUDGET).usedAt(_now(), 1500e18) / W;
    }

    /// S17: each asset by itself first.
    function test_S17_OneAssetOverItsLimitLeavesTheOthers() public {
        assertTrue(_pays(usdc, 1000e6));
        assertFalse(_pays(usdc, 1));
        assertTrue(_pays(alone, L));
        assertTrue(_pays(dai, 500e18));
    }

    /// S17: and not beyond its own share of the budget.
    function test_S17_OneAssetCannotTakeTheWholeBudget() public {
        assertFalse(_pays(usdc, 1000e6 + 1));
        assertTrue(_pays(usdc, 1000e6));
        assertEq(host.available(dai), 500e18);
        assertFalse(_pays(dai, 500e18 + 1));
        assertTrue(_pays(dai, 500e18));
        assertEq(host.available(wbtc), 0);
        assertFalse(_pays(wbtc, 1));
        assertTrue(_pays(alone, L), "what does not share is untouched");
    }

    /// S15: every token of every size counts the same.
    function test_S15_EveryDecimalsCountTheSame() public {
        assertTrue(_pays(usdc, 300e6) && _pays(wbtc, 300e8) && _pays(dai, 300e18) && _pays(ray, 300e27));
        assertEq(_spent(), 1200e18);
        assertEq(host.available(usdc), 300e6);
        assertEq(host.available(wbtc), 300e8);
        assertEq(host.available(dai), 300e18);
        assertEq(host.available(ray), 300e27);
    }

    /// S15: a unit too small for a common unit still costs one on its way out, and returns none.
    function test_S15_RoundingIsNeverInFavourOfTheWayOut() public {
        assertTrue(_pays(ray, 1));
        assertEq(_spent(), 1);
        assertTrue(_pays(ray, 1e9 + 1));
        assertEq(_spent(), 3);
        host.run(_two(ray, -1, 1));
        assertEq(_spent(), 4);
        host.run(_two(ray, -int256(1e9), int256(1e9)));
        assertEq(_spent(), 4);
        host.run(_two(ray, -int256(1e9), int256(1e9 - 1)));
        assertEq(_spent(), 5);
    }

    function _two(address asset, int256 first, int256 second) private pure returns (Step[] memory steps) {
        steps = new Step[](2);
        (steps[0], steps[1]) = (_step(asset, first), _step(asset, second));
    }

    /// One unit before, at, and after what the budget has left.
    function test_S15_TheLastUnitOfTheBudget() public {
        assertTrue(_pays(dai, 999_999_999_999_999_999_999));
        assertTrue(_pays(usdc, 500e6));
        assertEq(host.available(ray), 1e9);
        assertFalse(_pays(ray, 1e9 + 1));
        assertTrue(_pays(ray, 1e9 - 1));
        assertFalse(_pays(ray, 1), "its common unit was rounded up");
    }

    function testFuzz_S15_AvailableIsExact(uint256 rate, uint256 taken, uint256 left) public {
        host.setUnitRate(dai, bound(rate, 1, 1e30));
        _configure(dai, 300_000, 25, true);
        assertTrue(_pays(usdc, bound(taken, 1, 1000e6)));
        skip(left % W);
        uint256 most = host.available(dai);
        assertFalse(_pays(dai, most + 1));
        if (most != 0) assertTrue(_pays(dai, most));
    }

    function test_ARefusalByTheBudgetChangesNeither() public {
        assertTrue(_pays(usdc, 1000e6));
        assertFalse(_pays(dai, 600e18));
        assertEq(_spent(), 1000e18);
        assertEq(host.outflowWord(dai).usedAt(_now(), L), 0);
    }

    function test_ARefusalByTheAssetChangesNeither() public {
        assertFalse(_pays(usdc, 1001e6));
        assertEq(_spent(), 0);
    }

    function test_S1_AFlashLoanLeavesTheBudgetAlone() public {
        assertTrue(_pays(wbtc, 100e8));
        host.run(_two(dai, -int256(1000e18), int256(1000e18)));
        host.run(_two(dai, int256(5000e18), -int256(5000e18)));
        assertEq(_spent(), 100e18);
        host.setShare(25, false);
        host.run(_two(dai, -int256(200e18), int256(200e18)));
        assertEq(_spent(), 100e18);
        host.run(_two(dai, int256(10e18), -int256(30e18)));
        assertEq(_spent(), 180e18, "the rest, at its weight");
    }

    function test_InflowGivesTheBudgetNoCredit() public {
        assertTrue(_pays(usdc, 1000e6));
        host.takeIn(dai, 1000e18);
        assertEq(_spent(), 1000e18);
        assertFalse(_pays(dai, 501e18));
        assertTrue(_pays(dai, 500e18));
    }

    function test_ALevelWeighsOnTheBudgetToo() public {
        host.setShare(50, false);
        assertEq(host.available(dai), 500e18);
        assertTrue(_pays(dai, 500e18));
        assertEq(host.available(usdc), 250e6);
        assertTrue(_pays(usdc, 250e6));
        assertFalse(_pays(wbtc, 1));
    }

    /// What left under one rate must not come back under another, at others' expense.
    function test_ARateThatRisesMidwayRefundsNothing() public {
        assertTrue(_pays(usdc, 1000e6));
        Step[] memory out = _one(dai, -int256(100e18));
        host.runAround(out, abi.encodeCall(host.setUnitRate, (dai, 1e19)), _one(dai, int256(100e18)));
        assertEq(_spent(), 1100e18);
    }

    function test_AnAssetThatBeginsToShareMidwayRefundsNothing() public {
        assertTrue(_pays(usdc, 1000e6));
        host.setUnitRate(alone, 1e18);
        Config memory c = _plain();
        c.shared = true;
        bytes memory change = abi.encodeCall(host.setLimit, (alone, _word(c)));
        host.runAround(_one(alone, -int256(100e18)), change, _one(alone, int256(100e18)));
        assertEq(_spent(), 1000e18);
        // while one that shared all along is refunded through a change
        c.minutes_ = 60;
        change = abi.encodeCall(host.setLimit, (dai, _word(c)));
        host.runAround(_one(dai, -int256(100e18)), change, _one(dai, int256(100e18)));
        assertEq(_spent(), 1000e18);
        assertEq(host.outflowWord(dai).usedAt(_now(), L), 0);
    }

    function test_AnInflowBeforeAChangeIsNotForgotten() public {
        bytes memory change = abi.encodeCall(host.setUnitRate, (dai, 2e18));
        host.runAround(_one(dai, int256(100e18)), change, _one(dai, -int256(100e18)));
        assertEq(_spent(), 0);
    }

    function _one(address asset, int256 amount) private pure returns (Step[] memory steps) {
        steps = new Step[](1);
        steps[0] = _step(asset, amount);
    }

    function test_TheWholeDecisionUnderALevelInShadow() public {
        host.setShare(50, true);
        vm.recordLogs();
        assertTrue(_pays(dai, 750e18));
        assertEq(vm.getRecordedLogs().length, 1, "over its half");
        assertTrue(_pays(usdc, 400e6));
        assertEq(vm.getRecordedLogs().length, 1, "over the budget's half");
        skip(W);
        assertTrue(_pays(usdc, 300e6));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    /// Half a unit counts as one in shadow too: one is left of the budget, and at half share it weighs two.
    function test_S53_UnitsAreRoundedUpInShadow() public {
        address half = makeAddr("half a unit");
        host.setUnitRate(half, 0.5e18);
        _configure(half, 1000, 18, true);
        assertTrue(_pays(dai, 1000e18) && _pays(usdc, 499e6) && _pays(ray, 1e27 - 1e9));
        host.setShare(50, true);
        vm.recordLogs();
        assertTrue(_pays(half, 1));
        assertEq(vm.getRecordedLogs().length, 1);
    }

    function test_RevertIf_TheBudgetIsNotPlainOrMissing() public {
        bytes memory invalid = abi.encodeWithSelector(IOutflow.InvalidLimit.selector, BUDGET);
        Config memory c = _withCredit(1);
        vm.expectRevert(invalid);
        host.setLimit(BUDGET, _word(c));
        c = _plain();
        c.mode = Mode.UNLIMITED;
        vm.expectRevert(invalid);
        host.setLimit(BUDGET, _word(c));
        c = _plain();
        c.shared = true;
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, alone));
        host.setLimit(alone, _word(c));
        host.setUnitRate(alone, 1);
        host.setLimit(alone, _word(c));
    }

    function test_RevertIf_ThereIsARateButNoBudget() public {
        (OutflowHost fresh,) = _makeHost();
        fresh.setUnitRate(dai, 1e18);
        Config memory c = _plain();
        c.shared = true;
        vm.expectRevert(abi.encodeWithSelector(IOutflow.InvalidLimit.selector, dai));
        fresh.setLimit(dai, _word(c));
    }

    function test_ARateIsBoundedAndSeen() public {
        bytes memory invalid = abi.encodeWithSelector(IOutflow.InvalidLimit.selector, dai);
        vm.expectRevert(invalid);
        host.setUnitRate(dai, 0);
        vm.expectRevert(invalid);
        host.setUnitRate(dai, 1 << 128);
        vm.expectEmit(guards);
        emit UnitRateSet(dai, 1e18, (1 << 128) - 1);
        host.setUnitRate(dai, (1 << 128) - 1);
        assertEq(host.unitRate(dai), (1 << 128) - 1);
        assertFalse(_pays(dai, 1000e18));
        assertFalse(_pays(dai, MAX));
        assertEq(host.retryAt(dai, 1000e18), MAX);
    }
}
