// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedVault} from "./GuardedVault.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice The part of Aave V3's `Pool` that the vault uses.
interface IAavePool {
    function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode) external;
    function withdraw(address asset, uint256 amount, address to) external returns (uint256);
    function getReserveNormalizedIncome(address asset) external view returns (uint256);
    function getConfiguration(address asset) external view returns (uint256);
}

/// @notice The part of Aave V3's `AToken` that the vault uses.
interface IAaveToken {
    function scaledBalanceOf(address account) external view returns (uint256);
    function UNDERLYING_ASSET_ADDRESS() external view returns (address);
}

/// @title AaveVault: a guarded vault that lends its assets to an Aave V3 market
///
/// Guards: as `GuardedVault`. Assets for a claim are taken out of Aave when it is queued, so that they wait here.
/// Trusts: Aave with the invested assets.
/// Does not guard: Aave itself. When its liquidity is lent out or the reserve is paused, `maxWithdraw` falls to what
/// can be had, and more than that is refused until it comes back.
contract AaveVault is GuardedVault {
    using SafeERC20 for IERC20;

    error NotTheReceiptToken(address aToken);

    uint256 private constant RAY = 1e27;
    /// @dev Bits of Aave's `ReserveConfigurationMap`.
    uint256 private constant ACTIVE = 1 << 56;
    uint256 private constant PAUSED = 1 << 60;

    IAavePool public immutable pool;
    IAaveToken public immutable aToken;

    /// @dev The vault's own part of its receipt tokens, without donations; in Aave's scaled units.
    uint256 private _scaled;

    constructor(
        address controls_,
        address deployer,
        IERC20 asset_,
        string memory name_,
        string memory symbol_,
        IAavePool pool_,
        IAaveToken aToken_
    ) GuardedVault(controls_, deployer, asset_, name_, symbol_) {
        if (aToken_.UNDERLYING_ASSET_ADDRESS() != address(asset_)) {
            revert NotTheReceiptToken(address(aToken_));
        }
        pool = pool_;
        aToken = aToken_;
    }

    // ---------------------------------------------------------------- external

    function totalAssets() public view virtual override returns (uint256) {
        return _idle + _invested();
    }

    // ---------------------------------------------------------------- internal

    function _afterDeposit() internal virtual override {
        uint256 assets = _idle;
        uint256 before = aToken.scaledBalanceOf(address(this));
        _idle = 0;
        IERC20(asset()).forceApprove(address(pool), assets);
        pool.supply(asset(), assets, address(this), 0);
        _scaled += aToken.scaledBalanceOf(address(this)) - before;
    }

    function _beforeWithdraw(uint256 assets) internal virtual override {
        if (assets <= _idle) return;
        uint256 missing = assets - _idle;
        uint256 before = aToken.scaledBalanceOf(address(this));
        _idle += pool.withdraw(asset(), missing, address(this));
        _scaled -= before - aToken.scaledBalanceOf(address(this));
    }

    function _liquid() internal view virtual override returns (uint256) {
        if (pool.getConfiguration(asset()) & (ACTIVE | PAUSED) != ACTIVE) return _idle;
        return _idle + Math.min(_invested(), IERC20(asset()).balanceOf(address(aToken)));
    }

    // ---------------------------------------------------------------- private

    function _invested() private view returns (uint256) {
        return Math.mulDiv(_scaled, pool.getReserveNormalizedIncome(asset()), RAY);
    }
}
