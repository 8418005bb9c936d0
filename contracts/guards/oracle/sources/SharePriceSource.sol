// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../IPriceSource.sol";
import {PriceMath} from "../PriceMath.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title SharePriceSource: what a share of an ERC-4626 vault is worth, unless that has jumped
///
/// Guards: against a share price that jumps, by a donation, a loss or a manipulated balance: it is compared with an
/// anchor that follows it by at most `driftBps` a day and stands still while the price is outside `jumpBps`. The
/// oracle guard cannot see such a jump in a price that the market moves as much.
/// Trusts: the vault within these bounds; its underlying asset's source. Assumes: anyone calls `sync` now and then.
/// Does not guard: a slow theft; a jump that is real. After one there is no price until governance sets another source.
contract SharePriceSource is IPriceSource {
    using PriceMath for uint256;

    error SharePriceJumped(uint256 sharePrice, uint256 anchor);
    error InvalidBand();

    event AnchorMoved(uint256 previous, uint256 anchor, uint256 sharePrice);

    IERC4626 public immutable vault;
    /// @notice The price of the vault's asset; none where prices are counted in that asset.
    IPriceSource public immutable underlying;
    uint256 public immutable jumpBps;
    uint256 public immutable driftBps;
    /// @dev Many shares, so that an asset of few decimals does not round their price away.
    uint256 private constant MANY = 1e6;
    uint256 private immutable _SHARES;
    uint256 private immutable _ASSETS;

    uint128 public anchor;
    uint128 public anchoredAt;

    /// @param jumpBps_ largest distance from the anchor, in 1/10,000 of it
    /// @param driftBps_ how far the anchor follows in a day: above the vault's yield, below `jumpBps_`
    constructor(IERC4626 vault_, IPriceSource underlying_, uint256 jumpBps_, uint256 driftBps_) {
        if (jumpBps_ >= PriceMath.BPS || driftBps_ > jumpBps_) revert InvalidBand();
        (vault, underlying, jumpBps, driftBps) = (vault_, underlying_, jumpBps_, driftBps_);
        _SHARES = MANY * 10 ** vault_.decimals();
        _ASSETS = MANY * 10 ** IERC20Metadata(vault_.asset()).decimals();
        (anchor, anchoredAt) = (sharePrice(), uint128(block.timestamp));
        if (anchor == 0) revert SharePriceJumped(0, 0);
    }

    /// @notice Anyone moves the anchor towards the share price. While that is outside, nothing happens.
    function sync() external {
        uint256 current = sharePrice();
        if (!current.within(anchor, jumpBps)) return;
        (uint256 moved, bool counts) = uint256(anchor).towards(current, driftBps, block.timestamp - anchoredAt);
        if (!counts) return;
        emit AnchorMoved(anchor, moved, current);
        (anchor, anchoredAt) = (uint128(moved), uint128(block.timestamp));
    }

    /// @inheritdoc IPriceSource
    function price() external view returns (uint256, uint256) {
        uint256 current = sharePrice();
        if (!current.within(anchor, jumpBps)) revert SharePriceJumped(current, anchor);
        if (address(underlying) == address(0)) return (current, block.timestamp);
        (uint256 assetPrice, uint256 updatedAt) = underlying.price();
        return (current * assetPrice / 1e18, updatedAt);
    }

    /// @notice What a whole share is worth in whole assets, times 1e18.
    function sharePrice() public view returns (uint128) {
        return SafeCast.toUint128(vault.convertToAssets(_SHARES) * 1e18 / _ASSETS);
    }
}
