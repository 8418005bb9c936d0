// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";

/// @title The example's vault as one would build it of OpenZeppelin's parts: Pausable and a refilling bucket
contract OpenZeppelinVault is ERC4626, Pausable {
    using RateLimiter for RateLimiter.RefillingBucket;

    address private immutable guardian;
    RateLimiter.RefillingBucket private limiter;

    error OnlyTheGuardian();

    constructor(IERC20 asset_, address guardian_, uint48 window, uint208 limit)
        ERC20("OpenZeppelin", "OZ")
        ERC4626(asset_)
    {
        guardian = guardian_;
        limiter.updateSettings(window, limit);
    }

    /// @dev Unlike ours it has no end, and must be taken back.
    function setPaused(bool closed) external {
        if (msg.sender != guardian) revert OnlyTheGuardian();
        if (closed && !paused()) _pause();
        if (!closed && paused()) _unpause();
    }

    function _withdraw(address caller, address receiver, address owner, uint256 assets, uint256 shares)
        internal
        override
    {
        limiter.consume(bytes32(0), assets);
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    function _update(address from, address to, uint256 shares) internal override whenNotPaused {
        super._update(from, to, shares);
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return 6;
    }
}
