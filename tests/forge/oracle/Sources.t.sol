// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {ChainlinkSource} from "../../../contracts/guards/oracle/sources/ChainlinkSource.sol";
import {IPriceFeed} from "../../../contracts/guards/oracle/sources/IPriceFeed.sol";
import {SharePriceSource} from "../../../contracts/guards/oracle/sources/SharePriceSource.sol";
import {Fault, Side} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {OracleTest} from "./OracleTest.sol";

/// @notice An aggregator whose operator is the test.
contract Aggregator is IPriceFeed {
    uint8 public decimals;
    int256 private _answer;
    uint256 private _updatedAt;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function set(int256 answer, uint256 updatedAt) external {
        (_answer, _updatedAt) = (answer, updatedAt);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, _answer, _updatedAt, _updatedAt, 1);
    }
}

contract Dollar is ERC20("Dollar", "USD") {
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }
}

/// @notice OpenZeppelin's vault with shares of 18 decimals on an asset of 6.
contract Vault is ERC4626 {
    constructor(ERC20 asset_) ERC4626(asset_) ERC20("Share", "SHR") {}

    function _decimalsOffset() internal pure override returns (uint8) {
        return 12;
    }
}

/// @title The adapters: one unit out of any decimals, and no price rather than a bad one
contract SourcesTest is OracleTest {
    // ---------------------------------------------------------------- Chainlink

    function _chainlink(uint8 decimals, int256 answer) private returns (ChainlinkSource made) {
        Aggregator feed = new Aggregator(decimals);
        feed.set(answer, T0 - 7);
        made = new ChainlinkSource(feed, 0, type(int256).max);
    }

    function _says(ChainlinkSource made, uint256 expected) private view {
        (uint256 price, uint256 updatedAt) = made.price();
        assertEq(price, expected);
        assertEq(updatedAt, T0 - 7);
    }

    function test_S48_AnyDecimalsBecomeEighteen() public {
        _says(_chainlink(0, 2000), P);
        _says(_chainlink(8, 2000e8 + 1), P + 1e10);
        _says(_chainlink(17, 2000e17 + 1), P + 10);
        _says(_chainlink(18, 2000e18 + 1), P + 1);
        _says(_chainlink(19, 2000e19 + 19), P + 1);
        _says(_chainlink(27, 2000e27 + 1e9 - 1), P);
        _says(_chainlink(27, 2000e27 + 1e9), P + 1);
    }

    function test_S48_ZeroAndNegativeAreNoAnswer() public {
        int256[3] memory answers = [int256(0), -1, type(int256).min];
        for (uint256 i; i < 3; ++i) {
            ChainlinkSource made = _chainlink(8, answers[i]);
            vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.NoAnswer.selector, answers[i]));
            made.price();
            rule.source = made;
            _configure();
            _refuses(Op.BORROW, Fault.NO_PRICE);
        }
        ChainlinkSource huge = _chainlink(0, type(int256).max - 1);
        vm.expectRevert();
        huge.price();
    }

    /// An aggregator that stops counting at a bound goes on answering the bound.
    function test_S48_AnAnswerAtTheBoundIsNone() public {
        Aggregator feed = new Aggregator(8);
        ChainlinkSource made = new ChainlinkSource(feed, 10, 1000);
        feed.set(11, T0);
        made.price();
        feed.set(999, T0);
        made.price();
        feed.set(10, T0);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.NoAnswer.selector, int256(10)));
        made.price();
        feed.set(1000, T0);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.NoAnswer.selector, int256(1000)));
        made.price();
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.InvalidBounds.selector));
        new ChainlinkSource(feed, -1, 10);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkSource.InvalidBounds.selector));
        new ChainlinkSource(feed, 10, 10);
        new ChainlinkSource(feed, 10, 11);
    }

    function test_TheGuardReadsAChainlinkFeed() public {
        ChainlinkSource made = _chainlink(8, 2000e8);
        rule.source = made;
        _configure();
        _gets(Op.BORROW, Side.LOW, P);
        vm.warp(T0 - 7 + MAX_AGE);
        _passes(Op.BORROW);
        vm.warp(T0 - 7 + MAX_AGE + 1);
        _refuses(Op.BORROW, Fault.STALE);
    }

    // ---------------------------------------------------------------- ERC-4626

    Dollar private dollar;
    Vault private vault;
    SharePriceSource private share;

    function _vault(IPriceSource underlying) private {
        dollar = new Dollar();
        vault = new Vault(dollar);
        dollar.mint(address(this), 1_000_000e6);
        dollar.approve(address(vault), type(uint256).max);
        vault.deposit(1_000_000e6, address(this));
        share = new SharePriceSource(vault, underlying, 100, 10);
    }

    function _sharePrice() private view returns (uint256 price) {
        (price,) = share.price();
    }

    function test_AShareIsWorthItsAssetsTimesTheirPrice() public {
        _vault(IPriceSource(address(0)));
        assertEq(_sharePrice(), 1e18);
        (, uint256 updatedAt) = share.price();
        assertEq(updatedAt, T0);
        source.setAt(3e18 + 1, T0 - 9);
        _vault(source);
        dollar.mint(address(vault), 5000e6);
        (uint256 price, uint256 at_) = share.price();
        assertApproxEqAbs(price, 3.015e18, 4e6, "to a millionth of the asset's smallest unit");
        assertLe(price, 3.015e18 + 1, "rounded down");
        assertEq(at_, T0 - 9, "as old as the asset's price");
    }

    /// S47: a donation or a loss of more than the band is no price, for as long as it lasts.
    function test_S47_AJumpIsNoPriceAndIsNotAbsorbed() public {
        _vault(IPriceSource(address(0)));
        uint256 state = vm.snapshotState();
        dollar.mint(address(vault), 10_000e6 - 1);
        assertLe(_sharePrice(), 1.01e18);
        assertTrue(vm.revertToState(state));
        dollar.mint(address(vault), 10_001e6);
        for (uint256 i; i < 30; ++i) {
            share.sync();
            uint256 jumped = share.sharePrice();
            vm.expectRevert(abi.encodeWithSelector(SharePriceSource.SharePriceJumped.selector, jumped, 1e18));
            share.price();
            skip(1 days);
        }
        assertTrue(vm.revertToState(state));
        dollar.burn(address(vault), 10_001e6);
        vm.expectRevert();
        share.price();
        assertEq(share.anchor(), 1e18);
    }

    /// S46: yield passes, and no faster than the drift.
    function test_S46_YieldPassesAtTheDrift() public {
        _vault(IPriceSource(address(0)));
        for (uint256 i; i < 100; ++i) {
            skip(1 days);
            dollar.mint(address(vault), dollar.balanceOf(address(vault)) * 5 / 10_000);
            share.sync();
            assertApproxEqAbs(share.anchor(), _sharePrice(), 1, "follows");
        }
        uint256 anchor = share.anchor();
        dollar.mint(address(vault), dollar.balanceOf(address(vault)) / 200);
        share.sync();
        assertEq(share.anchor(), anchor, "not in the same second");
        skip(12 hours);
        vm.expectEmit();
        emit SharePriceSource.AnchorMoved(anchor, anchor + anchor / 2000, share.sharePrice());
        share.sync();
        assertEq(share.anchor(), anchor + anchor / 2000);
        assertEq(share.anchoredAt(), _now());
    }

    function test_RevertIf_TheBandIsNone() public {
        _vault(IPriceSource(address(0)));
        bytes memory refusal = abi.encodeWithSelector(SharePriceSource.InvalidBand.selector);
        vm.expectRevert(refusal);
        new SharePriceSource(vault, source, 10_000, 10);
        vm.expectRevert(refusal);
        new SharePriceSource(vault, source, 100, 101);
        new SharePriceSource(vault, source, 9999, 9999);
    }

    /// A share that is worth nothing anchors nothing: every later price would be refused or be nothing.
    function test_RevertIf_TheFirstSharePriceIsNothing() public {
        _vault(IPriceSource(address(0)));
        dollar.burn(address(vault), dollar.balanceOf(address(vault)));
        vm.expectRevert(abi.encodeWithSelector(SharePriceSource.SharePriceJumped.selector, 0, 0));
        new SharePriceSource(vault, source, 100, 10);
    }
}
