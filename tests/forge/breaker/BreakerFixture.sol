// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Breaker} from "../../../contracts/guards/breaker/Breaker.sol";
import {Threshold} from "../../../contracts/guards/breaker/IBreaker.sol";
import {IBreakerHook} from "../../../contracts/guards/breaker/IBreakerHook.sol";
import {IMetric} from "../../../contracts/guards/breaker/IMetric.sol";
import {SuppliedMetric} from "../../../contracts/guards/breaker/metrics/SuppliedMetric.sol";
import {IGuarded} from "../../../contracts/response/RankHolder.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title A breaker on a number that the test supplies, with a rank on the protocol
abstract contract BreakerFixture is EngineTest {
    uint256 internal constant DURATION = 1 hours;
    uint256 internal constant DOWN_AFTER = 10 minutes;
    uint256 internal constant BOUND = 1000;
    uint256 internal constant CLEAR = 900;
    uint32 internal constant PATIENCE = 60;
    uint32 internal constant CALM = 300;
    uint32 internal constant COOLDOWN = 1200;

    SuppliedMetric internal metric;
    Breaker internal breaker;

    function setUp() public virtual override {
        super.setUp();
        metric = new SuppliedMetric(address(this), 365 days);
        metric.supply(0);
    }

    // ---------------------------------------------------------------- making one

    /// @return t above 1,000, back at 900; a minute of grace, five of calm, twenty of cooldown
    function _threshold(Level level) internal pure returns (Threshold memory t) {
        return Threshold(true, level, PATIENCE, CALM, COOLDOWN, 100, 50, uint128(BOUND), uint128(CLEAR));
    }

    function _one(Threshold memory t) internal pure returns (Threshold[] memory list) {
        list = new Threshold[](1);
        list[0] = t;
    }

    function _new(Threshold[] memory list, address hook, Level downLevel) internal returns (Breaker) {
        IGuarded protocol = IGuarded(address(engine));
        return new Breaker(protocol, IMetric(_metric()), IBreakerHook(hook), DURATION, DOWN_AFTER, downLevel, list);
    }

    function _metric() internal view virtual returns (address) {
        return address(metric);
    }

    function _use(Threshold[] memory list, Rank rank) internal {
        breaker = _new(list, address(0), Level.NORMAL);
        _grant(address(breaker), rank);
    }

    function _grant(address account, Rank rank) internal {
        _govern(abi.encodeCall(engine.setHolder, (account, rank)));
    }

    // ---------------------------------------------------------------- using it

    function _find(uint256 value) internal returns (Level) {
        metric.supply(value);
        return breaker.check();
    }

    /// @dev The number is found beyond for the whole of the grace.
    function _trip() internal {
        _find(BOUND + 1);
        skip(PATIENCE);
        _find(BOUND + 1);
        assertEq(breaker.stage(), 1);
    }

    function _level() internal view returns (uint256) {
        return uint256(engine.level());
    }

    function _until(Rank rank) internal view returns (uint256 until) {
        (, until) = engine.levelOf(rank);
    }
}
