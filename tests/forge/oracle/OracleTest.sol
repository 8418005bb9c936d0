// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {
    AnchorRule,
    Fault,
    PriceBackup,
    PriceRule,
    PriceState,
    Side,
    Trip
} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {Test} from "../base/Test.sol";
import {OracleHost, Source} from "./OracleHost.sol";

/// @title What the tests of the oracle guard share: WETH at 2,000, 10 % threshold, 5 % drift a day
abstract contract OracleTest is Test {
    uint256 internal constant T0 = 1_800_000_000;
    uint256 internal constant P = 2000e18;
    uint24 internal constant MAX_AGE = 1 hours;
    uint24 internal constant SECOND_AGE = 2 hours;
    uint24 internal constant LAST_GOOD_AGE = 6 hours;
    uint24 internal constant CALM_TIME = 30 minutes;
    /// @dev The most that the reference of P moves in a day: 5 %.
    uint256 internal constant DRIFT = 100e18;

    address internal governance = makeAddr("governance");
    address internal guardian = makeAddr("guardian");
    address internal sentinel = makeAddr("sentinel");
    address internal keeper = makeAddr("keeper");
    address internal weth = makeAddr("weth");

    OracleHost internal host;
    Source internal source;
    Source internal second;
    PriceRule internal rule;
    PriceBackup internal backup;
    AnchorRule internal follow;

    function setUp() public virtual {
        vm.warp(T0);
        (source, second) = (new Source(), new Source());
        source.set(P);
        second.set(P);
        vm.prank(governance);
        host = new OracleHost();
        rule = PriceRule(source, MAX_AGE, 1000, 0, 0, 0, false);
        backup = PriceBackup(IPriceSource(address(0)), SECOND_AGE, LAST_GOOD_AGE, 2000);
        follow = AnchorRule(500, 300, CALM_TIME, 0);
        _configure();
        vm.startPrank(governance);
        uint256 times = uint256(1 days) | uint256(2 days) << 32 | uint256(30 days) << 64 | uint256(1 days) << 160;
        RankLimits limits = RankLimits.wrap(times | uint256(3) << 192);
        host.setRankLimits(Rank.GUARDIAN, limits);
        host.setRankLimits(Rank.SENTINEL, limits);
        host.setHolder(guardian, Rank.GUARDIAN);
        host.setHolder(sentinel, Rank.SENTINEL);
        vm.stopPrank();
    }

    function _configure() internal {
        vm.prank(governance);
        host.setOracle(weth, rule, backup, follow, P);
    }

    /// @dev A second source that may differ by 2 %.
    function _withSecond() internal {
        (rule.deviationBps, backup.second) = (200, second);
        _configure();
    }

    function _sync() internal returns (Trip) {
        vm.prank(keeper);
        return host.syncReference(weth);
    }

    function _syncAt(uint256 price) internal returns (Trip) {
        source.set(price);
        return _sync();
    }

    function _state() internal view returns (PriceState memory) {
        return host.referenceOf(weth);
    }

    function _anchor() internal view returns (uint256) {
        return host.referenceOf(weth).anchor;
    }

    function _now() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _fault(Fault expected) internal view {
        (Fault fault,) = host.priceFault(weth);
        assertEq(uint256(fault), uint256(expected), "fault");
    }

    function _trip(Trip expected) internal view {
        assertEq(uint256(_state().trip), uint256(expected), "trip");
    }

    /// @dev `operation` gets exactly `price`, as a view and as a use.
    function _gets(uint16 operation, Side side, uint256 price) internal {
        assertEq(host.priceOf(weth, operation, side), price, "priceOf");
        assertEq(host.use(weth, operation, side), price, "use");
    }

    function _passes(uint16 operation) internal {
        (, uint256 price) = host.priceFault(weth);
        _gets(operation, Side.LOW, price);
        _gets(operation, Side.HIGH, price);
    }

    /// @dev `operation` is refused for `fault`, as a view and as a use, on both sides.
    function _refuses(uint16 operation, Fault fault) internal {
        (, uint256 price) = host.priceFault(weth);
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(OracleCore.PriceUnusable.selector, weth, operation, fault, price));
            if (i < 2) host.priceOf(weth, operation, Side(i));
            else host.use(weth, operation, Side(i - 2));
        }
    }

    function _refusesAll(Fault fault) internal {
        _refuses(Op.BORROW, fault);
        _refuses(Op.REMOVE_COLLATERAL, fault);
        _refuses(Op.LIQUIDATE, fault);
        _refuses(Op.MINT, fault);
        _refuses(0, fault);
    }
}
