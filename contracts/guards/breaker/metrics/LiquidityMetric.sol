// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlement} from "../../settlement/ISettlement.sol";
import {IMetric} from "../IMetric.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title LiquidityMetric: how much of an asset an account holds, in its smallest unit, less what waits in claims
///
/// Assumes: nothing; a balance can be moved for one transaction, and raised by anyone's gift. A breaker on it wants a
/// grace and a calm of more than a block.
contract LiquidityMetric is IMetric {
    IERC20 public immutable asset;
    address public immutable holder;
    /// @notice Whose claims lie in the same account and are not its own; zero where there are none (hub mode).
    ISettlement public immutable claims;

    constructor(IERC20 asset_, address holder_, ISettlement claims_) {
        (asset, holder, claims) = (asset_, holder_, claims_);
    }

    function value() external view returns (uint256) {
        uint256 balance = asset.balanceOf(holder);
        if (address(claims) == address(0)) return balance;
        uint256 locked = claims.lockedInClaims(address(asset));
        return balance > locked ? balance - locked : 0;
    }
}
