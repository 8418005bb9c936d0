// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapCorridor} from "../../../contracts/guards/caps/CapCorridor.sol";
import {CapSource, IVolatilitySource} from "../../../contracts/guards/caps/CapSource.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title A source that says what a test wants, in all the ways that a source can fail
contract Source is IVolatilitySource {
    enum Fault {
        NONE,
        REVERTS,
        BURNS_GAS,
        SHORT,
        LONG
    }

    uint256 private bps;
    uint256 private updatedAt;
    Fault private fault;

    function set(uint256 bps_, uint256 updatedAt_) external {
        (bps, updatedAt, fault) = (bps_, updatedAt_, Fault.NONE);
    }

    function fail(Fault how) external {
        fault = how;
    }

    function volatility(address) external view returns (uint256, uint256) {
        require(fault != Fault.REVERTS);
        while (fault == Fault.BURNS_GAS) {}
        uint256 size = fault == Fault.SHORT ? 63 : fault == Fault.LONG ? 5000 : 64;
        (uint256 a, uint256 b) = (bps, updatedAt);
        assembly {
            mstore(0, a)
            mstore(32, b)
            return(0, size)
        }
    }
}

/// @title A sealed protocol whose borrowing of `token` is capped, with a risk steward
abstract contract CapsTest is EngineTest {
    uint256 internal constant CAP = 1000 * UNIT;
    uint256 internal constant FLOOR = 500 * UNIT;
    uint256 internal constant CEILING = 2000 * UNIT;
    uint256 internal constant INTERVAL = 1 days;
    Exposure internal constant BORROW = Exposure.BORROW;
    Exposure internal constant SUPPLY = Exposure.SUPPLY;

    address internal steward = makeAddr("steward");
    address internal asset;
    Source internal source;

    function setUp() public virtual override {
        super.setUp();
        source = new Source();
        asset = address(token);
    }

    function _configure(IEngine e) internal virtual override {
        super._configure(e);
        vm.startPrank(deployer);
        e.setCap(BORROW, address(token), CAP);
        e.setCap(SUPPLY, address(token), CAP);
        e.setCapCorridor(BORROW, address(token), _corridor(FLOOR, CEILING, 1000, 2000, INTERVAL));
        e.setRiskSteward(steward);
        vm.stopPrank();
    }

    /// @dev Amounts in whole tokens of 18 decimals.
    function _corridor(uint256 floor, uint256 ceiling, uint256 up, uint256 down, uint256 interval)
        internal
        pure
        returns (CapCorridor)
    {
        uint256 amounts = floor / UNIT | uint256(18) << 20 | (ceiling / UNIT) << 25 | uint256(18) << 45;
        return CapCorridor.wrap(amounts | up << 50 | down << 64 | interval << 78);
    }

    function _follow(address source_, uint256 base, uint256 targetBps, uint256 maxAge)
        internal
        pure
        returns (CapSource)
    {
        uint256 packed = base / UNIT | uint256(18) << 20;
        return CapSource.wrap(uint256(uint160(source_)) | packed << 160 | targetBps << 185 | maxAge << 209);
    }

    function _set(Exposure kind, uint256 cap) internal {
        vm.prank(governance);
        engine.setCap(kind, asset, cap);
    }

    function _cut(address by, Exposure kind, uint256 amount, uint256 duration) internal returns (uint256) {
        vm.prank(by);
        return engine.cutCap(kind, asset, amount, duration, "incident");
    }

    function _lift(Exposure kind) internal {
        _govern(abi.encodeCall(engine.liftCut, (kind, asset, "over")));
    }

    function _step(uint256 cap) internal {
        vm.prank(steward);
        engine.stepCap(BORROW, asset, cap);
    }

    function _expectOver(Exposure kind, uint256 wanted, uint256 cap) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.CapExceeded.selector, kind, asset, wanted, cap));
    }

    /// @dev The boundary triple: one below, at, and one over `cap`.
    function _assertCap(Exposure kind, uint256 cap) internal {
        assertEq(engine.capOf(kind, asset), cap, "capOf");
        if (cap != 0) host.grow(kind, asset, cap - 1);
        host.grow(kind, asset, cap);
        if (cap == type(uint256).max) return;
        _expectOver(kind, cap + 1, cap);
        host.grow(kind, asset, cap + 1);
    }

    function _expectDelayed(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, DELAY));
    }
}
